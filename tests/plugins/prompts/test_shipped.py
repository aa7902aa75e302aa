"""The templates that come with Myna: both languages alike, each tried with its own cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import myna_prompts
from myna.engine.protocols import TextRequest
from myna.engine.text.schema import expressible
from myna.errors import ModelMissing
from myna.testing import FakeEngine
from myna_prompts.choosing import Chooser
from myna_prompts.evaluation.judging import faults_of, language_of
from myna_prompts.evaluation.running import Runner
from myna_prompts.evaluation.schema_check import fits
from myna_prompts.loading import Loaded, check, load
from myna_prompts.optimizing.search import optimize, split
from myna_prompts.rendering import render
from myna_prompts.template import INPUT, Case

FOLDER = Path(myna_prompts.__file__).parent / "templates"
NAMES = {
    *("assistant", "classify", "sentiment", "summary", "code", "translate", "rewrite", "extract", "reasoning"),
    *("claim-review", "meeting-notes", "kiosk"),
}
FILES = sorted(FOLDER.glob("*/*.toml"))


class NoModel:
    async def embed(self, texts):
        raise ModelMissing("no model for the task embed is installed")


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


def test_it_has_cases_enough_to_improve_it_and_each_expects_something(loaded: Loaded) -> None:
    cases = loaded.template.cases
    assert len(cases) >= 10
    training, held = split(cases, 0)
    assert (len(training), len(held)) == (len(split(cases, 1)[0]), sum(case.held_out for case in cases))
    # Six of six, or seven of eight: what the sign test asks for at 0.05 leaves room for a tie or a loss.
    assert len(held) >= 8
    for case in cases:
        assert faults_of(case.expect, ""), case.name
        rendered = render(loaded, {INPUT: case.input, **case.variables})
        assert case.input in rendered.user
        assert "{{" not in rendered.system + rendered.user


def right_answer(loaded: Loaded, case: Case) -> str:
    """What passes: the reference, or what is expected word for word, or a JSON answer with the fields that are."""
    if answer := case.reference or case.expect.equals or next(iter(case.expect.one_of), ""):
        return answer
    blank = {name: [] for name, entry in loaded.template.schema["properties"].items() if entry.get("type") == "array"}
    if "reasons" in blank:
        blank["reasons"] = ["because"]
    answer = json.dumps(blank | case.expect.fields)
    assert fits(loaded.template.schema, answer), case.name
    return answer


def test_a_right_answer_passes_each_case_and_those_to_other_cases_do_not_pass_all(loaded: Loaded) -> None:
    cases = loaded.template.cases
    answers = {case.name: right_answer(loaded, case) for case in cases}
    for case in cases:
        assert faults_of(case.expect, answers[case.name]) == [], case.name
        assert any(faults_of(case.expect, answer) for answer in answers.values()), case.name


def test_repeating_the_question_passes_no_case(loaded: Loaded) -> None:
    assert [case.name for case in loaded.template.cases if not faults_of(case.expect, case.input)] == []


def test_its_examples_fit_its_schema(loaded: Loaded) -> None:
    for example in loaded.examples:
        if loaded.template.schema:
            assert fits(loaded.template.schema, example.answer), example.answer


async def test_a_better_version_is_found_with_its_own_cases(loaded: Loaded, chooser: Chooser) -> None:
    """Other instructions than its own get right answers: that is seen, and its held-out cases bear it out."""
    own = {case.name: render(loaded, {INPUT: case.input, **case.variables}) for case in loaded.template.cases}
    asked = {own[case.name].user: case for case in loaded.template.cases}
    assert len(asked) == len(own), "no two cases ask the same"

    def answers(request: TextRequest) -> list[str]:
        case = asked[request.messages[-1].text]
        return ["?" if request.messages[0].text == own[case.name].system else right_answer(loaded, case)]

    engine = FakeEngine(answers)
    runner = Runner(engine, NoModel(), chooser=chooser, context=4096, model="fake")
    amounts = {"proposals": 0, "most": 40, "seed": 0}
    outcome, winner = await optimize(loaded, loaded.template.cases, runner, engine, told=lambda trial: None, **amounts)
    assert set(outcome.held_out) == {case.name for case in loaded.template.cases if case.held_out}
    assert outcome.verdict.accepted, outcome.verdict.why
    assert (outcome.verdict.winner, outcome.verdict.worse) == (1.0, 0)
    assert winner.loaded.template.cases == loaded.template.cases


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
