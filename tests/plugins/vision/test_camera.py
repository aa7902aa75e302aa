"""One frame of a camera; FFmpeg's test picture stands for it."""

from __future__ import annotations

from pathlib import Path

import av
import av.format
import numpy as np
import pytest

from myna.engine.camera import VIEW_SIDE, CameraView, KeepRequest, WatchRequest
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


WIDE = (1280, 720)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of three frames, red, green and blue, which takes the place of a camera."""
    file = tmp_path_factory.mktemp("film") / "three.mkv"
    with av.open(str(file), "w") as made:
        stream = made.add_stream("ffv1", rate=50)
        stream.width, stream.height, stream.pix_fmt = *WIDE, "bgr0"
        for colour in range(3):
            pixels = np.zeros((WIDE[1], WIDE[0], 3), np.uint8)
            pixels[..., colour] = 200
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                made.mux(packet)
        for packet in stream.encode():
            made.mux(packet)
    return file


def camera() -> InProcess:
    return InProcess(CameraEngine(EngineSpec("camera", "", {})))


def test_what_it_sees_is_shown_small_and_kept_large_once(film: Path) -> None:
    with camera() as engine:
        watching = engine.submit(WatchRequest(str(film)), "watch")
        engine.until(lambda: len(watching.items) >= 2)
        engine.engine.cancel(watching.number)
        [kept] = engine.ask(KeepRequest(), "keep").items
        with pytest.raises(DeviceMissing, match="gave no picture"):
            engine.ask(KeepRequest(), "keep")
    for view in watching.items:
        assert isinstance(view, CameraView)
        assert view.valid()
        assert max(view.width, view.height) == VIEW_SIDE
    pixels = decode(kept.data)
    assert pixels.shape == (WIDE[1], WIDE[0], 3)
    assert pixels[0, 0].tolist() in ([200, 0, 0], [0, 200, 0], [0, 0, 200])


def test_a_film_is_played_over_and_over(film: Path) -> None:
    with InProcess(CameraEngine(EngineSpec("camera", "", {}))) as engine:
        [plain] = engine.ask(FrameRequest(str(film)), "frame").items
    assert decode(plain.data).shape == (WIDE[1], WIDE[0], 3)


def test_nothing_is_kept_of_what_another_has_watched(film: Path) -> None:
    with camera() as engine:
        watching = engine.submit(WatchRequest(str(film)), "watch")
        engine.step()
        engine.engine.cancel(watching.number)
        with pytest.raises(DeviceMissing, match="/dev/video99"):
            engine.ask(WatchRequest("/dev/video99"), "watch")
        with pytest.raises(DeviceMissing, match="gave no picture"):
            engine.ask(KeepRequest(), "keep")


def test_what_is_no_film_is_no_camera(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("no film at all")
    with camera() as engine, pytest.raises(DeviceMissing, match=r"words.txt"):
        engine.ask(WatchRequest(str(file)), "watch")


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(0, 2, 8), (2, 0, 8), (VIEW_SIDE + 1, 1, 4 * (VIEW_SIDE + 1)), (2, 2, 15), (-1, -1, 4)],
)
def test_numbers_that_do_not_fit_one_another(width: int, height: int, size: int) -> None:
    assert not CameraView(width, height, bytes(size)).valid()
