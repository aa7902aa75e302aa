"""What is asked of a camera."""

from __future__ import annotations

import msgspec

MEND = "check the cable and who may use the camera (on Linux, the group video)"


class FrameRequest(msgspec.Struct, frozen=True):
    """One frame (operation `frame`; answer: one `PlainPicture`, a PNG file)."""

    device: str = ""
    """As the system names it; empty for the first."""
