"""How alike a picture and texts are, from the vectors of their towers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from myna.engine.sight import MatchVectors
from myna.errors import EngineError


class Match(msgspec.Struct, frozen=True):
    text: str
    probability: float
    """Among the texts that were asked about: all together are 1."""
    cosine: float
    """Likeness of picture and text as such, -1 to 1; 0.2 to 0.35 is much for CLIP."""


def matches(picture: MatchVectors, words: MatchVectors, texts: Sequence[str]) -> list[Match]:
    """One for each text, the likeliest first.

    Raises:
        EngineError: the vectors do not belong together.
    """
    cosines = rows(words) @ rows(picture, words.dimensions)[0]
    if len(cosines) != len(texts):
        raise EngineError(f"{len(cosines)} vectors came back for {len(texts)} texts")
    shares = softmax(cosines * words.scale)
    found = [
        Match(text, round(float(share), 4), round(float(cosine), 4))
        for text, share, cosine in zip(texts, shares, cosines, strict=True)
    ]
    return sorted(found, key=lambda match: -match.cosine)


def rows(vectors: MatchVectors, dimensions: int = 0) -> npt.NDArray[np.float32]:
    """Raises `EngineError` when they have not `dimensions` dimensions (0: any number)."""
    if dimensions and vectors.dimensions != dimensions:
        raise EngineError(f"a vector has {vectors.dimensions} dimensions instead of {dimensions}")
    return np.frombuffer(vectors.vectors, "<f4").reshape(-1, vectors.dimensions)


def softmax(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    raised = np.exp(values - values.max())
    shares: npt.NDArray[np.float32] = raised / raised.sum()
    return shares
