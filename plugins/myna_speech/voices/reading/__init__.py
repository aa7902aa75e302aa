"""From text as it is written to text as it is said, in English and Chinese. Pure functions that take any text."""

from __future__ import annotations

from ..script import primary
from .markdown import plain

_CODE_OMITTED = {"zh": "代码略。", "en": "Code omitted."}


def code_omitted(language: str) -> str:
    """What is said in the place of a block of code."""
    return _CODE_OMITTED.get(primary(language), _CODE_OMITTED["en"])


def readable(text: str, language: str) -> str:
    """`text`, Markdown or plain, as a voice for `language` should say it: "" when there is nothing to say."""
    return read(text, language)


def read(text: str, language: str, *, line_start: bool = True) -> str:
    """Like `readable`, for a part of a text; `line_start`: whether the part begins a line."""
    return plain(text, language, line_start=line_start)
