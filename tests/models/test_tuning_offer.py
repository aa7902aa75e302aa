"""What the command line says once: that a model can be fitted to this machine."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fitted import install, keep, record
from myna.assistant import Assistant
from myna.cli.main import run
from myna.errors import EngineCrashed
from myna.paths import Paths
from myna.settings import set_value
from myna.testing import FakeEngine

ENGLISH = "may answer faster once it is fitted to this machine (a few minutes): myna models optimize tiny"
CHINESE = "tiny 针对本机调优后回答可能更快（需几分钟）：myna models optimize tiny"
Said = Callable[..., str]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Piped(io.TextIOWrapper):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(["Par", "is."])


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, own_home: Path, engine: FakeEngine) -> Said:
    """Runs a command in front of a person; what it remarked, in one line. `engine` answers for every model."""

    async def text_engine(self: Assistant, name: str = "") -> Any:
        return engine

    monkeypatch.setattr(Assistant, "text_engine", text_engine)
    monkeypatch.setattr(Assistant, "preload", lambda self, name="": None)
    monkeypatch.setenv("MYNA_PLUGINS_ONLY", "models")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "400")

    def said(*arguments: str, status: int = 0, stdin: bytes = b"", terminal: bool = True) -> str:
        shown = Terminal() if terminal else io.StringIO()
        monkeypatch.setattr(sys, "stderr", shown)
        monkeypatch.setattr(sys, "stdin", Piped(stdin))
        assert run(arguments) == status
        return " ".join(shown.getvalue().split())

    return said


@pytest.fixture
def paths(own_home: Path) -> Paths:
    return Paths.find(own_home)


def test_after_the_first_answer_and_never_again(said: Said, paths: Paths) -> None:
    install(paths, "tiny")
    assert ENGLISH in said("ask", "Hello")
    assert ENGLISH not in said("ask", "Hello")
    assert ENGLISH not in said("chat", stdin=b"Hello\n")


def test_in_a_chat_once_and_in_chinese(said: Said, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    install(paths, "tiny")
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    assert said("chat", stdin=b"Hello\nHello\n").count(CHINESE) == 1


def test_scripts_and_files_are_not_told_and_the_person_after_them_is(said: Said, paths: Paths) -> None:
    install(paths, "tiny")
    assert said("ask", "Hello", terminal=False) == ""
    assert said("ask", "Hello", "--json") == ""
    assert said("ask", "Hello", "--quiet") == ""
    assert ENGLISH in said("ask", "Hello")


def test_what_was_measured_is_not_offered(said: Said, paths: Paths) -> None:
    keep(paths, record(install(paths, "tiny")))
    assert said("ask", "Hello") == ""


def test_an_answer_that_failed_is_no_moment_for_it(said: Said, paths: Paths, engine: FakeEngine) -> None:
    install(paths, "tiny")
    engine._error = EngineCrashed("the worker died")
    assert ENGLISH not in said("ask", "Hello", status=5)
    engine._error = None
    assert ENGLISH in said("ask", "Hello")


def test_who_sent_the_offer_of_the_desktop_away_is_left_alone(said: Said, paths: Paths) -> None:
    install(paths, "tiny")
    set_value(paths, "desktop.offer_fit", "false")
    assert said("ask", "Hello") == ""


def test_where_nothing_can_be_kept_nothing_is_said(said: Said, paths: Paths) -> None:
    """It would come with each answer."""
    install(paths, "tiny")
    set_value(paths, "chat.record", "false")
    paths.data.write_text("a file where the folder should be")
    assert said("ask", "Hello") == ""


def test_after_a_pull(
    said: Said, paths: Paths, make_gguf: Callable[..., Path], manifest_text: Callable[..., str]
) -> None:
    (paths.data / "catalog").mkdir(parents=True)
    (paths.data / "catalog" / "tiny.toml").write_text(manifest_text(f"file:{make_gguf()}"))
    assert ENGLISH in said("models", "pull", "tiny")
    assert ENGLISH not in said("models", "pull", "tiny")
