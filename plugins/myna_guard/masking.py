"""Putting something else in the place of what was found, piece by piece."""

from __future__ import annotations

from .matching.characters import INVISIBLE, glyph


class Masking:
    """Holds back a text, and lets go of it with spans of it masked."""

    def __init__(self) -> None:
        self._text = ""
        self._start = 0
        """Place in the stream of the first character that is held."""
        self._spans: list[tuple[int, int, str]] = []
        """Start, end and mask; apart and in order."""
        self._masked = False
        """What was let go of last is a mask."""

    def add(self, text: str) -> None:
        self._text += text

    def mask(self, start: int, end: int, mask: str) -> None:
        """Mask from `start` to `end`, in characters of the stream. Where spans overlap, one mask covers all."""
        kept = []
        for span in self._spans:
            if span[0] < end and start < span[1]:
                first = span if span[0] <= start else (start, end, mask)
                start, end, mask = min(start, span[0]), max(end, span[1]), first[2]
            else:
                kept.append(span)
        self._spans = sorted([*kept, (start, end, mask)])

    def release(self, limit: int) -> str:
        """All before `limit`, less where that would cut a span."""
        released = []
        while self._start < limit:
            start, end, mask = self._spans[0] if self._spans else (limit, limit, "")
            if start >= limit:
                released.append(self._take(limit))
            elif end > limit:
                released.append(self._take(start))
                break
            else:
                released += [self._take(start), mask]
                self._take(end)
                self._spans.pop(0)
                self._masked = True
        return "".join(released)

    def _take(self, end: int) -> str:
        count = max(0, end - self._start)
        text, self._text = self._text[:count], self._text[count:]
        self._start += count
        if self._masked and text:
            # A mark on the last letter that was masked has lost what it stood on.
            shown = text.lstrip("".join(character for character in text if glyph(character).kind == INVISIBLE))
            self._masked = not shown
            return shown
        return text
