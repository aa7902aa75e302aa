"""The templates that come with Myna: both languages alike, each tried with its own cases."""

from __future__ import annotations

from pathlib import Path

import pytest

import myna_prompts
from myna.engine.llama.schema import expressible
from myna_prompts.evaluation.judging import faults_of, language_of
from myna_prompts.evaluation.schema_check import fits
from myna_prompts.loading import Loaded, check, load
from myna_prompts.rendering import render
from myna_prompts.template import INPUT

FOLDER = Path(myna_prompts.__file__).parent / "templates"
NAMES = {
    *("assistant", "classify", "sentiment", "summary", "code", "translate", "rewrite", "extract", "reasoning"),
    *("claim-review", "meeting-notes", "kiosk"),
}
FILES = sorted(FOLDER.glob("*/*.toml"))


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def loaded(request: pytest.FixtureRequest) -> Loaded:
    return check(load(request.param))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_are_there_in_both_languages(language: str) -> None:
    assert {path.stem for path in (FOLDER / language).glob("*.toml")} == NAMES


def test_it_is_what_its_file_says(loaded: Loaded) -> None:
    template = loaded.template
    assert (template.language, template.name) == (loaded.path.parent.name, loaded.path.stem)
    assert language_of(template.description) == template.language
    assert all(variable.description for variable in template.variables.values())


def test_it_has_at_least_five_cases_and_each_expects_something(loaded: Loaded) -> None:
    cases = loaded.template.cases
    assert len(cases) >= 5
    for case in cases:
        assert faults_of(case.expect, ""), case.name
        rendered = render(loaded, {INPUT: case.input, **case.variables})
        assert case.input in rendered.user
        assert "{{" not in rendered.system + rendered.user


def test_its_references_and_examples_would_pass(loaded: Loaded) -> None:
    for case in loaded.template.cases:
        reference = case.reference or case.expect.equals or next(iter(case.expect.one_of), "")
        if reference:
            assert faults_of(case.expect, reference) == [], case.name
    for example in loaded.examples:
        if loaded.template.schema:
            assert fits(loaded.template.schema, example.answer), example.answer


def test_its_schema_can_be_enforced(loaded: Loaded) -> None:
    if loaded.template.schema:
        assert expressible(loaded.template.schema)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_both_languages_have_the_same_variables(name: str) -> None:
    english, chinese = (load(FOLDER / language / f"{name}.toml") for language in ("en", "zh"))
    assert {key: variable.type for key, variable in english.variables.items()} == {
        key: variable.type for key, variable in chinese.variables.items()
    }
    assert len(english.template.cases) == len(chinese.template.cases)
    assert english.template.schema == chinese.template.schema
