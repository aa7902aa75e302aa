"""Putting something else in the place of what was found, piece by piece."""

from __future__ import annotations

from collections import deque

from .matching.characters import INVISIBLE, glyph

Span = tuple[int, int, str]
"""Start, end and mask."""


class Masking:
    """Holds back a text, and lets go of it with spans of it masked."""

    def __init__(self) -> None:
        self._text = ""
        self._start = 0
        """Place in the stream of the first character that is held."""
        self._spans: deque[Span] = deque()
        """Apart and in order."""
        self._masked = False
        """What was let go of last is a mask."""

    def add(self, text: str) -> None:
        self._text += text

    def mask(self, start: int, end: int, mask: str) -> None:
        """Mask from `start` to `end`, in characters of the stream. Where spans overlap, one mask covers all."""
        later: list[Span] = []
        # Spans come nearly in order, so that this is about the last ones alone.
        while self._spans and self._spans[-1][1] > start:
            span = self._spans.pop()
            if span[0] < end:
                first = span if span[0] <= start else (start, end, mask)
                start, end, mask = min(start, span[0]), max(end, span[1]), first[2]
            else:
                later.append(span)
        self._spans.append((start, end, mask))
        self._spans.extend(reversed(later))

    def release(self, limit: int) -> str:
        """All before `limit`, less where that would cut a span."""
        released: list[str] = []
        taken = 0
        while self._start + taken < limit:
            start, end, mask = self._spans[0] if self._spans else (limit, limit, "")
            stop = min(start, limit) - self._start
            released.append(self._shown(self._text[taken:stop]))
            taken = max(taken, stop)
            if start >= limit or end > limit:
                break
            released.append(mask)
            taken = max(taken, end - self._start)
            self._spans.popleft()
            self._masked = True
        self._text = self._text[taken:]
        self._start += taken
        return "".join(released)

    def _shown(self, text: str) -> str:
        """`text`, which comes behind what was let go of last."""
        if not self._masked or not text:
            return text
        # A mark on the last letter that was masked has lost what it stood on.
        for at, character in enumerate(text):
            if glyph(character).kind != INVISIBLE:
                self._masked = False
                return text[at:]
        return ""
