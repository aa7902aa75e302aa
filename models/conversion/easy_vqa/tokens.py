"""A byte-level BPE vocabulary of the few words that there are: 256 bytes, merges, and three special tokens."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable

BEGIN, ANSWER, DONE = "<|begin|>", "<|answer|>", "<|done|>"
"""Start of a conversation; end of what the user says; end of an answer."""
SPECIAL = (BEGIN, ANSWER, DONE)
SIZE = 357
"""256 bytes, 3 special tokens, and as many merges as make all words single tokens."""

# llama.cpp's `gpt-2`, for text without digits of other scripts.
_PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def byte_letters() -> list[str]:
    """The printable letter that stands for each byte in a GGUF file, as in GPT-2."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte if byte in printable else 256 + others.index(byte)) for byte in range(256)]


LETTERS = byte_letters()


class Tokenizer:
    """Text to the same tokens as llama.cpp makes of it with the exported vocabulary."""

    def __init__(self, merges: list[tuple[str, str]]) -> None:
        self.merges = merges
        self.tokens = [*LETTERS, *(left + right for left, right in merges), *SPECIAL]
        self.numbers = {token: number for number, token in enumerate(self.tokens)}
        self._ranks = {merge: rank for rank, merge in enumerate(merges)}
        self._known: dict[str, list[int]] = {}

    @classmethod
    def train(cls, texts: Iterable[str]) -> Tokenizer:
        pieces = Counter(piece for text in texts for piece in _PIECES.findall(text))
        words = {piece: _letters(piece) for piece in sorted(pieces)}
        merges: list[tuple[str, str]] = []
        while len(LETTERS) + len(merges) + len(SPECIAL) < SIZE:
            pairs: Counter[tuple[str, str]] = Counter()
            for piece, word in words.items():
                for pair in itertools.pairwise(word):
                    pairs[pair] += pieces[piece]
            if not pairs:
                break
            # Ties go to the first in alphabetical order: the vocabulary is the same at each run.
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            merges.append(best)
            words = {piece: _merge(word, best) for piece, word in words.items()}
        return cls(merges)

    def encode(self, text: str) -> list[int]:
        """Tokens of plain text; a special token in it is text too."""
        return [number for piece in _PIECES.findall(text) for number in self._piece(piece)]

    def _piece(self, piece: str) -> list[int]:
        if piece not in self._known:
            word = _letters(piece)
            while pairs := [pair for pair in itertools.pairwise(word) if pair in self._ranks]:
                word = _merge(word, min(pairs, key=self._ranks.__getitem__))
            self._known[piece] = [self.numbers[token] for token in word]
        return self._known[piece]


def _letters(piece: str) -> list[str]:
    return [LETTERS[byte] for byte in piece.encode()]


def _merge(word: list[str], pair: tuple[str, str]) -> list[str]:
    merged: list[str] = []
    for letter in word:
        if merged and (merged[-1], letter) == pair:
            merged[-1] += letter
        else:
            merged.append(letter)
    return merged
