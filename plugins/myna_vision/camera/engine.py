"""The engine that reads a camera, in a process of its own: drivers may hang, and end whatever waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, ClassVar

import msgspec
import numpy as np

from myna.engine.camera import VIEW_SIDE, VIEWS_PER_S, CameraView, KeepRequest, WatchRequest
from myna.engine.pixels import png
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.sight import PlainPicture
from myna.errors import DeviceMissing

from .devices import Devices
from .request import MEND, FrameRequest

_WARM_UP = 10
"""Frames that are let go: a camera finds the right exposure in about a third of a second."""


class CameraOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str = ""
    """FFmpeg's input; empty for the one of this system."""


class CameraEngine(SerialEngine):
    operations: ClassVar = {"frame": FrameRequest, "watch": WatchRequest, "keep": KeepRequest}

    def __init__(self, spec: EngineSpec) -> None:
        self._devices = Devices(msgspec.convert(spec.options, CameraOptions).format)
        self._seen: Any = None
        super().__init__(ModelInfo("camera"))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        match body:
            case WatchRequest():
                yield from self._watch(body.device)
            case KeepRequest():
                yield self._keep()
            case FrameRequest():
                yield from self._last_of_some(body.device)

    def _last_of_some(self, device: str) -> Iterator[msgspec.Struct | None]:
        with closing(self._devices.frames(device)) as frames:
            for number, frame in enumerate(frames):
                if number >= _WARM_UP:
                    yield _picture(frame)
                    return
                yield None

    def _watch(self, device: str) -> Iterator[msgspec.Struct | None]:
        self._seen = None
        shown = 0.0
        with closing(self._devices.frames(device)) as frames:
            for frame in frames:
                self._seen = frame
                now = time.monotonic()
                if now - shown < 1 / VIEWS_PER_S:
                    yield None
                else:
                    shown = now
                    yield _view(frame)

    def _keep(self) -> PlainPicture:
        frame, self._seen = self._seen, None
        if frame is None:
            raise DeviceMissing("the camera gave no picture", hint=MEND)
        return _picture(frame)


def _picture(frame: Any) -> PlainPicture:
    return PlainPicture(png(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)))


def _view(frame: Any) -> CameraView:
    share = min(1.0, VIEW_SIDE / max(frame.width, frame.height))
    width, height = max(1, int(frame.width * share)), max(1, int(frame.height * share))
    small = frame.reformat(width=width, height=height, format="rgba")
    return CameraView(width, height, np.ascontiguousarray(small.to_ndarray(), np.uint8).tobytes())
