"""What engines make of the text of a request: clean, and in pieces of bounded length.

A request may hold a megabyte without a full stop; sound is made of a few hundred characters at a time, so that
memory stays flat and a cancel is seen soon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..script import Unsayable, language_of, pull_hint, sayable

LONGEST = 400
"""Characters of a piece: about 25 s of English speech. Sentences people write are shorter."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff]+")
_SPOKEN = re.compile(r"[^\W_]")
_BRACKETS = re.compile(r"\[\[+|\]\]+")
"""Piper and espeak-ng read what stands in these as phonemes; text from strangers is only text."""

# The last of these within reach ends a piece; the earlier kind is preferred.
_ENDS = (re.compile(r"[.!?](?=\s)|[。！？…]"), re.compile(r"[,;:](?=\s)|[，、；：]"), re.compile(r"\s"))


def cleaned(text: str, voice: str, language: str) -> str:
    """`text` as a voice for `language` can say it: "" when there is nothing to say in it.

    Raises:
        Unsayable: there is something to say, and all of it is in a script that the voice lacks.
    """
    plain = _BRACKETS.sub(" ", _CONTROL.sub(" ", text)).strip()
    kept, lacking = sayable(plain, language)
    if _SPOKEN.search(kept):
        return kept.strip()
    if lacking:
        code, words = language_of(lacking)
        raise Unsayable(f"the voice {voice} cannot say {words}", hint=pull_hint(code))
    return ""


def pieces(text: str, longest: int = LONGEST) -> Iterator[str]:
    """`text` in pieces of at most `longest` characters that hold something to say, cut where a pause fits best."""
    at = 0
    while at < len(text):
        piece = text[at : at + longest]
        if at + longest < len(text):
            piece = piece[: _cut(piece)]
        at += len(piece)
        if _SPOKEN.search(piece):
            yield piece.strip()


def _cut(piece: str) -> int:
    """Where to end `piece`, which goes on: after a sentence in its later half, else a clause, else a word."""
    half = len(piece) // 2
    for end in _ENDS:
        last = None
        for last in end.finditer(piece, half):  # noqa: B007 - the last one is wanted
            pass
        if last is not None:
            return last.end()
    return len(piece)
