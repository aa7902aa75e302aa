"""Vectors of texts that were embedded before: the one `Embedder` that all of the program asks.

In memory alone, and gone with the process. A vector tells much of its text, and what people wrote is kept nowhere but
in their conversations; examples of templates, which are no secret, are kept on disk by `myna_prompts.vectors`.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from .protocols import Embedder, Embeddings

CAPACITY = 16 << 20
"""Bytes of vectors: about 10,000 of 384 dimensions, more than a long conversation and its prompts have texts."""


class _Row(NamedTuple):
    vector: bytes
    tokens: int


class VectorCache:
    """Rows by model and SHA-256 of the text; what was used least recently goes first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._rows: OrderedDict[tuple[str, bytes], _Row] = OrderedDict()
        self._size = 0

    def get(self, model: str, text: str) -> _Row | None:
        key = model, _digest(text)
        row = self._rows.get(key)
        if row is not None:
            self._rows.move_to_end(key)
        return row

    def put(self, model: str, text: str, row: _Row) -> None:
        key = model, _digest(text)
        before = self._rows.pop(key, None)
        self._size += len(row.vector) - (len(before.vector) if before else 0)
        self._rows[key] = row
        while self._size > self._capacity:
            self._size -= len(self._rows.popitem(last=False)[1].vector)

    def __len__(self) -> int:
        return len(self._rows)


class KeptEmbedder:
    """An `Embedder` that computes each text once; `model` names what computes, and changes when that does."""

    def __init__(self, inner: Embedder, cache: VectorCache, model: str) -> None:
        self._inner = inner
        self._cache = cache
        self._model = model

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """One vector of the length 1 for each text; those that are new are computed together."""
        rows = {text: self._cache.get(self._model, text) for text in texts}
        missing = [text for text, row in rows.items() if row is None]
        if not missing and texts:
            return _joined([row for text in texts if (row := rows[text]) is not None])
        found = await self._inner.embed(missing)
        if len(found.counts) != len(missing):
            # It does not say what each text took, so nothing can be told apart.
            return found if missing == list(texts) else await self._inner.embed(texts)
        width = 4 * found.dimensions
        for at, text in enumerate(missing):
            row = _Row(found.vectors[at * width : (at + 1) * width], found.counts[at])
            rows[text] = row
            self._cache.put(self._model, text, row)
        if not texts:
            return found
        return _joined([row for text in texts if (row := rows[text]) is not None])


def _joined(rows: Sequence[_Row]) -> Embeddings:
    counts = tuple(row.tokens for row in rows)
    return Embeddings(b"".join(row.vector for row in rows), len(rows[0].vector) // 4, sum(counts), counts)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
