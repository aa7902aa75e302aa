"""The host side of the camera."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from myna.engine.protocols import EngineSpec
from myna.engine.sight import PlainPicture
from myna.errors import DeviceMissing

from .request import MEND, FrameRequest

if TYPE_CHECKING:
    from myna.assistant import Assistant

PATIENCE_S = 20.0
"""A camera on a slow bus takes three seconds to its first frame."""


def camera_engine(**options: Any) -> EngineSpec:
    """What reads cameras; `options` are those of the engine."""
    return EngineSpec("camera", "myna_vision.camera.engine:CameraEngine", {}, options=options, extra="vision")


async def camera_frame(assistant: Assistant, device: str = "", **options: Any) -> bytes:
    """A PNG file of what the camera `device` sees now; empty: the first one. `options` are those of the engine.

    Raises:
        DeviceMissing: there is none, it cannot be used, or it gives no picture.
    """
    handle = assistant.pool.engine(camera_engine(**options))
    try:
        async with asyncio.timeout(PATIENCE_S):
            return (await handle.call("frame", FrameRequest(device), PlainPicture)).data
    except TimeoutError:
        raise DeviceMissing(f"the camera {device} gave no picture", hint=MEND) from None
