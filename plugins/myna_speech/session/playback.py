"""What of an answer was heard: clauses with their places on the loudspeaker's clock."""

from __future__ import annotations

import unicodedata
from typing import Protocol

SECONDS_A_LETTER = 0.065
SECONDS_A_CHARACTER = 0.22
"""About how long English letters and Chinese characters take to say; for a clause whose sound is not all made yet."""


class Clause(Protocol):
    """As the chunker makes it."""

    @property
    def text(self) -> str: ...
    @property
    def spoken(self) -> str: ...
    @property
    def language(self) -> str: ...


class Part:
    """A clause that is being played."""

    def __init__(self, text: str, spoken: str) -> None:
        self.text = text
        self.spoken = spoken
        self.seconds = 0.0
        """Of sound that was handed to the loudspeaker."""
        self.complete = False
        """No more sound comes."""

    @property
    def duration(self) -> float:
        """Seconds; a guess until it is complete."""
        if self.complete:
            return self.seconds
        guess = sum(SECONDS_A_CHARACTER if _wide(char) else SECONDS_A_LETTER for char in self.spoken)
        return max(self.seconds, guess)


class Script:
    """The clauses of one answer, in the order in which they are heard."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def begin(self, clause: Clause) -> Part:
        part = Part(clause.text, clause.spoken)
        self._parts.append(part)
        return part

    def heard(self, seconds: float) -> str:
        """The text of the first `seconds` of sound. A clause that was cut is cut at the end of a word; one that
        is not spoken (code, for example) counts when something after it was heard, or everything was."""
        text, silent = "", ""
        for part in self._parts:
            if not part.spoken:
                silent += part.text
                continue
            if seconds <= 0:
                return text.rstrip()
            duration = part.duration
            # Seconds are added up from samples: a thousandth is less than any sound.
            if seconds < duration - 0.001:
                return (text + silent + cut(part.text, seconds / duration)).rstrip()
            text, silent = text + silent + part.text, ""
            seconds -= duration
        return text + silent


def cut(text: str, share: float) -> str:
    """The whole words in the first `share` (0 to 1) of `text`."""
    length = int(len(text) * share)
    if length >= len(text):
        return text
    while length > 0 and not _bound(text, length):
        length -= 1
    return text[:length].rstrip()


def _bound(text: str, at: int) -> bool:
    """Whether no word goes on from `at - 1` to `at`."""
    before, after = text[at - 1], text[at]
    if _wide(before) or _wide(after):
        return unicodedata.category(after)[0] != "P"
    return before.isspace() or after.isspace()


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
