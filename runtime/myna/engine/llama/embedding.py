"""Embeddings from a text model: a small context of its own, made when first asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import EngineError, OutOfMemory, PromptTooLong
from ..bindings import C
from ..cores import thread_count
from ..protocols import Embeddings, EmbedRequest
from ..text.prompt import PROBE_CHARACTERS
from .options import LlamaOptions
from .threads import FreeCores
from .vocabulary import Vocabulary

MAX_TOKENS = 2048
"""Tokens of one text, and of one batch of short texts."""

MAX_TEXTS = 64
"""Texts of one batch."""


class EmbeddingContext:
    """Pools as the model file says; by the mean where it says nothing."""

    def __init__(self, model: Any, vocabulary: Vocabulary, options: LlamaOptions) -> None:
        params = C.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = min(MAX_TOKENS, C.llama_model_n_ctx_train(model))
        params.n_seq_max = MAX_TEXTS
        params.kv_unified = True
        params.embeddings = True
        params.no_perf = True
        self._cores = FreeCores(thread_count(options.threads))
        params.n_threads = params.n_threads_batch = self._cores.before()
        if not _has_pooling(model):
            params.pooling_type = C.LLAMA_POOLING_TYPE_MEAN
        self._context = C.llama_init_from_model(model, params)
        if not self._context:
            raise OutOfMemory("there is not enough memory for embeddings")
        self._vocabulary = vocabulary
        self._limit = int(params.n_ctx)
        self.dimensions: int = C.llama_model_n_embd(model)

    def embed(self, request: EmbedRequest) -> Embeddings:
        """Vectors for all texts, in order.

        Raises:
            PromptTooLong: a text has more than `MAX_TOKENS` tokens.
        """
        for text in request.texts:
            if len(text) > self._limit * PROBE_CHARACTERS:
                raise PromptTooLong(f"a text has {len(text):,} characters; an embedding takes {self._limit:,} tokens")
        tokens = [self._vocabulary.tokenize(text, special=False, add_special=True) or [0] for text in request.texts]
        for row in tokens:
            if len(row) > self._limit:
                raise PromptTooLong(f"a text has {len(row):,} tokens; an embedding takes {self._limit:,}")
        vectors = np.zeros((len(tokens), self.dimensions), dtype="<f4")
        # Texts of like length share a batch, so that little of it stays empty.
        order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
        start = 0
        while start < len(order):
            end, used = start, 0
            while end < len(order) and end - start < MAX_TEXTS and used + len(tokens[order[end]]) <= self._limit:
                used += len(tokens[order[end]])
                end += 1
            self._batch([tokens[index] for index in order[start:end]], vectors, order[start:end])
            start = end
        if request.normalize:
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        counts = tuple(map(len, tokens))
        return Embeddings(vectors.tobytes(), self.dimensions, sum(counts), counts)

    def _batch(self, texts: list[list[int]], vectors: np.ndarray[Any, Any], rows: list[int]) -> None:
        batch = C.llama_batch_init(sum(map(len, texts)), 0, 1)
        try:
            index = 0
            for sequence, text in enumerate(texts):
                for position, token in enumerate(text):
                    batch.token[index] = token
                    batch.pos[index] = position
                    batch.n_seq_id[index] = 1
                    batch.seq_id[index][0] = sequence
                    batch.logits[index] = 1
                    index += 1
            batch.n_tokens = index
            memory = C.llama_get_memory(self._context)
            if memory:
                C.llama_memory_clear(memory, True)
            threads = self._cores.before()
            C.llama_set_n_threads(self._context, threads, threads)
            status = C.llama_decode(self._context, batch)
            self._cores.after()
            if status:
                raise EngineError(f"llama.cpp could not compute embeddings (status {status})")
            for sequence, row in enumerate(rows):
                pointer = C.llama_get_embeddings_seq(self._context, sequence)
                if not pointer:
                    raise EngineError("this model gives no embeddings")
                vectors[row] = np.ctypeslib.as_array(pointer, shape=(self.dimensions,))
        finally:
            C.llama_batch_free(batch)

    def close(self) -> None:
        if self._context is not None:
            C.llama_free(self._context)
            self._context = None


def _has_pooling(model: Any) -> bool:
    for index in range(C.llama_model_meta_count(model)):
        buffer = bytes(256)
        C.llama_model_meta_key_by_index(model, index, buffer, len(buffer))
        if buffer.split(b"\0", 1)[0].endswith(b".pooling_type"):
            return True
    return False
