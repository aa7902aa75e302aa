"""Every text of reading has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import myna_vision
from myna import errors
from myna.cli.chinese import CHINESE as CORE
from myna_vision.chinese.text import TEXT

PACKAGE = Path(myna_vision.__file__).parent
MODULES = sorted([*(PACKAGE / "text").rglob("*.py"), PACKAGE / "onnx_session.py"])
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.MynaError)}


def anonymous(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


KNOWN = {anonymous(text) for text in (*TEXT, *CORE)}


def template(node: ast.expr) -> str:
    """A literal or an f-string with anonymous values; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def messages(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and call.args and getattr(call.func, "id", "") in ERRORS:
            yield template(call.args[0])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_messages_of_a_module_are_translated(path):
    # A message that is a library's own has no translation of what the library said.
    found = {text for text in messages(path) if text != "{}: {}"}
    assert sorted(text for text in found if anonymous(text) not in KNOWN) == []


def test_there_are_messages_to_translate():
    assert len({text for path in MODULES for text in messages(path)}) >= 4


def test_translations_name_the_same_values():
    for text, chinese in TEXT.items():
        assert sorted(re.findall(r"\{\w*\}", text)) == sorted(re.findall(r"\{\w*\}", chinese)), text
