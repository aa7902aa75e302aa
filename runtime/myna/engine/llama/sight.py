"""llama.cpp's picture encoder: what a picture becomes in a prompt, and the vectors that stand for it there."""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import BadInput, BadModelFile, EngineError
from ..bindings import C
from ..cores import thread_count
from ..projector import BESIDE
from ..text.sight import Layout, Vectors
from ..text.spans import Numbers, Patch, picture_tokens
from .native import NativeLog, picture_bindings, refused, uses_gpu
from .options import LlamaOptions
from .vocabulary import Vocabulary

MAX_SIDE = 4096
"""Pixels of the longer side that are handed on. No encoder that llama.cpp opens takes in more of a picture (the most
are 4,096 tokens of 28 x 28 pixels, Qwen2.5-VL), and four copies of the pixels exist at a time."""


MAX_RATIO = 200
"""Between the sides of a picture, as Qwen2.5-VL allows it. Some encoders round the shorter side of more to nothing."""


class Sight:
    """A loaded projector. `layout` may be called while `encode` runs in another thread."""

    def __init__(self, path: str, model: Any, vocabulary: Vocabulary, options: LlamaOptions, log: NativeLog) -> None:
        """Load the projector at `path` for the loaded `model`.

        Raises:
            ExtraMissing: this build of llama.cpp sees nothing.
            BadModelFile, OutOfMemory: llama.cpp cannot load it.
        """
        self._mtmd = picture_bindings()
        self._vocabulary = vocabulary
        self._log = log
        # No text of anybody's comes near it; it only has to be unlike what a model's vocabulary could hold.
        self._marker = f"<{secrets.token_hex(16)}>".encode()
        self._mtmd.mtmd_log_set(log.callback, None)
        params = self._mtmd.mtmd_context_params_default()
        params.use_gpu = uses_gpu(options)
        params.print_timings = False
        # mtmd takes the number once, so it cannot follow the free cores as that of answers does. Where other programs
        # keep both of 2 cores busy, two threads are one too many: measured as for `NICE` (encoder.py), in turns, an
        # answer beside the encoder kept 0.07 to 0.11 of its speed with two and 0.15 to 0.19 with one, and a picture
        # took 1.7 to 2.6 s with two and 1.4 to 2.0 s with one. What cores are free at the load says little about
        # later, so it is the number for a machine that is not busy; that was not measured.
        params.n_threads = thread_count(options.threads)
        params.media_marker = self._marker
        self._context = self._mtmd.mtmd_init_from_file(path.encode(), model, params)
        if not self._context:
            raise refused(Path(path).name, log, _reason(log))
        self.causal = not self._mtmd.mtmd_decode_use_non_causal(self._context, None)
        """Whether each token of a picture sees only those before it, as in text."""
        self._axes = 4 if self._mtmd.mtmd_decode_use_mrope(self._context) else 1
        self._width: int = C.llama_model_n_embd_inp(model)

    def layout(self, sha256: str, size: tuple[int, int]) -> Layout:
        """What a picture of `size` (width, height) becomes; nothing is decoded or encoded for it.

        Raises:
            BadInput: the encoder takes no picture of this size.
            BadModelFile: the model lacks a token that it needs.
        """
        if max(size) > MAX_RATIO * min(size):
            raise _too_narrow()
        with self._chunks(fitted(size), None) as chunks:
            return Layout(tuple(self._parts(sha256, chunks)))

    def encode(self, layout: Layout, pixels: np.ndarray[Any, Any], go_on: Callable[[], bool]) -> tuple[Vectors, ...]:
        """The vectors of each patch of `layout`, shape (tokens, width); none when `go_on` says no in between.

        Raises:
            BadInput: the pixels do not become what the layout says.
            EngineError: llama.cpp failed.
        """
        height, width = pixels.shape[:2]
        with self._chunks((width, height), np.ascontiguousarray(pixels, dtype=np.uint8)) as chunks:
            patches = [chunk for chunk in chunks if not self._is_text(chunk)]
            counts = [self._mtmd.mtmd_input_chunk_get_n_tokens(chunk) for chunk in patches]
            if counts != [len(patch.tokens) for patch in layout.patches]:
                raise BadInput("the picture is not as large as the header of its file says")
            rows: list[Vectors] = []
            for chunk, count in zip(patches, counts, strict=True):
                if rows and not go_on():
                    return ()
                if self._mtmd.mtmd_encode_chunk(self._context, chunk):
                    raise EngineError(f"llama.cpp could not encode the picture: {self._log.last_error()}")
                made = self._mtmd.mtmd_get_output_embd(self._context)
                rows.append(np.ctypeslib.as_array(made, shape=(count, self._width)).copy())
            return tuple(rows)

    def close(self) -> None:
        """Free it; `encode` must not be running."""
        if self._context is not None:
            self._mtmd.mtmd_free(self._context)
            self._context = None

    @contextmanager
    def _chunks(self, size: tuple[int, int], pixels: np.ndarray[Any, Any] | None) -> Iterator[list[Any]]:
        """What llama.cpp makes of a picture; without `pixels`, only how many tokens it becomes."""
        mtmd = self._mtmd
        data = None if pixels is None else ctypes.cast(pixels.ctypes.data, ctypes.POINTER(ctypes.c_uint8))
        bitmap = mtmd.mtmd_bitmap_init(*size, data)
        chunks = mtmd.mtmd_input_chunks_init()
        try:
            text = mtmd.mtmd_input_text(self._marker, len(self._marker), False, True)
            bitmaps = (ctypes.c_void_p * 1)(bitmap)
            if mtmd.mtmd_tokenize(self._context, chunks, ctypes.byref(text), bitmaps, 1):
                raise _too_narrow()
            yield [mtmd.mtmd_input_chunks_get(chunks, i) for i in range(mtmd.mtmd_input_chunks_size(chunks))]
        finally:
            mtmd.mtmd_input_chunks_free(chunks)
            mtmd.mtmd_bitmap_free(bitmap)

    def _is_text(self, chunk: Any) -> bool:
        return bool(self._mtmd.mtmd_input_chunk_get_type(chunk) == self._mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT)

    def _parts(self, sha256: str, chunks: Sequence[Any]) -> Iterator[list[int] | Patch]:
        index = 0
        for chunk in chunks:
            count = self._mtmd.mtmd_input_chunk_get_n_tokens(chunk)
            if self._is_text(chunk):
                size = ctypes.c_size_t()
                tokens = self._mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(size))[: size.value]
                if any(token < 0 for token in tokens):
                    raise BadModelFile(
                        "the projector does not belong to this model: tokens that it puts around a picture are not "
                        "in the vocabulary",
                        hint=BESIDE,
                    )
                yield tokens
                continue
            start, next_ = self._places(chunk, count, 0), self._places(chunk, count, 1)
            yield Patch(
                index,
                picture_tokens(sha256, index, count, self._vocabulary.size),
                self._mtmd.mtmd_input_chunk_get_n_pos(chunk),
                start,
                # Positions grow with the first one's, or say where in the picture a token is.
                next_ - start,
            )
            index += 1

    def _places(self, chunk: Any, count: int, first: int) -> Numbers:
        if self._axes == 1:
            return np.arange(first, first + count, dtype=np.int32)[None]
        places = (self._mtmd.mtmd_decoder_pos * count)()
        image = self._mtmd.mtmd_input_chunk_get_tokens_image(chunk)
        self._mtmd.mtmd_helper_image_get_decoder_pos(image, first, places)
        columns = np.frombuffer(places, dtype=np.uint32).reshape(count, 4).astype(np.int32)
        # llama.cpp wants time, then y, then x.
        return np.ascontiguousarray(columns.T[[0, 2, 1, 3]])


def _reason(log: NativeLog) -> str:
    """Why a projector was not loaded: the newest error that says more than that, from its last colon on."""
    told = (line.rsplit(": ", 1)[-1].strip() for line in reversed(log.errors))
    return next((reason for reason in told if not reason.startswith("Failed to load CLIP model")), "")


def _too_narrow() -> BadInput:
    return BadInput("the picture is too narrow to be looked at", hint="cut out a part of it")


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """`size` (width, height) within `MAX_SIDE`, in the same proportions."""
    longest = max(size)
    if longest <= MAX_SIDE:
        return size
    width, height = (max(1, round(side * MAX_SIDE / longest)) for side in size)
    return width, height
