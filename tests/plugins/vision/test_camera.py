"""One frame of a camera; FFmpeg's test picture stands for it."""

from __future__ import annotations

import av.format
import pytest

from myna.engine.pixels import decode
from myna.engine.protocols import EngineSpec
from myna.engine.sight import PlainPicture
from myna.errors import DeviceMissing
from myna.testing.in_process import InProcess
from myna_vision.camera.engine import CameraEngine
from myna_vision.camera.request import FrameRequest


def frame(device: str, form: str) -> bytes:
    with InProcess(CameraEngine(EngineSpec("camera", "", {}, options={"format": form}))) as engine:
        [plain] = engine.ask(FrameRequest(device), "frame").items
    assert isinstance(plain, PlainPicture)
    return plain.data


@pytest.mark.skipif("lavfi" not in av.format.formats_available, reason="this PyAV makes no test picture")
def test_a_frame_is_a_picture() -> None:
    pixels = decode(frame("testsrc=size=320x240:rate=30", "lavfi"))
    assert pixels.shape == (240, 320, 3)
    assert len({tuple(pixel) for pixel in pixels.reshape(-1, 3).tolist()}) > 5


@pytest.mark.skipif("lavfi" not in av.format.formats_available, reason="this PyAV makes no test picture")
def test_a_camera_that_stops_too_soon() -> None:
    with pytest.raises(DeviceMissing, match="gave no picture"):
        frame("testsrc=size=32x24:rate=30:duration=0.1", "lavfi")


def test_a_camera_that_is_not_there() -> None:
    with pytest.raises(DeviceMissing, match="/dev/video99") as caught:
        frame("/dev/video99", "v4l2")
    assert "camera" in caught.value.hint
