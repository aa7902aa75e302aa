"""Which log-probabilities may be told beside an answer that filters review: those of what they let out as it was."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from .events import TokenLogprob


class PassedTokens:
    """Of one answer.

    A token is told once all of its text is out, and never with its alternatives, which no filter has read. From where
    what is out is not what the tokens say (a mask, or a token that is a part of a character), none is told any more.
    """

    def __init__(self) -> None:
        self._tokens: deque[TokenLogprob] = deque()
        """Not told yet."""
        self._out = ""
        """What is out, behind the tokens that were told."""
        self._differs = False

    def given(self, tokens: Sequence[TokenLogprob]) -> None:
        """The model wrote these; filters have them now."""
        if not self._differs:
            self._tokens += tokens

    def released(self, text: str) -> list[TokenLogprob]:
        """Filters let `text` out; the tokens that may be told with it."""
        if self._differs:
            return []
        self._out += text
        told: list[TokenLogprob] = []
        while self._tokens and self._out.startswith(self._tokens[0].text):
            token = self._tokens.popleft()
            self._out = self._out[len(token.text) :]
            told.append(msgspec.structs.replace(token, top=()))
        if self._tokens and not self._tokens[0].text.startswith(self._out):
            self._differs = True
            self._tokens.clear()
        return told
