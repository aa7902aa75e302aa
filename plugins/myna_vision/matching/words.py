"""Words that are looked for in the text of a picture."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+|[^\W_]+", re.UNICODE)
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


def folded(text: str) -> str:
    """As words are compared: without the differences of case, width and accents' coding."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search; a run of Chinese characters is one."""
    found: list[str] = []
    for run in _WORD.findall(folded(text)):
        # A run of letters may have Chinese in it, which is written without spaces.
        found += [part for part in re.split(f"((?:{_CHINESE.pattern})+)", run) if part]
    return tuple(dict.fromkeys(found))


def lines_with(words: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The lines in which some of `words` are, if all of them are somewhere in `lines`; else none.

    A Chinese word may be anywhere, also across spaces that a reader saw; any other begins where a word begins.
    """
    wanted = [_pattern(word) for word in words]
    prepared = [folded(line) for line in lines]
    if not wanted or not all(any(pattern.search(line) for line in prepared) for pattern in wanted):
        return []
    return [
        original
        for original, line in zip(lines, prepared, strict=True)
        if any(pattern.search(line) for pattern in wanted)
    ]


def _pattern(word: str) -> re.Pattern[str]:
    if _CHINESE.match(word):
        return re.compile(r"\s*".join(map(re.escape, word)))
    return re.compile(rf"(?<![^\W_\u3040-\U0003ffff]){re.escape(word)}")
