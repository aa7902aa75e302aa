"""Templates, engines and command lines for the tests of prompts."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from myna.cli.main import run
from myna.testing import FakeEngine, answered_by
from myna_prompts.choosing import Chooser
from myna_prompts.loading import Loaded, check, loads
from myna_prompts.vectors import KeptVectors

Make = Callable[..., Loaded]
Run = Callable[..., tuple[int, str, str]]

HEAD = 'name = "tried"\nversion = "1.0"\nlanguage = "en"\ndescription = "Tried"\n'


@pytest.fixture
def make() -> Make:
    """`make(entries)`: a template with these entries besides its name, checked."""

    def make(entries: str = "", head: str = HEAD) -> Loaded:
        return check(loads(head + entries))

    return make


@pytest.fixture
def chooser(tmp_path: Path) -> Chooser:
    return Chooser(KeptVectors(tmp_path / "vectors"))


@pytest.fixture
def prompts_folder(own_home: Path) -> Path:
    """The person's own folder of templates."""
    folder = own_home / "data" / "prompts"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[FakeEngine], None]]:
    """Let a scripted engine answer in place of every model, with the prompts plugin alone."""
    monkeypatch.setenv("MYNA_PLUGINS_ONLY", "prompts")
    with ExitStack() as used:

        def use(fake: FakeEngine) -> None:
            async def clear() -> None:
                return None

            fake.clear = clear
            used.enter_context(answered_by(fake))

        yield use


@pytest.fixture
def myna(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line: status, standard output, standard error."""
    monkeypatch.setenv("MYNA_PLUGINS_ONLY", "prompts")

    def call(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = run(arguments)
        captured = capfd.readouterr()
        return status, captured.out, captured.err

    return call
