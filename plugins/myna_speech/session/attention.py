"""Whether what is said is meant for Myna."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from myna.audio import SPEECH_RATE

from .words import words_of

ALIKE = 0.75
"""Of the letters of a wake phrase that must be there in order. Recognition writes names as it likes: beside "hey myna",
"Hey, Mina" has 1.0 where y counts as i, "Hey, Maina" 0.93, "Hey Minor" 0.8, "hey man" 0.77, "hey, what" 0.46."""

FIRST_ALIKE = 0.6
"""Of the letters of its first word, so that "I'm in a" is no "hey Myna"."""

Mode = Literal["open", "wake", "push-to-talk"]


def after_phrase(text: str, phrases: Sequence[str]) -> str | None:
    """What follows a wake phrase at the beginning of `text`, "" when nothing does; None without a phrase.

    Up to two words may stand before it ("so, hey Myna").
    """
    spoken = words_of(text)
    best, end = ALIKE, None
    for phrase in phrases:
        wanted = words_of(phrase)
        if not wanted:
            continue
        letters = _letters(wanted)
        for start in range(min(3, len(spoken))):
            if not spoken[start].startswith(wanted[0]) and _alike(spoken[start], wanted[0]) < FIRST_ALIKE:
                continue
            # A name may be written as two words, or two words as one.
            for length in range(max(1, len(wanted) - 1), len(wanted) + 2):
                alike = _alike(_letters(spoken[start : start + length]), letters)
                if alike > best or (alike == best and end is None):
                    best, end = alike, start + length
    return None if end is None else _after_words(text, end)


class Attention:
    """Who is spoken to. Positions are samples of the microphone."""

    def __init__(self, mode: Mode, phrases: Sequence[str], follow_up_s: float) -> None:
        self.mode = mode
        self._phrases = tuple(phrases)
        self._follow_up = round(follow_up_s * SPEECH_RATE)
        self._until = -1

    def attends(self, position: int) -> bool:
        """Whether speech that begins at `position` counts without a wake phrase."""
        return self.mode != "wake" or position <= self._until

    def stay(self, position: int) -> None:
        """Something was answered, or the wake phrase was heard: listen on for a while from `position`."""
        self._until = max(self._until, position + self._follow_up)

    def question(self, text: str, *, attended: bool) -> str | None:
        """What is asked by `text`: "" when it only wakes, None when it is not meant for Myna."""
        if self.mode != "wake":
            return text
        rest = after_phrase(text, self._phrases)
        if rest is not None:
            return rest
        return text if attended else None


def _letters(words: Sequence[str]) -> str:
    return "".join(words).replace("y", "i")


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _after_words(text: str, count: int) -> str:
    """`text` from its word number `count` on."""
    for at in range(len(text) + 1):
        if len(words_of(text[:at])) == count and (
            at == len(text) or len(words_of(text[: at + 1])) > count or not text[at].isalnum()
        ):
            rest = text[at:].lstrip(" ,.!?，。！？、…:：;；-")
            return rest[:1].upper() + rest[1:]
    return ""
