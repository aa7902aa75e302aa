"""From token bytes to text that may be shown: whole characters only, and never a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextStream:
    """Joins the bytes of tokens into characters and watches for stop strings across token borders.

    Text that could be the beginning of a stop string is held back until it is known not to be.
    Bytes that are not UTF-8 become U+FFFD, as in `bytes.decode(errors="replace")`.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(text for text in stop if text)
        self._longest = max(map(len, self._stop), default=0)
        self._held = ""
        self.stopped_by = ""
        """The stop string that was found, once one was."""

    @property
    def holding(self) -> bool:
        """Whether some of what came was not shown yet."""
        return bool(self._held or self._decoder.getstate()[0])

    def feed(self, data: bytes, *, final: bool = False, cut: bool = False) -> str:
        """The text that may be shown after `data`; with `final`, everything that was held back. Where the model was
        `cut` off in the middle of a character, its first bytes are nothing to show: Chinese ones take up to three
        tokens each."""
        text = self._decoder.decode(data, final and not cut)
        if not self._stop:
            return text
        if self.stopped_by:
            return ""
        text = self._held + text
        found = [(position, stop) for stop in self._stop if (position := text.find(stop)) >= 0]
        if found:
            # What is complete first ends the text, wherever tokens begin; of two, the one that began earlier.
            position, self.stopped_by = min(found, key=lambda item: (item[0] + len(item[1]), item[0]))
            self._held = ""
            return text[:position]
        hold = 0 if final else self._partial(text)
        self._held = text[len(text) - hold :]
        return text[: len(text) - hold]

    def _partial(self, text: str) -> int:
        """Length of the longest end of `text` with which a stop string begins."""
        for length in range(min(len(text), self._longest - 1), 0, -1):
            end = text[-length:]
            if any(stop.startswith(end) for stop in self._stop):
                return length
        return 0
