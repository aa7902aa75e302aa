"""A visit with the real model leaves nothing: not in files, not in processes, not in what the model remembers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from model_workers import model_workers
from myna.events import TurnFinished
from myna.paths import Paths
from myna.settings import load_settings
from myna_ui.app import application
from myna_ui.desktop import Desktop
from myna_ui.kiosk.kiosk import Kiosk
from myna_ui.kiosk.pin import PinLock
from myna_ui.kiosk.places import Places
from myna_ui.kiosk.profile import parse_profile
from myna_ui.kiosk.settings import settings_for
from myna_ui.kiosk.showing import show_kiosk
from myna_ui.kiosk.wiping import clear

CLASSIFIERS = ("securevector-guardian", "profanity-en")
WORDS = ("Quillfeather", "zomerlandt")
"""Words that come into no program and no model by themselves."""
QUESTION = f"My name is {WORDS[0]}. Where is the room of the {WORDS[1]} club, and when does it open?"


def needles() -> list[bytes]:
    """As files and processes may hold them: UTF-8, UTF-16 as Qt does, UTF-32 as wide strings are."""
    return [word.encode(code) for word in WORDS for code in ("utf-8", "utf-16-le", "utf-32-le")]


def in_files(folder: Path) -> list[Path]:
    """Files that hold the visitor's words."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and "models" not in path.relative_to(folder).parts[:1]:
            data = path.read_bytes()
            if any(needle in data for needle in needles()):
                found.append(path)
    return found


def workers() -> dict[int, str]:
    """Processes of models, by id."""
    return {worker.pid: " ".join(worker.cmdline()) for worker in model_workers()}


def in_memory(pid: int) -> bool:
    """Whether the memory of a process holds the visitor's words."""
    overlap = max(map(len, needles()))
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if "rw" not in rights:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            before = b""
            for at in range(start, end, 1 << 24):
                try:
                    memory.seek(at)
                    data = before + memory.read(min(1 << 24, end - at))
                except (OSError, ValueError, OverflowError):
                    break
                if any(needle in data for needle in needles()):
                    return True
                before = data[-overlap:]
    return False


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    there = QApplication.instance()
    return there if isinstance(there, QApplication) else application(["myna"])


class Visit:
    """The kiosk with the real model, and what became of each question."""

    def __init__(self, home: Path, qtbot: QtBot, record: bool) -> None:
        self.qtbot = qtbot
        paths = Paths.find(home)
        self.places = Places.find(paths)
        clear(self.places)
        profile = parse_profile(
            {
                "record": record,
                "inputs": ["text"],
                "plugins": ["vision"],
                "models": ["smollm2-135m-instruct"],
                "prompt": {"name": "kiosk"},
            },
            "test",
        )
        settings = settings_for(profile, load_settings(paths, environ={}))
        self.desktop = Desktop(self.places.paths, settings, environ={})
        self.desktop.theme.use(settings.desktop, touch=True)
        lock = PinLock(home / "kiosk.pin", self.places.attempts)
        self.kiosk = Kiosk(self.desktop, profile, self.places, lock, has_pin=False)
        self.finished: list[TurnFinished] = []
        self.desktop.heard.connect(self._hear)
        self.engine, self.window = show_kiosk(self.desktop, self.kiosk)
        self.desktop.begin()
        self.until(lambda: self.kiosk.property("screen") == "attract")

    def _hear(self, event: object) -> None:
        if isinstance(event, TurnFinished):
            self.finished.append(event)

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=120_000)

    def do(self, work: Any) -> Any:
        """Something in the loop, to its end."""
        results: list[Any] = []
        self.desktop.bridge.run(work).on_result(results.append)
        self.until(lambda: bool(results))
        return results[0]

    def ask(self, question: str) -> TurnFinished:
        view = self.desktop.property("conversation")
        before = len(self.finished)
        self.kiosk.ask(question)
        self.until(lambda: len(self.finished) > before and not view.property("busy"))
        return self.finished[-1]

    def close(self, app: QApplication) -> None:
        self.window.hide()
        self.engine.deleteLater()
        app.processEvents()
        QApplication.sendPostedEvents(self.engine)
        self.desktop.close()
        self.desktop.deleteLater()
        app.processEvents()


@pytest.fixture(params=[False, True], ids=["in memory", "recorded"])
def visit(
    request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot, myna_home: Path, install: Callable[..., Path]
) -> Iterator[Visit]:
    install(*CLASSIFIERS)
    made = Visit(myna_home, qtbot, request.param)
    yield made
    made.close(qapp)
    assert isinstance(made.engine, QObject)


def picture() -> bytes:
    data = BytesIO()
    Image.effect_noise((64, 64), 90).save(data, "PNG")
    return data.getvalue()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux, to look into processes")
def test_nothing_of_a_visit_is_left(visit: Visit, myna_home: Path, request: pytest.FixtureRequest) -> None:
    recorded = "recorded" in request.node.name
    visit.kiosk.begin("en")
    first = visit.ask(QUESTION)
    assert first.error is None, first.error
    opened = visit.desktop.opened
    conversation = opened.conversation.id
    attachment = visit.do(opened.conversation.add_picture(picture()))
    (visit.places.temporary / "heard.wav").write_bytes(WORDS[0].encode())
    QGuiApplication.clipboard().setText(QUESTION)

    # The searches find what they look for, as long as it is there.
    before = workers()
    assert any(in_memory(pid) for pid in before)
    assert in_files(myna_home)
    database = [path for path in in_files(myna_home) if path.name.startswith("conversations.db")]
    assert bool(database) == recorded

    began = time.perf_counter()
    visit.kiosk.finish()
    visit.until(lambda: visit.kiosk.property("screen") == "attract")
    print(f"\nwiped in {time.perf_counter() - began:.2f} s")

    assert in_files(myna_home) == []
    assert not any(psutil.pid_exists(pid) for pid in before)
    assert not list(visit.places.paths.data.rglob(f"*{attachment.sha256}*"))
    assert QGuiApplication.clipboard().text() == ""
    assert opened.conversation.id != conversation
    assert visit.do(opened.conversation.history()) == []

    # The next visitor, who asks the very same, is the first to do so.
    visit.kiosk.begin("en")
    visit.ask("Good day")
    after = workers()
    assert after
    assert not any(in_memory(pid) for pid in after)
    visit.kiosk.finish()
    visit.until(lambda: visit.kiosk.property("screen") == "attract")
    visit.kiosk.begin("en")
    second = visit.ask(QUESTION)
    computed = second.usage.prompt_tokens - second.usage.cached_tokens
    assert computed >= len(QUESTION.split())
    assert second.usage.prompt_tokens == first.usage.prompt_tokens
    print(f"cached tokens {second.usage.cached_tokens} of {second.usage.prompt_tokens}, first token after ")
    print(f"{second.timings['first_token']:.0f} ms")
    # In the same visit it is known, which shows that the count means something.
    third = visit.ask(QUESTION)
    assert third.usage.cached_tokens > second.usage.cached_tokens
    # What happened is on record; without the words, or it would have been found above.
    assert b'"question"' in (myna_home / "data" / "audit" / "audit.jsonl").read_bytes()
