"""How a request wants to be spoken, checked, and sound in items of an answer. For engines, whatever makes the sound."""

from __future__ import annotations

from collections.abc import Iterator

from myna.audio import SAMPLE_BYTES
from myna.engine.speech import Speech, SynthesizeRequest
from myna.errors import BadInput

SLOWEST, FASTEST = 0.25, 4.0
"""Beyond, nobody understands a word. The same bounds as `speech.speed`."""

LOUDEST = 4.0
"""The same bound as `speech.volume`; what is louder than full scale is clipped."""

ITEM_S = 0.5
"""Seconds of sound in one item of an answer."""


def check_manner(request: SynthesizeRequest) -> None:
    """Raises `BadInput` for a speed or a volume out of bounds (NaN included)."""
    if not SLOWEST <= request.speed <= FASTEST:
        raise BadInput(f"a speed of {request.speed:g} is not between {SLOWEST:g} and {FASTEST:g}")
    if not 0 <= request.volume <= LOUDEST:
        raise BadInput(f"a volume of {request.volume:g} is not between 0 and {LOUDEST:g}")


def items(data: bytes, rate: int) -> Iterator[Speech]:
    """`data` (as `AudioChunk.data`) in items of at most `ITEM_S`."""
    size = SAMPLE_BYTES * int(ITEM_S * rate)
    for at in range(0, len(data), size):
        yield Speech(data[at : at + size], rate)
