"""The real kiosk in a process of its own, a visitor in front of it, and a look into its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

# The program, with a way to touch what is on its screen. Letters come as numbers plus one, so that the way leaves none.
# What its microphone hears is told to whoever reads `KIOSK_TEST_SOUND`.
DRIVEN = """
import json, os
import myna_ui.kiosk.watchdog as watchdog
from PySide6.QtCore import QPoint, QSocketNotifier, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

start = watchdog.Watchdog.start
places = {}

def walk(item):
    yield item
    for child in item.childItems():
        yield from walk(child)

def do(window, what, name, letters=()):
    there = [item for item in walk(window.contentItem()) if item.objectName() == name and item.isVisible()]
    if not there or not there[0].isEnabled():
        return False
    item = there[0]
    if what == "touch":
        at = item.mapToScene(item.boundingRect().center())
        if places.get(name) != at:
            # What moves is not touched yet.
            places[name] = at
            return False
        del places[name]
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), round(at.y())))
    if what == "type":
        item.forceActiveFocus()
        for letter in letters:
            event = QInputMethodEvent()
            event.setCommitString(chr(letter - 1))
            QApplication.sendEvent(item, event)
    return True

def started(self):
    start(self)
    [window] = QApplication.allWindows()
    lines = os.fdopen(int(os.environ["KIOSK_TEST_IN"]), "rb", 0)
    self.driven = QSocketNotifier(lines.fileno(), QSocketNotifier.Type.Read)
    def read():
        line = lines.readline()
        if line:
            os.write(int(os.environ["KIOSK_TEST_OUT"]), json.dumps(do(window, *json.loads(line))).encode() + b"\\n")
        else:
            self.driven.setEnabled(False)
    self.driven.activated.connect(read)

watchdog.Watchdog.start = started

if "KIOSK_TEST_SOUND" in os.environ:
    import myna_speech.panel.talk as talk

    feed = talk.LevelMeter.feed

    def tapped(self, chunk):
        # Turned upside down, so that the way leaves none of it.
        os.write(int(os.environ["KIOSK_TEST_SOUND"]), bytes(255 - byte for byte in chunk.data))
        feed(self, chunk)

    talk.LevelMeter.feed = tapped
from myna.cli.main import main
main()
"""


class Driven:
    """The real kiosk, and a visitor in front of it."""

    def __init__(self, home: Path, profile: Path, environment: Mapping[str, str] = {}) -> None:
        self.home = home
        inside, self._out = os.pipe()
        self._in, back = os.pipe()
        hears, heard = os.pipe()
        whole = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "PYTHONMALLOC"))},
            "MYNA_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "KIOSK_TEST_IN": str(inside),
            "KIOSK_TEST_OUT": str(back),
            "KIOSK_TEST_SOUND": str(heard),
            **environment,
        }
        command = [sys.executable, "-c", DRIVEN, "desktop", "--kiosk", "--profile", str(profile)]
        self.process = subprocess.Popen(command, env=whole, pass_fds=(inside, back, heard))
        for end in (inside, back, heard):
            os.close(end)
        self._answers = os.fdopen(self._in, "rb")
        self.heard = bytearray()
        """Sound of the microphone, 16 bits a sample."""
        os.set_blocking(hears, False)
        self._hears = hears

    def do(self, what: str, name: str, text: str = "") -> bool:
        line = json.dumps([what, name, [ord(letter) + 1 for letter in text]])
        os.write(self._out, line.encode() + b"\n")
        return bool(json.loads(self._answers.readline()))

    def listen(self) -> bytearray:
        """All that its microphone has heard."""
        with suppress(BlockingIOError):
            while piece := os.read(self._hears, 1 << 16):
                self.heard += bytes(255 - byte for byte in piece)
        return self.heard

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 200
        while not condition():
            assert self.process.poll() is None
            assert time.monotonic() < deadline, "what was waited for has not come"
            # It would wait for who reads what it hears.
            self.listen()
            time.sleep(0.05)

    def touch(self, name: str) -> None:
        self.until(lambda: self.do("touch", name))

    def all(self) -> list[int]:
        """The process of the window, and those of its models."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [self.process.pid, *(child.pid for child in children)]

    def holds(self, needles: Mapping[str, bytes]) -> set[str]:
        """What of a visit is in any of their memories."""
        return set().union(*(in_memory(pid, needles) for pid in self.all()))

    def close(self) -> None:
        os.close(self._out)
        self.process.terminate()
        self.process.wait(60)
        self._answers.close()
        os.close(self._hears)


def in_memory(pid: int, needles: Mapping[str, bytes]) -> set[str]:
    """Which of them the memory of a process holds; none where it has ended meanwhile."""
    found: set[str] = set()
    with suppress(ProcessLookupError, FileNotFoundError), open(f"/proc/{pid}/mem", "rb", 0) as memory:  # noqa: PTH123 - unbuffered
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if "rw" not in rights:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            found |= {name for name, needle in needles.items() if needle in data}
    return found
