"""Reading templates: what is wrong is named with its entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from myna.errors import BadPrompt
from myna_prompts.loading import check, load, loads

from .conftest import HEAD


def problem_of(text: str) -> str:
    with pytest.raises(BadPrompt) as caught:
        check(loads(text, "tried.toml"))
    return caught.value.message


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ('sytem = "x"', "there is no entry sytem; did you mean system?"),
        ("[variables.a]\nkind = 1", "there is no entry kind"),
        ("[variables.a]\ntype = 'colour'", "variables"),
        ("[variables.A]\n", "variables"),
        ("max_tokens = 'many'", "max_tokens: Expected `int`, got `str`"),
        ("max_tokens = -1", "max_tokens"),
        ("cases = [{ name = 'a', expect = { colour = 1 } }]", "there is no entry colour"),
        ("sampling = { temprature = 1 }", "there is no entry temprature"),
        ("shots = 2.5", "shots"),
        ("system = 'a'\nparts = { role = 'b' }", "system and parts exclude one another"),
        ("answer_after = 'A:'\nschema = { type = 'object' }", "schema and answer_after exclude one another"),
        ("parts = { context = 'facts' }", "parts.context must name a variable of the type list"),
        ("[variables.input]\ntype = 'list'", "the variable input must be of the type text"),
        ("[variables.n]\nrequired = true\ndefault = 'x'", "the variable n is required, so it needs no default"),
        ("[variables.n]\ntype = 'integer'\ndefault = 'x'", "the variable n: 'x' must be a whole number"),
        ("[variables.n]\nchoices = [1]", "the variable n: 1 must be a text"),
        ("[variables.n]\ntype = 'number'\nminimum = 3\nmaximum = 2", "minimum is more than maximum"),
        ("[[examples]]\ninput = 'a'\nanswer = 'b'\nvariables = { x = 1 }", "example 1: there is no variable x"),
        ("[[cases]]\nname = 'a'\n[[cases]]\nname = 'a'", "two cases have the name a"),
        ("[[cases]]\nname = 'a'\ninput = 'x'\nvariables = { y = 1 }", "the case a: the template has no variable y"),
        ("[[cases]]\nname = 'a'\ninput = 'x'\nexpect.matches = '('", "matches is not a regular expression"),
        ("schema = { when = 2020-01-01 }", "schema holds something that JSON has not"),
        ("user = ''", "the user part is empty"),
        ("examples_file = 'a.jsonl'", "a file of examples needs a template that is a file too"),
    ],
)
def test_a_wrong_entry_is_named(entries: str, problem: str) -> None:
    assert problem in problem_of(HEAD + entries)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name = ", "is not TOML"),
        ('name = "x"', "missing required field `version`"),
        (HEAD.replace("tried", "Tried It"), "name"),
        (HEAD.replace("1.0", "one"), "version"),
        (HEAD.replace('"en"', '"English!"'), "language"),
        ("x = " + "[" * 3000 + "]" * 3000, "tried.toml"),
    ],
)
def test_what_is_no_template_is_refused(text: str, problem: str) -> None:
    assert problem in problem_of(text)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (HEAD.encode("utf-16"), "is not valid UTF-8"),
        ('description = "描述"'.encode("gb18030"), "is not valid UTF-8"),
        (HEAD.encode() + b"# \0", "is not a text file"),
        (b"#" * ((1 << 20) + 1), "has more than 1024 KB"),
    ],
)
def test_wrong_encodings_and_sizes(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "tried.toml"
    path.write_bytes(data)
    with pytest.raises(BadPrompt, match=problem):
        load(path)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "tried.toml"
    path.write_text(HEAD, encoding="utf-8-sig")
    assert load(path).template.name == "tried"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadPrompt, match="cannot be read: No such file"):
        load(tmp_path / "gone.toml")


def test_the_hash_changes_with_the_text_and_with_the_examples(tmp_path: Path) -> None:
    path, examples = tmp_path / "tried.toml", tmp_path / "more.jsonl"
    path.write_text(HEAD + 'examples_file = "more.jsonl"', encoding="utf-8")
    examples.write_text('{"input": "a", "answer": "b"}\n\n{"input": "c", "answer": "d"}\n', encoding="utf-8")
    first = load(path)
    assert [example.answer for example in first.examples] == ["b", "d"]
    examples.write_text('{"input": "a", "answer": "c"}\n', encoding="utf-8")
    second = load(path)
    path.write_text(HEAD + 'examples_file = "more.jsonl"\n', encoding="utf-8")
    assert len({first.sha256, second.sha256, load(path).sha256}) == 3


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{", "line 2"), ('{"input": 1, "answer": "b"}', "line 2"), ('{"input": "a", "answer": "b", "x": 1}', "line 2")],
)
def test_a_broken_line_of_examples_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "tried.toml"
    path.write_text(HEAD + 'examples_file = "more.jsonl"', encoding="utf-8")
    (tmp_path / "more.jsonl").write_text(f'{{"input": "a", "answer": "b"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadPrompt, match=problem):
        load(path)


@pytest.mark.parametrize("name", ["../secret.jsonl", "/etc/passwd", "a/b.jsonl", ".hidden.jsonl", "x.txt"])
def test_a_file_of_examples_lies_beside_its_template(name: str) -> None:
    assert "examples_file" in problem_of(HEAD + f"examples_file = '{name}'")
