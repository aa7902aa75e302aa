"""One llama.cpp context: its batch, its sequences, and a KV cache that grows when it must."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import EngineError, OutOfMemory
from ..bindings import C
from ..cores import own_cores, thread_count
from ..pinning import Pinning
from ..text.cells import Logits, NoRoom, SequenceState
from ..text.sight import Vectors
from .attention import choose_attention
from .batch import TokenBatch, VectorBatch
from .native import uses_gpu
from .options import LlamaOptions
from .threads import FreeCores

KV_TYPES = {"f16": 1, "q8_0": 8, "q4_0": 2}
"""ggml's type numbers."""


GUESSED_BATCH = 64
"""Tokens of a batch with fewer threads on a guess, which is looked at when the batch is done; no fewer than can be
decoded together."""


class KvContext:
    """The context of a model. Sequences are numbers below `sequences`; all share the cells."""

    def __init__(
        self,
        model: Any,
        options: LlamaOptions,
        *,
        cells: int,
        max_cells: int,
        sequences: int,
        whole_batches: bool = False,
    ) -> None:
        """Allocates `cells`; `grow` doubles them up to `max_cells`. With `whole_batches`, all tokens of a batch are
        computed at once, which is what tokens need that see those after them.

        Raises:
            OutOfMemory: llama.cpp could not allocate them.
        """
        self._model = model
        self._options = options
        self._whole_batches = whole_batches
        self.max_cells = max(cells, max_cells)
        self.sequences = sequences
        self.vocabulary_size: int = C.llama_vocab_n_tokens(C.llama_model_get_vocab(model))
        self._row = ctypes.c_float * self.vocabulary_size
        self._batch = TokenBatch(options.batch)
        self._vectors: VectorBatch | None = None
        self._causal = True
        self._most = thread_count(options.threads)
        self._cores = FreeCores(self._most)
        self._pinning = Pinning(own_cores())
        self._threads = 0
        self._limit = options.batch
        self.cells = cells
        self._context = self._create(cells)
        self._memory = C.llama_get_memory(self._context)
        self._adapters: tuple[tuple[int, float], ...] = ()

    def _create(self, cells: int) -> Any:
        params = C.llama_context_default_params()
        # llama.cpp ends the process when a batch, or the cells, cannot hold one token of each sequence.
        params.n_ctx = max(cells, self.sequences)
        params.n_batch = max(self._options.batch, self.sequences)
        attention = choose_attention(
            heads=C.llama_model_n_head(self._model),
            cells=cells,
            batch=self._options.batch,
            kv_type=self._options.kv_type,
            gpu=uses_gpu(self._options),
            ubatch=self._options.ubatch,
            flash=self._options.flash_attention,
        )
        params.n_ubatch = params.n_batch if self._whole_batches else attention.chunk
        params.flash_attn_type = C.LLAMA_FLASH_ATTN_TYPE_AUTO if attention.flash else C.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.n_seq_max = self.sequences
        params.n_threads = params.n_threads_batch = self._threads = self._cores.before()
        params.type_k = params.type_v = KV_TYPES[self._options.kv_type]
        params.kv_unified = True
        params.swa_full = True
        params.no_perf = True
        context = C.llama_init_from_model(self._model, params)
        if not context:
            raise OutOfMemory(f"there is not enough memory for a KV cache of {cells:,} tokens")
        return context

    # batch

    def spare(self, cores: int) -> None:
        """Leave so many cores to others from the next batch on, where there are enough."""
        self._cores.allow(min(self._most, self._pinning.leave(cores)))

    def begin(self) -> None:
        """Start a new batch."""
        self._batch.clear()
        self._vectors = None
        if (threads := self._cores.before()) != self._threads:
            C.llama_set_n_threads(self._context, threads, threads)
            self._threads = threads
        self._limit = min(self._options.batch, GUESSED_BATCH) if self._cores.guessed else self._options.batch

    @property
    def threads(self) -> int:
        """Compute threads of the last batch."""
        return self._threads

    @property
    def room(self) -> int:
        """Tokens that the batch can still take."""
        return self._limit - self._batch.size

    def add(self, tokens: Sequence[int], position: int, sequence: int, *, output: bool) -> int:
        return self._batch.add(tokens, position, sequence, output=output)

    def add_vectors(
        self,
        vectors: Vectors,
        positions: np.ndarray[Any, np.dtype[np.int32]],
        sequence: int,
        *,
        output: bool,
        causal: bool,
    ) -> int:
        """Make the batch one of `vectors` (shape (n, width), at most `options.batch`) for `sequence`, and nothing else.
        With `output`, logits of the last. Unless `causal`, each sees those after it. Returns the last one's row."""
        self._vectors = VectorBatch(vectors, positions, sequence, output=output)
        self._causal = causal
        return len(vectors) - 1

    def decode(self) -> None:
        """Compute the batch.

        Raises:
            NoRoom: no cells; free some and call again.
            EngineError: llama.cpp failed.
        """
        if self._vectors is None:
            status = C.llama_decode(self._context, self._batch.native)
        else:
            C.llama_set_causal_attn(self._context, self._causal)
            status = C.llama_decode(self._context, self._vectors.native)
            C.llama_set_causal_attn(self._context, True)
        self._cores.after()
        if status == 1:
            raise NoRoom("the KV cache is full")
        if status:
            raise EngineError(f"llama.cpp could not compute a step (status {status})")

    def logits(self, row: int) -> Logits:
        """Shape (vocabulary size,): the logits of a row of the last batch; valid until the next decode."""
        pointer = C.llama_get_logits_ith(self._context, row)
        return np.frombuffer(self._row.from_address(ctypes.addressof(pointer.contents)), dtype=np.float32)

    # sequences

    def keep_first(self, sequence: int, positions: int) -> bool:
        """Forget all of `sequence` after its first `positions`. False when this model cannot go back, and
        the whole sequence was forgotten instead."""
        if C.llama_memory_seq_rm(self._memory, sequence, positions, -1):
            return True
        self.forget(sequence)
        return False

    def forget(self, sequence: int) -> None:
        C.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def copy(self, source: int, target: int, positions: int) -> bool:
        """Let `target` share the first `positions` of `source`; no cell is used for that, so there is always room."""
        C.llama_memory_seq_cp(self._memory, source, target, 0, positions)
        return True

    def clear(self) -> None:
        C.llama_memory_clear(self._memory, True)

    # state

    def export(self, sequence: int) -> SequenceState:
        """The state of a sequence, for `restore`."""
        size = C.llama_state_seq_get_size(self._context, sequence)
        state = mmap.mmap(-1, size)
        C.llama_state_seq_get_data(self._context, (ctypes.c_uint8 * size).from_buffer(state), size, sequence)
        return state

    def restore(self, sequence: int, state: SequenceState) -> bool:
        """Fill an empty sequence; False when there is no room for it."""
        kind = ctypes.c_uint8 * len(state)
        buffer = kind.from_buffer_copy(state) if isinstance(state, bytes) else kind.from_buffer(state)
        if C.llama_state_seq_set_data(self._context, buffer, len(state), sequence):
            return True
        self.forget(sequence)
        return False

    def save(self, sequence: int, tokens: Sequence[int], path: Path) -> bool:
        array = (C.llama_token * len(tokens))(*tokens)
        return bool(C.llama_state_seq_save_file(self._context, str(path).encode(), sequence, array, len(tokens)))

    def load(self, sequence: int, path: Path, capacity: int) -> list[int]:
        """Fill an empty sequence from a file. Returns its tokens; none when the file does not fit."""
        array = (C.llama_token * capacity)()
        count = ctypes.c_size_t(0)
        if C.llama_state_seq_load_file(
            self._context, str(path).encode(), sequence, array, capacity, ctypes.byref(count)
        ):
            return list(array[: count.value])
        self.forget(sequence)
        return []

    # size

    def grow(self) -> bool:
        """Double the cells and keep all sequences. False when that is not possible."""
        cells = min(self.cells * 2, self.max_cells)
        if cells <= self.cells:
            return False
        # The state of the whole cache: state by sequence would hold what sequences share once for each.
        state = self._export_all()
        C.llama_free(self._context)
        try:
            self._context = self._create(cells)
            self.cells = cells
        except OutOfMemory:
            self.max_cells = self.cells
            self._context = self._create(self.cells)
        self._memory = C.llama_get_memory(self._context)
        self._adapters = ()
        if not C.llama_state_set_data(self._context, state, len(state)):
            raise EngineError("llama.cpp could not move the KV cache")
        return self.cells == cells

    def _export_all(self) -> Any:
        buffer = (ctypes.c_uint8 * C.llama_state_get_size(self._context))()
        C.llama_state_get_data(self._context, buffer, len(buffer))
        return buffer

    def use_adapters(self, adapters: Sequence[tuple[Any, float]]) -> None:
        """Apply LoRA adapters (pointer, scale) to the following batches."""
        wanted = tuple((ctypes.cast(pointer, ctypes.c_void_p).value or 0, scale) for pointer, scale in adapters)
        if wanted == self._adapters:
            return
        pointers = (C.llama_adapter_lora_p_ctypes * len(adapters))(*[pointer for pointer, _ in adapters])
        scales = (ctypes.c_float * len(adapters))(*[scale for _, scale in adapters])
        if C.llama_set_adapters_lora(self._context, pointers, len(adapters), scales):
            raise EngineError("llama.cpp could not apply the LoRA adapters")
        self._adapters = wanted

    def close(self) -> None:
        if self._context is not None:
            C.llama_free(self._context)
            self._context = None
