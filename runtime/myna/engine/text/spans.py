"""Where pictures stand in a prompt, and how their places are counted.

In a list of tokens, what a picture becomes stands as numbers from the vocabulary's size on, drawn from the picture's
hash: the same picture has the same numbers in every prompt and after every restart, so that comparing prompts,
keeping them and starting from what is known of one works on one list of integers. A span says which of them they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int32]]

_NUMBERS = 1 << 31
"""llama.cpp's tokens are 32-bit integers with a sign."""


class Patch(msgspec.Struct, frozen=True, eq=False):
    """What the encoder makes of a picture, or of one tile of it, in one piece."""

    index: int
    """Which of the pieces of its picture."""
    tokens: list[int]
    positions: int
    """By how many positions the text after it is further than its first token."""
    places: Numbers
    """Shape (1 or 4, n): each token's position when the first is at 0, by axis where the model counts more than one."""
    steps: Numbers
    """The same shape: what is added for each position that the first token is further."""

    def at(self, position: int) -> Numbers:
        """The positions when its first token is at `position`."""
        return self.places + np.int32(position) * self.steps


class Span(msgspec.Struct, frozen=True, eq=False):
    """A patch in a prompt."""

    start: int
    """Which token of the prompt its first one is."""
    sha256: str
    patch: Patch

    @property
    def end(self) -> int:
        return self.start + len(self.patch.tokens)


def picture_tokens(sha256: str, index: int, count: int, vocabulary: int) -> list[int]:
    """The numbers that stand for a patch. Two patches have all of them in common by no chance that counts."""
    digest = hashlib.shake_128(f"{sha256}/{index}".encode()).digest(4 * count)
    drawn = np.frombuffer(digest, dtype="<u4").astype(np.int64)
    return [vocabulary + int(number) for number in drawn % (_NUMBERS - vocabulary)]


def span_at(spans: Sequence[Span], token: int) -> Span | None:
    """The span that the token number `token` of a prompt belongs to."""
    return next((span for span in spans if span.start <= token < span.end), None)


def text_until(spans: Sequence[Span], token: int, end: int) -> int:
    """Where the text that `token` belongs to ends: at the next picture, or at `end`."""
    return min((span.start for span in spans if span.start >= token), default=end)


def whole(spans: Sequence[Span], count: int) -> int:
    """The most of the first `count` tokens that ends with no part of a picture.

    A picture is computed as one where its tokens see one another, and its positions are counted as a whole where they
    have several axes. Elsewhere half a picture could be kept, but is only ever there when somebody cancelled.
    """
    inside = span_at(spans, count)
    return inside.start if inside else count


def position_of(spans: Sequence[Span], count: int) -> int:
    """The position of the token after the first `count`, which end with no part of a picture."""
    return count - sum(len(span.patch.tokens) - span.patch.positions for span in spans if span.end <= count)
