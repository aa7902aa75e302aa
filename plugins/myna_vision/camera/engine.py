"""The engine that takes one frame of a camera, in a process of its own: drivers may hang, and end whatever waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np

from myna.engine.pixels import png
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.sight import PlainPicture
from myna.errors import DeviceMissing, ExtraMissing

from .request import MEND, FrameRequest

_FORMATS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
"""FFmpeg's names of what reads cameras."""
_FIRST = {"darwin": "0", "win32": "video=0"}
_WARM_UP = 10
"""Frames that are let go: a camera finds the right exposure in about a third of a second."""


class CameraOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str = ""
    """FFmpeg's input; empty for the one of this system."""


class CameraEngine(SerialEngine):
    operations: ClassVar = {"frame": FrameRequest}

    def __init__(self, spec: EngineSpec) -> None:
        try:
            import av
            import av.error
        except ModuleNotFoundError as error:
            missing = "PyAV, which reads cameras, is not installed"
            raise ExtraMissing(missing, hint="pip install 'myna[vision]'") from error
        self._av: Any = av
        self._format = msgspec.convert(spec.options, CameraOptions).format or _FORMATS.get(sys.platform, "v4l2")
        super().__init__(ModelInfo("camera"))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        device = body.device or self._first()
        try:
            camera = self._av.open(device, format=self._format, mode="r")
        except (self._av.error.FFmpegError, ValueError, OSError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise DeviceMissing(f"the camera {device} cannot be used: {problem}", hint=MEND) from None
        with camera:
            try:
                yield from self._last_of_some(camera, device)
            except self._av.error.FFmpegError as error:
                raise DeviceMissing(f"the camera {device} cannot be used: {error.strerror}", hint=MEND) from None

    def _last_of_some(self, camera: Any, device: str) -> Iterator[msgspec.Struct | None]:
        for number, frame in enumerate(camera.decode(video=0)):
            if number >= _WARM_UP:
                yield PlainPicture(png(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)))
                return
            yield None
        raise DeviceMissing(f"the camera {device} gave no picture", hint=MEND)

    def _first(self) -> str:
        if self._format != "v4l2":
            return _FIRST.get(sys.platform, "0")
        devices = sorted(Path("/dev").glob("video*"), key=lambda path: (len(path.name), path.name))
        if not devices:
            raise DeviceMissing("there is no camera", hint=MEND)
        return str(devices[0])
