"""The language of an answer: that of the question."""

from __future__ import annotations

from myna.cli.language import Language

_PACKAGES = ("myna.cli", "myna_vision")


def answer_language(*, chinese: bool) -> Language:
    return Language("zh" if chinese else "en", _PACKAGES)
