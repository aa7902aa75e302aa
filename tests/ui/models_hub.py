"""A hub of this machine's own, and a person who drops files: for tests of the pages that bring models."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

import myna_models.machine
import myna_models.plugin
from gguf_files import write_tiny
from loopback import LoopbackServer
from myna_models.machine import Speed

from .conftest import Shown

PLUGIN = ("models", myna_models.plugin)


def know_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that reads 10 GB a second, with 8 GB free, and is not measured."""
    monkeypatch.setattr(myna_models.machine, "speed", lambda _: Speed(1e10, 1e11))
    monkeypatch.setattr(myna_models.machine, "available_memory", lambda: 8_000_000_000)


class Hub:
    """Some models of some hundred kilobytes, whose manifests are in the catalog of `home`."""

    def __init__(self, home: Path, web: LoopbackServer) -> None:
        self.home = home
        self.web = web

    def offer(self, name: str, title: str, *, source: str = "", task: str = "chat", language: str = "en") -> int:
        """Returns the size of the model, bytes."""
        catalog = self.home / "data" / "catalog"
        catalog.mkdir(parents=True, exist_ok=True)
        body = write_tiny(self.home / "made.gguf", padding=400_000).read_bytes()
        (self.home / "made.gguf").unlink()
        self.web.files[f"/{name}.gguf"] = body
        source = source or f"url:{self.web.url}/{name}.gguf"
        lines = [
            f'id = "{name}"',
            f'name = "{title}"',
            f'task = "{task}"',
            'format = ".gguf"',
            f'languages = ["{language}"]',
        ]
        lines += ["parameters = 90_000", "[licence]", 'id = "MIT"', "[[files]]", 'role = "model"', 'name = "made.gguf"']
        (catalog / f"{name}.toml").write_text("\n".join([*lines, f"size = {len(body)}", f'sources = ["{source}"]']))
        return len(body)

    def hold(self) -> threading.Event:
        """Answers stop in the middle until this is set."""
        self.web.half = threading.Event()
        return self.web.half


def drop(shown: Shown, *files: Path | str) -> None:
    """Drag files over the middle of the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) if isinstance(file, Path) else QUrl(file) for file in files])
    middle = QPoint(shown.window.width() // 2, shown.window.height() // 2)
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(shown.window, QDragEnterEvent(middle, action, data, left, none))
    QApplication.sendEvent(shown.window, QDropEvent(QPointF(middle), action, data, left, none))


def has_text(shown: Shown, *parts: str) -> Callable[[], bool]:
    """Whether one text on the screen has all of `parts` in it."""
    return lambda: any(all(part in text for part in parts) for text in shown.texts())
