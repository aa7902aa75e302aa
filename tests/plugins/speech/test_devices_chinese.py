"""Every text of the devices, of conversations by voice and of the Wyoming server has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import myna_speech
from myna import errors
from myna.cli.language import Language
from myna_speech.chinese import CHINESE

HERE = Path(myna_speech.__file__).parent
MODULES = sorted(path for folder in ("devices", "panel", "session", "wyoming") for path in (HERE / folder).glob("*.py"))
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
PROGRAMS = ("myna ", "pip ", "apt-get ")


def shown(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ERRORS or name in {"text", "kind"}:
        yield from call.args[:1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "hint")
    elif name in {"_bad", "_refuse"}:
        yield from call.args[1:2]
    elif name == "Finding":
        yield from call.args[2:]


def texts(path: Path) -> Iterator[str]:
    """With `0` in the place of each value, so that a pattern has something to match."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for text in shown(node) if isinstance(node, ast.Call) else ():
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield re.sub(r"\{\w+\}", "0", text.value)
            elif isinstance(text, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in text.values)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_texts_are_translated(path):
    language = Language("zh", ("myna_speech",))
    found = {text for text in texts(path) if not text.startswith(PROGRAMS)}
    assert [text for text in sorted(found) if language.find(text) is None] == []


def test_the_check_finds_texts():
    assert "there is no microphone" in set(texts(HERE / "devices" / "listing.py"))
    assert "it has 0 channels" in set(texts(HERE / "devices" / "wav.py"))


def test_both_sides_have_the_same_values():
    def values(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [english for english, chinese in CHINESE.items() if values(english) != values(chinese)] == []
