"""Characters that nobody says: control characters, emoji, marks of trade. And what HTML writes for characters."""

from __future__ import annotations

import html
import re

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffd\ud800-\udfff]+"
)
"""Control and format characters, and halves of surrogate pairs, which cannot be encoded."""

_BLANK = re.compile("[\t\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U0001fb00-\U0001fbff\u2600-\u27bf\u2b05-\u2bff\u23e9-\u23ff\u2300-\u232b\u2580-\u25ff"
    "\ufe00-\ufe0f\u20e3\u3030\u303d\u3297\u3299\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff©®™]+"
)
"""Pictographs, dingbats, boxes and their modifiers (Unicode's emoji-data.txt, by block), and private characters."""

_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_BREAK = re.compile(r"<(?:br|p|li|tr|div|h[1-6])\b[^<>\n]{0,200}>", re.IGNORECASE)


def tidy(text: str) -> str:
    """`text` with one kind of line break and of blank, and without what cannot be said or seen."""
    if "&" in text:
        text = html.unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if "<" in text:
        text = _TAG.sub(" ", _BREAK.sub("\n", text))
    if text.isascii():
        return _BLANK.sub(" ", _CONTROL.sub(" ", text))
    return _EMOJI.sub(" ", _BLANK.sub(" ", _CONTROL.sub("", text)))
