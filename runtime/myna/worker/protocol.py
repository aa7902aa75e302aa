"""What host and worker say to one another: frames of a length (u32, big endian) and a msgpack struct.

    host                          worker
    Load(spec)            ->
                          <-      Ready(info), or Failed(0, error)
    Request(id, ...)      ->
                          <-      Item(id, body) ... then exactly one Done(id) or Failed(id, error)
    Cancel(id)            ->      (the request still ends with its Done)
    Pause(id), Resume(id) ->      the reader of the answer is slow, or has caught up
    Ping(n)               ->
                          <-      Pong(n, ...), also while a step is running
    Shutdown()            ->      (the process ends)

Request ids are positive and never used twice by one worker; 0 stands for the worker itself, so that
`Failed(0, error)` says why it is about to end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from ..engine.protocols import EngineSpec, ModelInfo
from ..errors import ErrorInfo

MAX_FRAME = 256 * 1024 * 1024
"""Bytes. Larger than any sensible request (a few photographs), smaller than what would hurt the host."""

HEADER = 4
"""Bytes of the length before each frame."""

WORKER = 0
"""The request id that stands for the worker itself."""

Level = Literal["debug", "info", "warning", "error"]


class _Frame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pass


class Load(_Frame, frozen=True, tag=1):
    spec: EngineSpec


class Request(_Frame, frozen=True, tag=2):
    id: int
    operation: str
    body: msgspec.Raw


class Cancel(_Frame, frozen=True, tag=3):
    id: int


class Ping(_Frame, frozen=True, tag=4):
    n: int


class Shutdown(_Frame, frozen=True, tag=5):
    pass


class Pause(_Frame, frozen=True, tag=6):
    id: int


class Resume(_Frame, frozen=True, tag=7):
    id: int


class Ready(_Frame, frozen=True, tag=1):
    info: ModelInfo


class Item(_Frame, frozen=True, tag=2):
    id: int
    body: msgspec.Raw


class Done(_Frame, frozen=True, tag=3):
    id: int


class Failed(_Frame, frozen=True, tag=4):
    id: int
    error: ErrorInfo


class Pong(_Frame, frozen=True, tag=5):
    n: int
    busy_ms: float
    """How long the current step or submit has been running; 0 when there is none."""
    rss: int
    """Resident memory, bytes; 0 where the platform does not say."""


class Log(_Frame, frozen=True, tag=6):
    level: Level
    text: str


ToWorker = Load | Request | Cancel | Ping | Shutdown | Pause | Resume
ToHost = Ready | Item | Done | Failed | Pong | Log


class FrameError(ValueError):
    """The bytes that came are no frames of this protocol."""


_encoder = msgspec.msgpack.Encoder()
to_worker: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)
to_host: msgspec.msgpack.Decoder[ToHost] = msgspec.msgpack.Decoder(ToHost)


def _framed(value: object) -> bytearray:
    frame = bytearray(HEADER)
    _encoder.encode_into(value, frame, HEADER)
    size = len(frame) - HEADER
    if size > MAX_FRAME:
        raise FrameError(f"a frame of {size:,} bytes; at most {MAX_FRAME:,} are allowed")
    frame[:HEADER] = size.to_bytes(HEADER, "big")
    return frame


def encode(frame: ToWorker | ToHost) -> bytearray:
    """The frame with its length.

    Raises:
        FrameError: it is larger than `MAX_FRAME`.
    """
    return _framed(frame)


def encode_request(request: int, operation: str, body: object) -> bytearray:
    """The frame of a `Request`, its body encoded in the same pass.

    Raises:
        FrameError: it is larger than `MAX_FRAME`.
    """
    return _framed((2, request, operation, body))


def encode_item(request: int, body: object) -> bytearray:
    """The frame of an `Item`, its body encoded in the same pass.

    Raises:
        FrameError: it is larger than `MAX_FRAME`.
    """
    return _framed((2, request, body))


class FrameBuffer:
    """Cuts a stream of bytes into frames. Memory grows with what arrived, never with what a length claims."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._limit = limit
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The payloads that `data` completes, those before a bad length included.

        Raises:
            FrameError: a length is zero or beyond the limit.
        """
        rest = self._rest
        if rest:
            rest += data
            if len(rest) < HEADER or len(rest) < HEADER + self._length(rest, 0):
                return
            data = bytes(rest)
            rest.clear()
        start, end = 0, len(data)
        while end - start >= HEADER:
            stop = start + HEADER + self._length(data, start)
            if stop > end:
                break
            yield data[start + HEADER : stop]
            start = stop
        if start < end:
            rest += data[start:]

    def _length(self, data: bytes | bytearray, start: int) -> int:
        length = int.from_bytes(data[start : start + HEADER], "big")
        if not 0 < length <= self._limit:
            raise FrameError(f"a frame claims {length} bytes")
        return length
