"""Every text of the command line has its Chinese; a new one without it fails here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

import myna
from myna import errors
from myna.benchmarks import BENCHMARKS
from myna.cli.chinese import CHINESE
from myna.cli.context import Context
from myna.cli.group import BUILT_IN, Commands
from myna.cli.help import Formatter
from myna.cli.language import Language
from myna.cli.root import myna as root
from myna.errors import MynaError

PACKAGE = Path(myna.__file__).parent
# What is for who writes plugins, tests or measurements stays English.
ENGLISH = {"testing", "benchmarks", "plugin.py", "host.py", "rehearsal.py"}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if not ENGLISH & set(path.relative_to(PACKAGE).parts))

_ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, MynaError)}
_PROGRAMS = ("myna ", "pip ", "python ", "apt-get ", "chown ", "--", "/")


def template(node: ast.expr | None) -> str | None:
    """A literal or f-string as a template with anonymous values; None for what is put together otherwise."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(piece(part) for part in node.values)
    return None


def piece(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    # A guess is put at the end of any message, and translated apart from it.
    guess = "did_you_mean" in ast.dump(part)
    return "" if guess else "{}"


def anonymous(text: str) -> str:
    return re.sub(r"\{\w*\}", "{}", text)


KNOWN = {anonymous(text) for text in CHINESE}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            yield name, node


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts for people in a module."""
    for name, call in calls(tree):
        shown: list[ast.expr] = []
        if name == "text" and call.args:
            first = call.args[0]
            shown += [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        elif name in _ERRORS:
            shown += call.args[:1]
            shown += [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
        elif name == "ErrorInfo":
            shown += call.args[1:]
        elif name in {"Finding", "Problem", "_bad"}:
            shown += call.args[2:]
        elif name == "print_table" and isinstance(call.args[0], ast.Tuple):
            shown += call.args[0].elts
        elif name == "DemoStep":
            shown += call.args[:1]
        elif name == "Slash":
            shown += call.args[2:3]
        for node in shown:
            text = template(node)
            key = re.fullmatch(r"[a-z_]+\.[a-z_]+", text or "")  # of a GGUF file, whose values are texts too
            if (
                text
                and not key
                and re.search(r"[A-Za-z]{2}", text.replace("{}", ""))
                and not text.startswith(_PROGRAMS)
            ):
                yield text


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, Commands):
        for info in BUILT_IN:
            loaded = command.get_command(click.Context(command), info.name)
            assert loaded is not None
            yield from commands(loaded, info.name)
    elif isinstance(command, click.Group):
        for child_name, child in command.commands.items():
            yield from commands(child, f"{name} {child_name}")


def untranslated(path: Path, known: set[str]) -> list[str]:
    found = set(texts(ast.parse(path.read_text(encoding="utf-8"))))
    return [text for text in sorted(found) if anonymous(text) not in known]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_texts_of_a_module_are_translated(path: Path) -> None:
    assert untranslated(path, KNOWN) == []


@pytest.mark.parametrize("package", ["myna_models", "myna_chat", "myna_guard", "myna_remote", "myna_serve"])
def test_texts_of_a_plugin_are_translated(package: str) -> None:
    own = {anonymous(text) for text in import_module(f"{package}.chinese").CHINESE}
    for folder in import_module(package).__path__:
        for path in sorted(Path(folder).rglob("*.py")):
            assert untranslated(path, KNOWN | own) == [], path


@pytest.mark.parametrize(
    ("message", "chinese"),
    [
        (
            "big.gguf needs 282.66 GB of memory with a context of 512 tokens, and 23.65 GB of 24.16 GB may be used",
            "big.gguf 在上下文为 512 个词元时需要 282.66 GB 内存，而 24.16 GB 中只有 23.65 GB 可用",
        ),
        (
            "the worker of tiny was ended by SIGABRT (aborted); its last words: it: is over",
            "tiny 的工作进程因 SIGABRT (aborted) 结束；最后的输出：it: is over",
        ),
        (
            '/x/config.toml: chat.temperature is "x"; it must be a number from 0 to 5',
            '/x/config.toml：chat.temperature 是 "x"；必须是 0 到 5 的数',
        ),
        ("the worker of tiny has not answered for 30 s", "tiny 的工作进程已有 30 秒没有响应"),
        ("the chat template failed: not today", "聊天模板出错：not today"),
    ],
)
def test_errors_from_far_away_are_understood(message: str, chinese: str) -> None:
    assert Language("zh").message(message) == chinese


def test_what_a_plugin_says_is_translated_in_commands_of_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    context = Context()
    assert context.host.plugins()
    assert context.language.message("tiny lacks its file a.gguf") == "tiny 缺少文件 a.gguf"


def test_help_is_translated() -> None:
    missing = []
    for name, command in commands(root, "myna"):
        paragraphs = [*(command.help or "").split("\n\n"), command.epilog or "", f"{command.short_help or ''}."]
        options = [param.help or "" for param in command.params if isinstance(param, click.Option)]
        for text in [*paragraphs, *options]:
            line = " ".join(text.split())
            if len(line) > 1 and line not in CHINESE and not line.startswith("Example:"):
                missing.append((name, line))
    assert missing == []


def test_summaries_are_translated() -> None:
    assert [info.summary for info in BUILT_IN if info.summary not in CHINESE] == []


def kinds(kind: type[MynaError]) -> Iterator[type[MynaError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from kinds(child)


def test_what_can_be_measured_is_translated() -> None:
    assert [info.summary for info in BENCHMARKS if info.summary not in CHINESE] == []


def test_every_kind_of_error_has_a_name() -> None:
    own = [kind for kind in kinds(MynaError) if kind.__module__ == "myna.errors"]
    assert [kind.code for kind in own if f"error: {kind.code}" not in CHINESE] == []


def test_default_hints_are_translated() -> None:
    hints = {kind.default_hint for kind in kinds(MynaError) if kind.__module__ == "myna.errors"}
    words = [hint for hint in hints if hint and not hint.startswith(_PROGRAMS)]
    assert [hint for hint in words if hint not in CHINESE] == []


def test_both_sides_have_the_same_values() -> None:
    def values(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert [english for english, chinese in CHINESE.items() if values(english) != values(chinese)] == []


def test_both_sides_differ() -> None:
    assert [english for english, chinese in CHINESE.items() if english == chinese] == []


def test_an_example_without_a_chinese_one_is_called_an_example() -> None:
    page = Formatter(Language("zh"), 80, 80)
    page.write_text("Example: myna frobnicate --all\n\nExample: myna ask 'What is the capital of France?'")
    assert page.getvalue() == "示例：myna frobnicate --all\n\n示例：myna ask '法国的首都是哪里？'\n"
