"""Vectors of examples, kept in memory and on disk: 1,000 texts take some seconds to embed, and 1.5 MB."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from myna.engine.protocols import Embedder, Embeddings

MOST = 32
"""Sets kept; the ones that were used least recently go first."""

_PROBE = "The quick brown fox jumps over the lazy dog. 敏捷的棕色狐狸。"


class KeptVectors:
    """`folder` may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Embeddings] = {}

    async def of(self, texts: Sequence[str], model: Embedder, key: str) -> Embeddings:
        """The vectors of `texts`, which `key` names; they are computed once for each model.

        A model is told by what it makes of a probe, so that vectors of another one are never mixed with its own.
        """
        probe = await model.embed([_PROBE])
        name = hashlib.sha256(f"{key} {len(texts)} ".encode() + _rough(probe)).hexdigest()[:40]
        if name not in self._known:
            vectors = self._read(name, len(texts))
            if vectors is None:
                vectors = await model.embed(texts)
                self._write(name, vectors)
            while len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[name] = vectors
        return self._known[name]

    def _read(self, name: str, texts: int) -> Embeddings | None:
        path = self._folder / name
        try:
            vectors = msgspec.msgpack.decode(path.read_bytes(), type=Embeddings)
            path.touch()
        except (OSError, msgspec.DecodeError):
            return None
        return vectors if len(vectors.vectors) == 4 * texts * vectors.dimensions else None

    def _write(self, name: str, vectors: Embeddings) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in sorted(self._folder.iterdir(), key=lambda path: -path.stat().st_mtime)[MOST - 1 :]:
                old.unlink(missing_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(msgspec.msgpack.encode(vectors))
            Path(file.name).replace(self._folder / name)
        except OSError:
            # A cache that cannot be written only costs time.
            return


def _rough(vectors: Embeddings) -> bytes:
    """The probe's vector in steps that differences between processors do not reach."""
    import array

    values = array.array("f", vectors.vectors)
    return ",".join(str(round(value * 8)) for value in values).encode()
