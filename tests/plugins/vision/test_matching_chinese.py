"""Every text of matching, of search and of the stages that judge a picture has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import myna_vision
from myna import errors
from myna.cli.chinese import CHINESE as CORE
from myna_vision.chinese import CHINESE
from myna_vision.chinese.classes import CLASSES
from myna_vision.chinese.matching import MATCHING

PACKAGE = Path(myna_vision.__file__).parent
MODULES = [
    *sorted((PACKAGE / "matching").glob("*.py")),
    *sorted((PACKAGE / "classes").glob("*.py")),
    PACKAGE / "see" / "match.py",
    PACKAGE / "see" / "search.py",
]
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.MynaError)}


def anonymous(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


KNOWN = {anonymous(text) for text in (*CHINESE, *CORE)}


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
        if name == "text" and isinstance(call.func, ast.Attribute) and "ctx" not in ast.dump(call.func):
            continue  # a tower's
        if name in {"text", *ERRORS}:
            yield template(call.args[0])
        yield from (
            hint
            for word in call.keywords
            if word.arg == "hint" and not (hint := template(word.value)).startswith(("myna ", "pip "))
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_texts_of_a_module_are_translated(path: Path) -> None:
    found = {text for text in texts(path) if re.search(r"[A-Za-z]{2}", text.replace("{}", ""))}
    assert sorted(text for text in found if anonymous(text) not in KNOWN) == []


def test_both_sides_have_the_same_values_and_differ() -> None:
    for english, chinese in {**MATCHING, **CLASSES}.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", chinese)), english
        assert english != chinese
