"""Sound made small for sending: requests and answers of an engine with the task `encode`, and its host side.

encode    EncodeRequest -> Encoded
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from ..worker.handle import EngineHandle

SoundForm = Literal["mp3", "opus", "aac"]
"""MP3; Opus in Ogg; AAC in ADTS."""


class EncodeRequest(msgspec.Struct, frozen=True):
    """The next piece of a stream of sound."""

    stream: str
    """Names the stream; the first request with a name begins it."""
    form: SoundForm
    data: bytes
    """Signed 16-bit little-endian samples, one channel."""
    rate: int
    """Samples a second (Hz) of `data`; may change from piece to piece."""
    last: bool = False
    """Nothing follows: what the encoder holds back is given too."""


class Encoded(msgspec.Struct, frozen=True):
    data: bytes
    """What is complete; may be empty."""


class EncoderClient:
    """One stream of sound through an encoder in a worker."""

    def __init__(self, handle: EngineHandle, stream: str, form: SoundForm) -> None:
        self._handle = handle
        self._stream = stream
        self._form = form

    async def feed(self, data: bytes, rate: int, *, last: bool = False) -> bytes:
        """`data` (16-bit samples at `rate`) encoded, as far as it is complete.

        Raises:
            MynaError: the encoder cannot be loaded, or fails.
        """
        request = EncodeRequest(self._stream, self._form, data, rate, last)
        return (await self._handle.call("encode", request, Encoded)).data
