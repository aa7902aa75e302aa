"""What a format of the weights costs in quality: perplexity beside the original's, on pieces of two texts."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

TEXTS = {"en": "english.txt", "zh": "chinese.txt"}
"""By language; `texts/SOURCES.md` says where they come from."""

LENGTH = 512
"""Tokens of a piece, as in llama.cpp's own measurements of perplexity."""
SKIP = 64
"""Of them, those that have too little before them to be foretold."""
FEWEST = 4
"""Pieces of each language before anything is decided: below that, their spread cannot be told."""
MOST = 16
"""Pieces of each language; 16 x 448 tokens tell 0.2 % apart where a format changes little (Q8_0)."""


class Piece(msgspec.Struct, frozen=True, order=True):
    language: str
    number: int

    @property
    def start(self) -> int:
        return self.number * LENGTH


class Judged(msgspec.Struct, frozen=True):
    """What the pieces say of one candidate."""

    change: float
    """Of the perplexity, as a part of the original's: 0.01 is 1 % more."""
    error: float
    """Standard error of `change`, from the spread between the pieces."""
    agreement: float
    """Part of the tokens where both hold the same one for the likeliest."""
    pieces: int
    tokens: int

    def verdict(self, budget: float) -> Literal["in", "out", "open"]:
        """Whether `change` is within `budget` (a part), with 95 % certainty either way."""
        if self.change + 2 * self.error <= budget:
            return "in"
        if self.change - 2 * self.error > budget:
            return "out"
        return "open"


class Compared(msgspec.Struct, frozen=True):
    """One piece, as the original and a candidate foretell it."""

    difference: float
    """Of -ln(probability), a token on average: candidate less original."""
    tokens: int
    same: int
    """Tokens where both hold the same one for the likeliest."""


def judge(pieces: Sequence[Compared]) -> Judged:
    """`pieces` is not empty."""
    tokens = sum(piece.tokens for piece in pieces)
    mean = sum(piece.difference * piece.tokens for piece in pieces) / tokens
    spread = statistics.stdev([piece.difference for piece in pieces]) if len(pieces) > 1 else math.inf
    return Judged(
        change=math.expm1(mean),
        error=spread / math.sqrt(len(pieces)) if math.isfinite(spread) else spread,
        agreement=sum(piece.same for piece in pieces) / tokens,
        pieces=len(pieces),
        tokens=tokens,
    )


def perplexity(sums: Iterable[tuple[float, int]]) -> float:
    """From sums of -ln(probability), and how many tokens each is of."""
    pairs = list(sums)
    tokens = sum(count for _, count in pairs)
    return math.exp(sum(nll for nll, _ in pairs) / tokens) if tokens else math.inf


def text(language: str) -> str:
    return (Path(__file__).parent / "texts" / TEXTS[language]).read_text(encoding="utf-8")


def spoken(languages: Sequence[str]) -> tuple[str, ...]:
    """The languages whose text counts for a model that knows `languages`: both, unless it says that it knows one.
    What a model cannot read tells little of what a format costs."""
    known = tuple(language for language in TEXTS if any(one.partition("-")[0] == language for one in languages))
    return tuple(TEXTS) if "*" in languages or not known else known


def by_language(pieces: Mapping[Piece, Compared], language: str) -> list[Compared]:
    return [compared for piece, compared in sorted(pieces.items()) if piece.language == language]
