"""Comparing what was understood with words that mean something to a session."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """Words in lower case without punctuation; each Chinese character for itself."""
    words: list[str] = []
    fresh = True
    for char in unicodedata.normalize("NFKC", text).casefold():
        if char in "'’":
            continue
        if not char.isalnum():
            fresh = True
        elif "\u3400" <= char <= "\u9fff":
            words.append(char)
            fresh = True
        elif fresh:
            words.append(char)
            fresh = False
        else:
            words[-1] += char
    return tuple(words)


def remove(words: tuple[str, ...], phrases: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """`words` without any of `phrases`; the longest phrase is taken where several fit."""
    ordered = sorted(phrases, key=len, reverse=True)
    kept: list[str] = []
    at = 0
    while at < len(words):
        phrase = next((phrase for phrase in ordered if phrase and words[at : at + len(phrase)] == phrase), None)
        if phrase is None:
            kept.append(words[at])
        at += len(phrase) if phrase else 1
    return tuple(kept)
