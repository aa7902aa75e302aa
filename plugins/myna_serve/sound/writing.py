"""Speech on its way out: written here, or encoded in a worker."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from myna.engine.encode import EncoderClient

from .forms import PCM_RATE, Form, Written

if TYPE_CHECKING:
    from myna.assistant import Assistant


class Writing(Protocol):
    """Bytes of one form, as they come."""

    async def utterance(self, data: bytes, rate: int) -> bytes:
        """What is complete with `data`: 16-bit samples at `rate` (Hz). Raises `MynaError`."""
        ...

    async def finish(self) -> bytes: ...


async def written(assistant: Assistant, form: Form) -> Writing:
    """Raises `ExtraMissing`: nothing here encodes this form."""
    if form == "mp3" or form == "opus" or form == "aac":  # noqa: PLR1714 - as the type checker understands it
        return _Encoded(await assistant.encoder(form))
    return _Plain(Written(form))


class _Plain:
    def __init__(self, written: Written) -> None:
        self._written = written

    async def utterance(self, data: bytes, rate: int) -> bytes:
        return await asyncio.to_thread(self._written.utterance, data, rate)

    async def finish(self) -> bytes:
        return self._written.finish()


class _Encoded:
    def __init__(self, encoder: EncoderClient) -> None:
        self._encoder = encoder

    async def utterance(self, data: bytes, rate: int) -> bytes:
        return await self._encoder.feed(data, rate)

    async def finish(self) -> bytes:
        return await self._encoder.feed(b"", PCM_RATE, last=True)
