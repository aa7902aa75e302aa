"""Streamed text, sentence by sentence, for those who hear it: each token alone would be noise."""

from __future__ import annotations

import re

_END = re.compile(r"(?:[.!?]+[\"')\]]*(?=\s)|[。！？；]+[”’」』）]*|\n+)")
LONGEST = 400
"""Characters after which a text without an end of a sentence is said all the same."""


class Sentences:
    """`feed` gives whole sentences, `finish` the rest."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> list[str]:
        self._rest += text
        found: list[str] = []
        start = 0
        for end in _END.finditer(self._rest):
            found.append(self._rest[start : end.end()].strip())
            start = end.end()
        self._rest = self._rest[start:]
        if len(self._rest) > LONGEST:
            found.append(self._rest.strip())
            self._rest = ""
        return [sentence for sentence in found if sentence]

    def finish(self) -> str:
        rest, self._rest = self._rest.strip(), ""
        return rest
