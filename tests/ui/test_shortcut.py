"""The key that brings the window to the front, on a real X server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from myna_ui.system.shortcut import ALT, CONTROL, SHIFT, _parse

SCRIPT = """
import ctypes, ctypes.util, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from myna_ui.system.shortcut import Shortcut

app = QApplication(sys.argv[:1])
first, second = Shortcut(), Shortcut()
seen = []
first.pressed.connect(lambda: (seen.append("pressed"), app.exit(0)))
print("allowed", first.use("Ctrl+Alt+M"))
print("taken", second.use("Ctrl+Alt+M"))
x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
xtst = ctypes.CDLL(ctypes.util.find_library("Xtst"))
x11.XOpenDisplay.restype = ctypes.c_void_p
display = ctypes.c_void_p(x11.XOpenDisplay(None))
codes = [x11.XKeysymToKeycode(display, ctypes.c_ulong(key)) for key in (0xFFE3, 0xFFE9, ord("m"))]

def type_it():
    for code in codes:
        xtst.XTestFakeKeyEvent(display, code, 1, 0)
    for code in reversed(codes):
        xtst.XTestFakeKeyEvent(display, code, 0, 0)
    x11.XFlush(display)

QTimer.singleShot(100, type_it)
QTimer.singleShot(20_000, lambda: app.exit(1))
status = app.exec()
print("seen", seen)
first.release()
print("free again", second.use("Ctrl+Alt+M"))
second.release()
sys.exit(status)
"""


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="Xvfb is not installed")
def test_the_key_is_heard_while_another_window_has_the_focus() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
    command = ["xvfb-run", "-a", sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.splitlines() == ["allowed True", "taken False", "seen ['pressed']", "free again True"], (
        done.stderr
    )
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("Ctrl+Alt+M", (ord("m"), CONTROL | ALT)),
        ("Ctrl+Shift+Space", (ord(" "), CONTROL | SHIFT)),
        ("F9", (0xFFC6, 0)),
        ("M", None),
        ("Shift+M", None),
        ("", None),
        ("Ctrl+K, Ctrl+C", None),
        ("nonsense", None),
    ],
)
def test_keys_are_understood(keys: str, expected: tuple[int, int] | None) -> None:
    assert _parse(keys) == expected
