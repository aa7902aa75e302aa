"""Every text of prompt templates has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import myna_prompts
from myna import errors
from myna.cli.chinese import CHINESE as CORE
from myna_prompts.chinese import CHINESE
from myna_prompts.commands import prompts
from myna_prompts.evaluation.table import NAMES, VERDICTS
from myna_prompts.plugin import PromptsPlugin

PACKAGE = Path(myna_prompts.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "chinese" not in path.parts)
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.MynaError)}
WRONG = {"_Wrong", "TemplateError"}
"""Exceptions whose texts become part of an error's."""


def anonymous(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


KNOWN = {anonymous(text) for text in (*CHINESE, *CORE)}


def template(node: ast.expr | None) -> str:
    """A literal or an f-string with anonymous values; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "" if "did_you_mean" in ast.dump(part) else "{}"
            for part in node.values
        )
    return ""


def branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.endswith("_fault"):
            returned = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
            yield from (template(value) for value in returned)
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in {"text", "say", *ERRORS, *WRONG}:
            yield from (template(branch) for branch in branches(node.args[0]))
        elif name == "print_table" and isinstance(node.args[0], ast.Tuple):
            yield from (template(head) for head in node.args[0].elts)
        yield from (template(word.value) for word in node.keywords if word.arg == "hint")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_texts_of_a_module_are_translated(path: Path) -> None:
    found = set(texts(ast.parse(path.read_text(encoding="utf-8"))))
    words = {text for text in found if re.search(r"[A-Za-z]{2}", text.replace("{}", ""))}
    commands = {text for text in words if text.startswith(("myna ", "--", "/"))}
    assert sorted(text for text in words - commands if anonymous(text) not in KNOWN) == []


def commands(command: click.Command, ctx: click.Context) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            assert child is not None
            yield from commands(child, ctx)


def test_help_is_translated() -> None:
    missing = []
    for command in commands(prompts, click.Context(prompts)):
        options = [param.help or "" for param in command.params if isinstance(param, click.Option)]
        for text in [*(command.help or "").split("\n\n"), *options]:
            line = " ".join(text.split())
            if line and line not in CHINESE and line not in CORE:
                missing.append(line)
    assert missing == []


def test_summaries_and_names_are_translated() -> None:
    plugin = PromptsPlugin()
    said = [info.summary for info in (*plugin.myna_register_commands(), *plugin.myna_register_chat_commands())]
    said += [plugin.myna_register_benchmarks()[0].summary, plugin.myna_register_demo_steps()[0].title]
    said += [*NAMES.values(), *VERDICTS.values()]
    assert [text for text in said if text not in CHINESE and text not in CORE] == []


def test_both_sides_have_the_same_values_and_differ() -> None:
    def values(text: str) -> list[str]:
        return sorted(re.findall(r"\{(\w+)\}", text))

    assert [english for english, chinese in CHINESE.items() if values(english) != values(chinese)] == []
    assert [english for english, chinese in CHINESE.items() if english == chinese] == []
