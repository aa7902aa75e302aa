"""The engine of sentence encoders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any, ClassVar

import msgspec
import numpy as np

from myna.engine.onnx_runtime import small_session
from myna.engine.protocols import Embeddings, EmbedRequest, EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import ModelLoadFailed

from .export import quantized

MAX_TOKENS = 256
"""Tokens of one text; what follows is left out. That of the models known here, by their model cards."""

BATCH = 32
"""Texts computed together, of like length: about 40 ms of work, so that a cancel is seen in time."""


class EmbedderEngine(SerialEngine):
    """Files: `model` (safetensors of a BERT), `config`, `tokenizer`; or `model` as ONNX already."""

    operations: ClassVar = {"embed": EmbedRequest}

    def __init__(self, spec: EngineSpec) -> None:
        weights = Path(spec.files["model"])
        if missing := {"config", "tokenizer"} - spec.files.keys():
            raise ModelLoadFailed(f"{spec.name} lacks its file {min(missing)}")
        cache = Path(spec.cache_dir or gettempdir())
        path = quantized(weights, Path(spec.files["config"]), cache, spec.fingerprint)
        self._session = small_session(path, threads=0)
        self._tokenizer = _tokenizer(spec.files["tokenizer"])
        self.dimensions = int(self._session.get_outputs()[0].shape[1])
        details = {"format": "ONNX, INT8", "dimensions": str(self.dimensions)}
        super().__init__(ModelInfo("sentence encoder", MAX_TOKENS, MAX_TOKENS, path.stat().st_size, details=details))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        del operation
        encoded = self._tokenizer.encode_batch(list(body.texts))
        rows = [encoding.ids for encoding in encoded]
        vectors = np.zeros((len(rows), self.dimensions), dtype="<f4")
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            vectors[chosen] = self._batch([rows[at] for at in chosen])
            yield None
        yield Embeddings(vectors.tobytes(), self.dimensions, sum(map(len, rows)))

    def _batch(self, rows: list[list[int]]) -> Any:
        longest = max(map(len, rows))
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        return self._session.run(["vectors"], {"input_ids": ids, "attention_mask": mask})[0]

    def close(self) -> None:
        self._session = None
        super().close()


def _tokenizer(path: str) -> Any:
    import tokenizers

    try:
        tokenizer = tokenizers.Tokenizer.from_file(path)
    except Exception as error:  # noqa: BLE001 - the library raises bare `Exception`
        raise ModelLoadFailed(f"{path}: {error}") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
