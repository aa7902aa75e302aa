"""How many tokens texts take for a model whose tokenizer is not here."""

from __future__ import annotations

from collections.abc import Iterable

from myna.messages import Image, Message

LETTERS = 3.5
"""Letters of an alphabet in a token: 4 is what OpenAI counts for English prose; code, names and digits have fewer."""

WIDE = 0.8
"""Tokens for a Chinese, Japanese or Korean character, or another one beyond Latin, Greek and Cyrillic letters.
Vocabularies of Qwen's kind take 0.6 to 0.7 in prose, smaller ones one or more."""

MESSAGE = 5
"""Tokens around each message: role and marks of a chat template."""

PICTURE = 1100
"""Tokens of a picture: 1024 x 1024 pixels in tiles of 28 x 28 for 1,340 (Qwen2-VL), 765 for OpenAI's."""

_FIRST_WIDE = 0x0530
"""Where the alphabets that are counted as letters end in Unicode."""

_HAN = ((0x3400, 0x9FFF), (0x20000, 0x3FFFF))


def tokens_of(text: str) -> int:
    """Tokens of `text`, rather too many than too few."""
    wide = sum(ord(letter) >= _FIRST_WIDE for letter in text)
    return round(wide * WIDE + (len(text) - wide) / LETTERS + 0.499)


def tokens_in(messages: Iterable[Message]) -> int:
    """Tokens of `messages` with what a chat template puts around them."""
    return sum(
        MESSAGE + tokens_of(message.text) + PICTURE * sum(isinstance(part, Image) for part in message.parts)
        for message in messages
    )


def is_chinese(text: str) -> bool:
    """Whether `text` is Chinese: a fifth of its letters are Han characters, as in a question about an English name."""
    han = sum(any(first <= ord(letter) <= last for first, last in _HAN) for letter in text)
    letters = sum(letter.isalpha() for letter in text)
    return han * 5 >= max(1, letters)
