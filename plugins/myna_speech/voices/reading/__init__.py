"""From text as it is written to text as it is said, in English and Chinese. Pure functions that take any text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..script import primary
from .chinese import chinese
from .english import english
from .markdown import plain

_CODE_OMITTED = {"zh": "代码略。", "en": "Code omitted."}
_LANGUAGES = {"en": english, "zh": chinese}

LONGEST = 1000
"""Characters that are read together. More than any sentence has, and a bound for the work that each may cause."""

_SAID = re.compile(r"[^\W_]")
_BLANKS = re.compile(r"\s{2,}")
_BEFORE_MARK = re.compile(r"\s+(?=[,.;:!?，。；：！？、])")
_DOUBLE = re.compile(r"([,;:，、；：])(?:\s*[,;:，、；：])+")
_BETWEEN_WIDE = re.compile(r"(?<=[\u3001-\u9fff\uff01-\uff5e])\s+(?=[\u3001-\u9fff\uff01-\uff5e])")


def code_omitted(language: str) -> str:
    """What is said in the place of a block of code."""
    return _CODE_OMITTED.get(primary(language), _CODE_OMITTED["en"])


def readable(text: str, language: str) -> str:
    """`text`, Markdown or plain, as a voice for `language` should say it: "" when there is nothing to say.

    Numbers and signs are read in English and Chinese; voices of other languages know their own.
    """
    return read(text, language, omitted=code_omitted(language))


def read(text: str, language: str, *, line_start: bool = True, omitted: str = "") -> str:
    """Like `readable`, for a part of a text; `line_start`: whether the part begins a line. `omitted` stands for a block
    of code."""
    rules = _LANGUAGES.get(primary(language))
    said = plain(text, language, line_start=line_start, omitted=omitted)
    if rules is not None:
        said = "".join(rules(part) for part in _parts(said))
    if not _SAID.search(said):
        return ""
    said = _DOUBLE.sub(r"\1", _BEFORE_MARK.sub("", _BLANKS.sub(" ", said)))
    return (_BETWEEN_WIDE.sub("", said) if primary(language) == "zh" else said).strip(" ,，、")


def _parts(text: str) -> Iterator[str]:
    """`text` in parts of bounded length, cut at blanks where there are any."""
    at = 0
    while at < len(text):
        end = min(at + LONGEST, len(text))
        if end < len(text):
            end = text.rfind(" ", at + LONGEST // 2, end) + 1 or end
        yield text[at:end]
        at = end
