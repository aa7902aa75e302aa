"""Every text of recognition has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import myna_speech
from myna import errors
from myna.cli.chinese import CHINESE as CORE
from myna_speech.chinese.recognition import RECOGNITION
from myna_speech.plugin import myna_register_benchmarks, myna_register_commands
from myna_speech.recognition.command import transcribe
from myna_speech.recognition.output import _REASONS

PACKAGE = Path(myna_speech.__file__).parent
MODULES = sorted((PACKAGE / "recognition").rglob("*.py"))
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.MynaError)}


def anonymous(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


KNOWN = {anonymous(text) for text in (*RECOGNITION, *CORE)}


def template(node: ast.expr) -> str:
    """A literal or an f-string with anonymous values; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def texts(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in {"text", *ERRORS}:
            yield template(call.args[0])
        yield from (
            hint
            for word in call.keywords
            if word.arg == "hint" and not (hint := template(word.value)).startswith(("myna ", "pip "))
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_texts_of_a_module_are_translated(path: Path) -> None:
    found = {text for text in texts(path) if re.search(r"[A-Za-z]{2}", text.replace("{}", ""))}
    # A message that is a library's own has no translation of what the library said.
    assert sorted(text for text in found if anonymous(text) not in KNOWN and text != "{}: {}") == []


def test_help_is_translated() -> None:
    lines = [*(transcribe.help or "").split("\n\n")]
    lines += [option.help or "" for option in transcribe.params if isinstance(option, click.Option)]
    assert [line for line in lines if " ".join(line.split()) not in {*RECOGNITION, *CORE}] == []


def test_what_is_not_written_as_a_call_is_translated() -> None:
    summaries = [info.summary for info in myna_register_commands() if info.name == "transcribe"]
    summaries += [info.summary for info in myna_register_benchmarks()]
    assert [text for text in [*_REASONS.values(), *summaries] if text not in RECOGNITION] == []


def test_both_sides_have_the_same_values_and_differ() -> None:
    for english, chinese in RECOGNITION.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", chinese)), english
        assert english != chinese
