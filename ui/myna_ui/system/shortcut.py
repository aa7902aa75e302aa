"""A key that brings the window to the front from anywhere, where the platform allows it.

On X11 the key is grabbed from the server (XGrabKey), with libX11 by ctypes: the library is there wherever X11 is. A
Wayland compositor lets no program do that; there, its own settings can bind a key to `myna desktop`, which shows the
window that is open.
"""

from __future__ import annotations

import ctypes
import ctypes.util

from PySide6.QtCore import QKeyCombination, QObject, QSocketNotifier, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence

KEY_PRESS = 2
"""X11/X.h, as the numbers below."""
GRAB_MODE_ASYNC = 1
SHIFT, LOCK, CONTROL, ALT, NUM_LOCK, SUPER = 1, 2, 4, 8, 16, 64
IGNORED = (0, LOCK, NUM_LOCK, LOCK | NUM_LOCK)
"""Locks that may be on: X11 takes each combination for a key of its own."""
EVENT_BYTES = 192
"""sizeof(XEvent) on 64 bits: 24 longs."""

_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: SHIFT,
    Qt.KeyboardModifier.ControlModifier: CONTROL,
    Qt.KeyboardModifier.AltModifier: ALT,
    Qt.KeyboardModifier.MetaModifier: SUPER,
}


class Shortcut(QObject):
    """Holds one key, from `use` until `release`."""

    pressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._x11: ctypes.CDLL | None = None
        self._display = 0
        self._code = 0
        self._modifiers = 0
        self._notifier: QSocketNotifier | None = None

    def use(self, keys: str) -> bool:
        """Listen for `keys` (`Ctrl+Alt+M`) instead of what was listened for; empty: for nothing.

        Returns whether the platform allows it and the key is no other program's.
        """
        self.release()
        wanted = _parse(keys)
        if wanted is None or QGuiApplication.platformName() != "xcb":
            return False
        keysym, modifiers = wanted
        library = ctypes.util.find_library("X11")
        if library is None:
            return False
        x11 = ctypes.CDLL(library)
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        display = x11.XOpenDisplay(None)
        if not display:
            return False
        self._x11, self._display = x11, display
        self._code, self._modifiers = x11.XKeysymToKeycode(ctypes.c_void_p(display), keysym), modifiers
        if not self._code or not self._grab():
            self.release()
            return False
        descriptor = x11.XConnectionNumber(ctypes.c_void_p(display))
        self._notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        return True

    def release(self) -> None:
        """Let go of the key."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._x11 is not None:
            # The server takes back what a connection has grabbed.
            self._x11.XCloseDisplay(ctypes.c_void_p(self._display))
            self._x11 = None

    def _grab(self) -> bool:
        """Whether all went through; a key that another program holds is an error that comes with the next answer."""
        x11, display = self._x11, ctypes.c_void_p(self._display)
        if x11 is None:
            return False
        failed: list[int] = []
        handler_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)

        def refused(_display: int, _event: int) -> int:
            failed.append(1)
            return 0

        handler = handler_type(refused)
        x11.XSetErrorHandler.restype = ctypes.c_void_p
        x11.XSetErrorHandler.argtypes = [ctypes.c_void_p]
        before = x11.XSetErrorHandler(ctypes.cast(handler, ctypes.c_void_p))
        root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
        for locks in IGNORED:
            x11.XGrabKey(display, self._code, self._modifiers | locks, root, 0, GRAB_MODE_ASYNC, GRAB_MODE_ASYNC)
        x11.XSync(display, 0)
        x11.XSetErrorHandler(before)
        return not failed

    def _read(self) -> None:
        x11 = self._x11
        event = ctypes.create_string_buffer(EVENT_BYTES)
        while x11 is not None and x11.XPending(ctypes.c_void_p(self._display)):
            x11.XNextEvent(ctypes.c_void_p(self._display), event)
            if int.from_bytes(event.raw[:4], "little") == KEY_PRESS:
                self.pressed.emit()
            x11 = self._x11


def _parse(keys: str) -> tuple[int, int] | None:
    """The X11 keysym and modifiers of a key sequence; None where it is none, or has no modifier."""
    sequence = QKeySequence.fromString(keys)
    if sequence.count() != 1:
        return None
    combination: QKeyCombination = sequence[0]  # type: ignore[index]
    key = combination.key()
    modifiers = sum(bit for which, bit in _MODIFIERS.items() if combination.keyboardModifiers() & which)
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        keysym = key - Qt.Key.Key_A + ord("a")
    elif Qt.Key.Key_Space <= key <= Qt.Key.Key_9:
        keysym = int(key)
    elif Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35:
        keysym = 0xFFBE + key - Qt.Key.Key_F1
    else:
        return None
    # A key alone would be taken away from whatever the person writes in.
    return (keysym, modifiers) if modifiers & ~SHIFT or keysym > 0xFF00 else None
