"""The engine of sentence encoders."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import gettempdir
from typing import Any, ClassVar

import msgspec
import numpy as np

from ...errors import ModelLoadFailed
from ..cores import thread_count
from ..onnx_runtime import small_session
from ..protocols import Embeddings, EmbedRequest, EngineSpec, ModelInfo
from ..serial import SerialEngine

MAX_TOKENS = 256
"""Tokens of one text; what follows is left out. That of the models known here, by their model cards."""

BATCH = 16
"""Texts computed together, of like length: about 20 ms of work of one core, so that a cancel is seen in time."""

SMALL = 64 << 20
"""Bytes of a model of which one thread computes a batch, and as many batches are computed at once as there are cores:
threads that share its small products wait for each other. all-MiniLM-L6-v2 (23 MB, two cores): 64 sentences in 0.65 of
the time, and one by one, 0.8. The products of larger ones are worth sharing, and a single text of theirs takes long."""

UNFUSED = ("SkipLayerNormFusion",)
"""ONNX Runtime's kernel for an addition and its norm in one takes several times as long as the two (1.32, AVX-512): the
encoder without it takes 0.75 of the processor's time, for one text as for many."""


class EncoderEngine(SerialEngine):
    """Files: `model` (safetensors of a BERT), `config`, `tokenizer`; or `model` as ONNX already."""

    operations: ClassVar = {"embed": EmbedRequest}

    def __init__(self, spec: EngineSpec) -> None:
        if missing := {"config", "tokenizer"} - spec.files.keys():
            raise ModelLoadFailed(f"{spec.name} lacks its file {min(missing)}")
        path = _graph(spec)
        small = path.stat().st_size < SMALL
        self._session = small_session(path, threads=1 if small else 0, unfused=UNFUSED)
        self._at_once = thread_count(0) if small else 1
        self._threads = ThreadPoolExecutor(self._at_once, "batch")
        self._inputs = {one.name for one in self._session.get_inputs()}
        if "vectors" not in {one.name for one in self._session.get_outputs()}:
            raise ModelLoadFailed(f"{path.name} gives no vectors: it is no sentence encoder")
        self._tokenizer = _tokenizer(spec.files["tokenizer"])
        self.dimensions = int(self._session.get_outputs()[0].shape[1])
        details = {"format": "ONNX", "dimensions": str(self.dimensions)}
        super().__init__(ModelInfo("sentence encoder", MAX_TOKENS, MAX_TOKENS, path.stat().st_size, details=details))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        del operation
        encoded = self._tokenizer.encode_batch(list(body.texts))
        rows = [encoding.ids for encoding in encoded]
        vectors = np.zeros((len(rows), self.dimensions), dtype="<f4")
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        for start in range(0, len(batches), self._at_once):
            chosen = batches[start : start + self._at_once]
            for places, found in zip(chosen, self._compute([[rows[at] for at in one] for one in chosen]), strict=True):
                vectors[places] = found
            yield None
        yield Embeddings(vectors.tobytes(), self.dimensions, sum(map(len, rows)), tuple(map(len, rows)))

    def _compute(self, batches: list[list[list[int]]]) -> list[Any]:
        """The vectors of each of a few batches."""
        return list(self._threads.map(self._batch, batches)) if len(batches) > 1 else [self._batch(batches[0])]

    def _batch(self, rows: list[list[int]]) -> Any:
        longest = max(map(len, rows))
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return self._session.run(["vectors"], {name: feeds[name] for name in self._inputs})[0]

    def close(self) -> None:
        self._threads.shutdown()
        self._session = None
        super().close()


def _graph(spec: EngineSpec) -> Path:
    """The ONNX file: the model's own, or the one that is made of its weights when they are first opened."""
    weights = Path(spec.files["model"])
    if weights.suffix == ".onnx":
        return weights
    from .export import quantized

    return quantized(weights, Path(spec.files["config"]), Path(spec.cache_dir or gettempdir()), spec.fingerprint)


def _tokenizer(path: str) -> Any:
    import tokenizers

    try:
        tokenizer = tokenizers.Tokenizer.from_file(path)
    except Exception as error:  # noqa: BLE001 - the library raises bare `Exception`
        raise ModelLoadFailed(f"{path}: {error}") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
