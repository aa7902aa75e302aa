"""Cameras of this system through FFmpeg, and video files in their place. Imported in a worker alone."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from myna.errors import DeviceMissing, ExtraMissing

from .request import MEND

_FORMATS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
"""FFmpeg's names of what reads cameras."""
_FIRST = {"darwin": "0", "win32": "video=0"}
_PER_S = 25.0
"""Frames a second of a video file that does not tell: the rate of PAL."""


class Devices:
    """Opens what gives frames."""

    def __init__(self, form: str = "") -> None:
        """`form`: FFmpeg's input; empty for the one of this system. Raises `ExtraMissing`."""
        try:
            import av
            import av.error
        except ModuleNotFoundError as error:
            missing = "PyAV, which reads cameras, is not installed"
            raise ExtraMissing(missing, hint="pip install 'myna[vision]'") from error
        self._av: Any = av
        self._format = form or _FORMATS.get(sys.platform, "v4l2")

    def frames(self, device: str) -> Generator[Any, None, None]:
        """What `device` sees (empty: the first camera), as `av.VideoFrame`s, as they come.

        A video file takes the place of a camera, to try things out: it is played over and over.

        Raises:
            DeviceMissing: it is not there, cannot be used, or stops.
        """
        device = device or self._first()
        film = Path(device).is_file()
        while True:
            seen = 0
            try:
                with self._av.open(device, format=None if film else self._format, mode="r") as camera:
                    for frame in self._paced(camera) if film else camera.decode(video=0):
                        seen += 1
                        yield frame
            except (self._av.error.FFmpegError, ValueError, OSError, IndexError) as error:
                problem = getattr(error, "strerror", None) or str(error)
                raise DeviceMissing(f"the camera {device} cannot be used: {problem}", hint=MEND) from None
            if not film or not seen:
                raise DeviceMissing(f"the camera {device} gave no picture", hint=MEND)

    def _paced(self, film: Any) -> Iterator[Any]:
        """Its frames no faster than a camera would give them."""
        stream = film.streams.video[0]
        pause = 1 / float(stream.average_rate or _PER_S)
        for frame in film.decode(stream):
            yield frame
            time.sleep(min(pause, 1.0))

    def _first(self) -> str:
        if self._format != "v4l2":
            return _FIRST.get(sys.platform, "0")
        devices = sorted(Path("/dev").glob("video*"), key=lambda path: (len(path.name), path.name))
        if not devices:
            raise DeviceMissing("there is no camera", hint=MEND)
        return str(devices[0])
