"""The process of the window itself, as it runs in public: nothing of a visit is left in its memory, or anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux, to look into processes")

WORDS = ("Quillfeather", "zomerlandt")
QUESTION = f"My name is {WORDS[0]}. Where is the room of the {WORDS[1]} club, and when does it open?"
SIDE = 96
SOUGHT = {f"{WORDS[0]} utf-8", f"{WORDS[1]} utf-16-le", "rgba"}
"""What the search must find as long as it is there, in whatever else the processes hold."""

# The program, with a way to touch what is on its screen. Letters come as numbers plus one, so that the way leaves none.
DRIVEN = """
import json, os
import myna_ui.kiosk.watchdog as watchdog
from PySide6.QtCore import QPoint, QSocketNotifier, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

start = watchdog.Watchdog.start

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
from myna.cli.main import main
main()
"""


class Driven:
    """The real kiosk, in a process of its own, and a visitor in front of it."""

    def __init__(self, home: Path, profile: Path) -> None:
        self.home = home
        inside, self._out = os.pipe()
        self._in, back = os.pipe()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "PYTHONMALLOC"))},
            "MYNA_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "KIOSK_TEST_IN": str(inside),
            "KIOSK_TEST_OUT": str(back),
        }
        command = [sys.executable, "-c", DRIVEN, "desktop", "--kiosk", "--profile", str(profile)]
        self.process = subprocess.Popen(command, env=environment, pass_fds=(inside, back))
        os.close(inside)
        os.close(back)
        self._answers = os.fdopen(self._in, "rb")

    def do(self, what: str, name: str, text: str = "") -> bool:
        line = json.dumps([what, name, [ord(letter) + 1 for letter in text]])
        os.write(self._out, line.encode() + b"\n")
        return bool(json.loads(self._answers.readline()))

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 200
        while not condition():
            assert self.process.poll() is None
            assert time.monotonic() < deadline, "what was waited for has not come"
            time.sleep(0.05)

    def touch(self, name: str) -> None:
        self.until(lambda: self.do("touch", name))

    def all(self) -> list[int]:
        """The process of the window, and those of its models."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [self.process.pid, *(child.pid for child in children)]

    def holds(self) -> set[str]:
        """What of the visit is in any of their memories."""
        return set().union(*(in_memory(pid) for pid in self.all()))

    def close(self) -> None:
        os.close(self._out)
        self.process.terminate()
        self.process.wait(60)
        self._answers.close()


def colours() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Noise, of which a few bytes in a row come in no other picture."""
    return np.random.default_rng(7).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


@pytest.fixture
def driven(myna_home: Path, tmp_path: Path) -> Iterator[Driven]:
    film = tmp_path / "film.mkv"
    with av.open(str(film), "w") as made:
        stream = made.add_stream("ffv1", rate=10)
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "bgr0"
        for _ in range(3):
            for packet in stream.encode(av.VideoFrame.from_ndarray(colours(), format="rgb24")):
                made.mux(packet)
        for packet in stream.encode():
            made.mux(packet)
    profile = tmp_path / "kiosk.toml"
    profile.write_text(
        'inputs = ["text", "camera"]\nplugins = []\npolicies = ["off"]\naudit = "off"\nrecord = true\n'
        f'models = ["smollm2-135m-instruct"]\n[pictures]\ncamera = "{film}"\n'
        # Looking through the memory takes time on a busy machine, and nothing is touched meanwhile.
        "[idle]\nafter_s = 3600\n",
        encoding="utf-8",
    )
    made_driven = Driven(myna_home, profile)
    yield made_driven
    made_driven.close()


@cache
def needles() -> dict[str, bytes]:
    """What may be left: words in three encodings, and pixels as the camera, the window and a decoder have them."""
    words = {f"{word} {code}": word.encode(code) for word in WORDS for code in ("utf-8", "utf-16-le", "utf-32-le")}
    middle = colours()[SIDE // 2, 8:40]
    opaque = np.full((len(middle), 1), 255, np.uint8)
    pixels = {
        "rgb": middle.tobytes(),
        "rgba": np.concatenate([middle, opaque], 1).tobytes(),
        "bgra": np.concatenate([middle[:, ::-1], opaque], 1).tobytes(),
    }
    return words | pixels


def in_memory(pid: int) -> set[str]:
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
            found |= {name for name, needle in needles().items() if needle in data}
    return found


def in_files(home: Path) -> list[Path]:
    files = [path for path in home.rglob("*") if path.is_file() and path.relative_to(home).parts[0] != "models"]
    return [path for path in files if any(needle in path.read_bytes() for needle in needles().values())]


def test_nothing_of_a_visit_is_left_in_any_process_or_file(driven: Driven) -> None:
    driven.touch("begin")
    driven.touch("camera")
    driven.touch("agree")
    driven.touch("take")
    driven.until(lambda: driven.do("look", "taken"))
    driven.until(lambda: driven.do("type", "question", QUESTION))
    driven.touch("send")
    driven.until(lambda: not driven.do("look", "taken"))
    driven.until(lambda: driven.do("look", "picture"))

    # The search finds what it looks for, as long as it is there.
    driven.until(lambda: driven.holds() >= SOUGHT)
    assert in_files(driven.home)
    driven.touch("finish")
    driven.until(lambda: driven.do("look", "begin"))
    # Pages are thrown away half a second after they are gone from the screen, and then collected.
    driven.until(lambda: driven.do("look", "begin") and not in_memory(driven.process.pid))
    assert {pid: left for pid in driven.all() if (left := in_memory(pid))} == {}
    assert in_files(driven.home) == []
