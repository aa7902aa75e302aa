"""Every text of looking has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import myna_vision
from myna import errors
from myna.cli.chinese import CHINESE as CORE
from myna_vision.answers import describe
from myna_vision.chinese import CHINESE
from myna_vision.plugin import myna_register_commands, myna_register_demo_steps
from myna_vision.reader.colours import NAMES
from myna_vision.see.command import see

HERE = Path(myna_vision.__file__).parent
MODULES = sorted(
    path for path in HERE.rglob("*.py") if not {"benchmarks", "chinese"} & set(path.relative_to(HERE).parts)
)
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
PROGRAMS = ("myna ", "pip ")
NAMED = {"missing", "text", "MEND", "_DESCRIBE"}
"""Variables and constants that hold a text until it is shown."""


def anonymous(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


KNOWN = {anonymous(text) for text in (*CHINESE, *CORE)}


def template(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def texts(path: Path) -> Iterator[str]:
    """What is shown to people: arguments of calls, and texts with a name of their own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "text" and "towers" in ast.dump(node.func):
                continue  # a model's, which takes tokens
            if name in {"text", *ERRORS} and node.args:
                yield template(node.args[0])
            yield from (template(word.value) for word in node.keywords if word.arg == "hint")
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMED:
            yield template(node.value)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_texts_are_translated(path: Path) -> None:
    found = {text for text in texts(path) if re.search(r"[A-Za-z]{2}", text.replace("{}", ""))}
    assert [text for text in sorted(found) if anonymous(text) not in KNOWN and not text.startswith(PROGRAMS)] == []


def test_the_check_finds_texts() -> None:
    assert "there are no pictures in {}" in set(texts(HERE / "see" / "batch.py"))
    assert "Text in it:" in set(texts(HERE / "answers" / "describe.py"))
    assert len({text for path in (HERE / "text").glob("*.py") for text in texts(path)}) >= 3


def test_help_and_titles_are_translated() -> None:
    said = [
        see.help or "",
        str(see.epilog),
        *(option.help or "" for option in see.params if isinstance(option, click.Option)),
    ]
    said += [info.summary for info in myna_register_commands()]
    said += [step.title for step in myna_register_demo_steps()]
    assert [text for text in said if text and " ".join(text.split()) not in {*CHINESE, *CORE}] == []


def test_words_for_what_was_measured_are_translated() -> None:
    words = [
        node.value
        for function in ast.walk(ast.parse(Path(describe.__file__).read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name in {"shape", "brightness", "contrast", "sharpness"}
        for part in ast.walk(function)
        if isinstance(part, ast.Return)
        for node in ast.walk(part)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert len(words) == 12
    assert [word for word in (*words, *NAMES) if word not in CHINESE] == []


def test_both_sides_have_the_same_values_and_differ() -> None:
    for english, chinese in CHINESE.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", chinese)), english
        assert english != chinese
