"""What of a text is in a language that a model knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff0f\U00020000-\U0003ffff]")
"""Chinese characters, kana, hangul and their punctuation. Full-width letters are letters."""
_LETTER = re.compile(r"[^\W\d_]")
_CHINESE = frozenset({"zh", "ja", "ko", "*"})


def shown(text: str, languages: Sequence[str]) -> str:
    """The text as the model is shown it, as long as it was; empty where there is nothing for it.

    A model for English would only guess about Chinese. It is shown spaces in their place, and what is English between
    them: an attack is not out of sight because a Chinese character was put before it.
    """
    tags = {tag.split("-")[0] for tag in languages}
    if not tags:
        return text
    if tags & _CHINESE:
        if tags <= _CHINESE - {"*"} and not _EAST_ASIAN.search(text):
            return ""
        return text
    left = _EAST_ASIAN.sub(" ", text)
    return left if _LETTER.search(left) else ""
