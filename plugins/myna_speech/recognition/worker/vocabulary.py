"""Whisper's tokens: what is asked of the decoder, and the text of what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec

from myna.errors import ModelLoadFailed

TIMESTAMP_S = 0.02
"""Seconds from one timestamp token to the next."""
_LANGUAGE = re.compile(r"<\|([a-z]{2,3})\|>")
_WITHOUT_SPACES = {"zh", "ja", "th", "lo", "my", "yue"}
"""Written without spaces: characters stand in for words, as in openai/whisper's `tokenizer.py`."""


class Spoken(msgspec.Struct, frozen=True):
    """Tokens between two timestamps."""

    tokens: tuple[int, ...]
    start: float
    """Seconds from the start of the window."""
    end: float | None
    """None: the decoder did not say."""


class Vocabulary:
    """The tokenizer of one model. Token numbers differ between English and multilingual models, and by size."""

    def __init__(self, path: str, *, multilingual: bool) -> None:
        """Raises `ModelLoadFailed`: no tokenizer is at `path`, or it is none of Whisper's."""
        import tokenizers

        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(path)
        except Exception as error:  # noqa: BLE001 - the library raises bare `Exception`
            raise ModelLoadFailed(f"{path} is no tokenizer: {error}") from None
        self.multilingual = multilingual
        self.start = self._id("<|startoftranscript|>")
        self.end = self._id("<|endoftext|>")
        self.no_timestamps = self._id("<|notimestamps|>")
        self._first_timestamp = self.no_timestamps + 1

    def _id(self, token: str) -> int:
        found: int | None = self._tokenizer.token_to_id(token)
        if found is None:
            raise ModelLoadFailed(f"the tokenizer lacks {token}: it is none of Whisper's")
        return found

    @cached_property
    def languages(self) -> frozenset[str]:
        """Codes of those that the model knows."""
        if not self.multilingual:
            return frozenset({"en"})
        known = self._tokenizer.get_vocab(with_added_tokens=True)
        return frozenset(match[1] for match in map(_LANGUAGE.fullmatch, known) if match)

    def prompt(self, language: str, opening: str = "") -> list[int]:
        """What the decoder starts from, to write in `language` with timestamps, as if `opening` came before."""
        if not self.multilingual:
            return [self.start]
        start = [self.start, self._id(f"<|{language}|>"), self._id("<|transcribe|>")]
        if not opening:
            return start
        before: list[int] = self._tokenizer.encode(opening, add_special_tokens=False).ids
        return [self._id("<|startofprev|>"), *before, *start]

    def text(self, tokens: Sequence[int]) -> str:
        """Without timestamps and other special tokens. Half a character at either end is left out."""
        found: str = self._tokenizer.decode([token for token in tokens if token < self.end])
        return found.strip("\ufffd")

    def spoken(self, tokens: Sequence[int]) -> list[Spoken]:
        """`tokens` cut at timestamps. What stands outside of a pair of timestamps begins where the last one was."""
        found: list[Spoken] = []
        start, piece = 0.0, []
        for token in tokens:
            if token < self._first_timestamp:
                if token < self.end:
                    piece.append(token)
                continue
            time = (token - self._first_timestamp) * TIMESTAMP_S
            if piece:
                found.append(Spoken(tuple(piece), start, time))
                piece = []
            start = time
        if piece:
            found.append(Spoken(tuple(piece), start, None))
        return found

    def goes_on(self, tokens: Sequence[int]) -> float | None:
        """Seconds at which the decoder says that another segment begins, having no room for it; None: that was all.

        It ends with two timestamps in a row then, with one otherwise.
        """
        last = [token for token in tokens if token != self.end][-2:]
        if len(last) == 2 and all(token >= self._first_timestamp for token in last):
            return (last[-1] - self._first_timestamp) * TIMESTAMP_S
        return None

    def words(self, tokens: Sequence[int], language: str) -> list[tuple[str, int]]:
        """Words with their spaces, and how many tokens each has; characters in scripts without spaces."""
        words: list[tuple[str, int]] = []
        waiting: list[int] = []
        for token in tokens:
            waiting.append(token)
            text: str = self._tokenizer.decode(waiting)
            if text.endswith("\ufffd") and len(waiting) < 6:
                continue  # a character of several tokens
            apart = language in _WITHOUT_SPACES or text.startswith(" ") or not words
            clings = not any(c.isalnum() for c in text)
            if words and (clings or not apart):
                before, count = words[-1]
                words[-1] = before + text, count + len(waiting)
            else:
                words.append((text, len(waiting)))
            waiting = []
        if waiting and words:
            words[-1] = words[-1][0], words[-1][1] + len(waiting)
        return words
