"""What an engine is that reads a camera: requests and answers. It works in a process of its own: drivers may hang."""

from __future__ import annotations

import msgspec

VIEW_SIDE = 720
"""Pixels of the longer side of what is shown while a camera is open; a screen in a lobby shows it no larger."""
VIEWS_PER_S = 12
"""Enough to hold a letter straight; each is 1.5 MB of pixels."""


class WatchRequest(msgspec.Struct, frozen=True):
    """What the camera sees, until the request is cancelled (operation `watch`; answers: `CameraView`s)."""

    device: str = ""
    """As the system names it; empty for the first."""


class CameraView(msgspec.Struct, frozen=True):
    """One frame, brought down to the size in which it is shown."""

    width: int
    height: int
    pixels: bytes
    """RGBA, rows from the top without gaps."""

    def valid(self) -> bool:
        """Whether the numbers fit one another: the process that sent them may be another's by now."""
        small = 0 < self.width <= VIEW_SIDE and 0 < self.height <= VIEW_SIDE
        return small and len(self.pixels) == self.width * self.height * 4


class KeepRequest(msgspec.Struct, frozen=True):
    """The last frame of the last `watch` in its full size (operation `keep`; answer: one `PlainPicture`).

    The engine has it no more after that. Fails with `DeviceMissing` where nothing was seen.
    """
