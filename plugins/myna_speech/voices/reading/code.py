"""Code in a sentence, read as words: `max_tokens` is "max tokens", `os.path` "os dot path"."""

from __future__ import annotations

import re

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CALL = re.compile(r"\(\s*\)")
_DOT = re.compile(r"(?<=\w)\.(?=\w)")
_FLAG = re.compile(r"(?:^|(?<=\s))--?(?=[A-Za-z])")
_SEPARATOR = re.compile(r"(?<=[A-Za-z])[_/\\:-]+(?=[A-Za-z0-9])|_+")
_BARE = re.compile(r"[`{}\[\]();\"'|<>$#]+")
_NUMBER_DOT = re.compile(r"(?<=\d)\.(?=\d)")


def code_words(code: str) -> str:
    """`code`, a name or a short expression, as it is read aloud."""
    text = _FLAG.sub("", _CALL.sub("", code.strip()))
    text = _NUMBER_DOT.sub("\0", text)
    text = _DOT.sub(" dot ", text).replace("\0", ".")
    text = _SEPARATOR.sub(" ", _HUMP.sub(" ", text))
    return " ".join(_BARE.sub(" ", text).split())
