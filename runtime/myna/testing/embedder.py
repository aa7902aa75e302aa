"""An embedder without a model."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence

from ..engine.protocols import Embeddings
from .tokens import split_tokens


class FakeEmbedder:
    """An `Embedder` of hashed words: texts that share words are near each other, in every process alike.

    Each token of `split_tokens`, in lower case, adds 1 to one of `dimensions` places; then each
    vector is scaled to length 1. A text without tokens is all zeros.
    """

    def __init__(self, dimensions: int = 256) -> None:
        self._dimensions = dimensions
        self.texts: list[str] = []
        """Everything that was embedded, oldest first."""

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        self.texts += texts
        tokens = [split_tokens(text.lower()) for text in texts]
        rows = [value for row in tokens for value in self._row(row)]
        return Embeddings(struct.pack(f"<{len(rows)}f", *rows), self._dimensions, sum(map(len, tokens)))

    def _row(self, tokens: Sequence[str]) -> list[float]:
        row = [0.0] * self._dimensions
        for token in tokens:
            row[zlib.crc32(token.encode()) % self._dimensions] += 1.0
        length = math.hypot(*row) or 1.0
        return [value / length for value in row]
