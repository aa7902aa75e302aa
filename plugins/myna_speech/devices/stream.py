"""One open device of PortAudio."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .listing import AudioDevice, Kind

BLOCK_S = 0.01
"""Of a callback: a pause or a flush is heard that soon after the device's own latency."""
LATENCY_S = 0.03
"""Asked of a device, which takes what it can: at 10 ms a busy machine with two cores stutters."""
STALL_S = 2.0
"""A device that has not called for so long is lost, whatever it says of itself."""

Block = Callable[[Any, int, float, bool], None]
"""Called with the buffer of 16-bit samples, their number (a channel), the seconds between now and when the first one
leaves the loudspeaker (or came into the microphone, then negative), and whether sound was lost before."""


class DeviceStream:
    """An open device. `on_block` and `on_end` are called by threads of PortAudio's once it is started."""

    def __init__(self, device: AudioDevice, kind: Kind, channels: int) -> None:
        self.device = device
        self.kind: Kind = kind
        self.channels = channels
        self.latency = 0.0
        """Seconds between a callback and the outside world."""
        self.interrupted = False
        """Closed only to look for devices anew: it can be opened again at once."""
        self.on_block: Block = lambda data, samples, ahead, lost: None
        self.on_end: Callable[[], None] = lambda: None
        self._stream: Any = None
        self._ended = False
        self._called = time.monotonic()

    @property
    def rate(self) -> int:
        return self.device.rate

    @property
    def alive(self) -> bool:
        return not self._ended and time.monotonic() - self._called < STALL_S

    # what follows is called by PortAudio's threads

    def open(self, library: Any) -> None:
        kind = library.RawInputStream if self.kind == "input" else library.RawOutputStream
        self._stream = kind(
            device=self.device.index,
            samplerate=self.rate,
            channels=self.channels,
            dtype="int16",
            blocksize=round(self.rate * BLOCK_S),
            latency=LATENCY_S,
            callback=self._hear if self.kind == "input" else self._say,
            finished_callback=self._finished,
        )
        self.latency = float(self._stream.latency)

    def start(self) -> None:
        self._called = time.monotonic()
        self._stream.start()

    def close(self) -> None:
        self._ended = True
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)

    def _hear(self, data: Any, samples: int, times: Any, status: Any) -> None:
        self._called = time.monotonic()
        self.on_block(data, samples, times.inputBufferAdcTime - times.currentTime, bool(status.input_overflow))

    def _say(self, data: Any, samples: int, times: Any, status: Any) -> None:
        self._called = time.monotonic()
        ahead = times.outputBufferDacTime - times.currentTime
        # Some drivers give no time; then the latency that they promised is the best that is known.
        self.on_block(data, samples, ahead if 0 < ahead < 1 else self.latency, bool(status.output_underflow))

    def _finished(self) -> None:
        if not self._ended:
            self._ended = True
            self.on_end()
