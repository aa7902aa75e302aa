"""The exported model in llama.cpp, through mtmd's C functions and with Myna's own rendering of the chat template."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp
import numpy as np
from llama_cpp import mtmd_cpp
from PIL import Image

from myna.engine.chat_template import ChatTemplate

CONTEXT = 256
"""Tokens; a picture and a question are fewer than 90."""
LONGEST_ANSWER = 8


@llama_cpp.llama_log_callback
def _silent(*_: Any) -> None:
    """llama.cpp writes a page for each model that it loads."""


class Native:
    """A model with its projector. Use `opened`, which also frees it."""

    def __init__(self, model: Path, projector: Path) -> None:
        llama_cpp.llama_log_set(_silent, None)
        mtmd_cpp.mtmd_log_set(_silent, None)
        mtmd_cpp.mtmd_helper_log_set(_silent, None)
        llama_cpp.llama_backend_init()
        self.model = _made(llama_cpp.llama_model_load_from_file(bytes(model), llama_cpp.llama_model_default_params()))
        settings = llama_cpp.llama_context_default_params()
        settings.n_ctx = settings.n_batch = settings.n_ubatch = CONTEXT
        settings.n_threads = settings.n_threads_batch = 1
        self.context = _made(llama_cpp.llama_init_from_model(self.model, settings))
        seeing = mtmd_cpp.mtmd_context_params_default()
        seeing.use_gpu = False
        seeing.n_threads = 1
        self.projector = _made(mtmd_cpp.mtmd_init_from_file(bytes(projector), self.model, seeing))
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.width = llama_cpp.llama_model_n_embd(self.model)
        source = llama_cpp.llama_model_chat_template(self.model, None).decode()
        begin, done = (
            self.piece(token(self.vocabulary)) for token in (llama_cpp.llama_vocab_bos, llama_cpp.llama_vocab_eos)
        )
        self.template = ChatTemplate(source, bos=begin, eos=done)

    def close(self) -> None:
        mtmd_cpp.mtmd_free(self.projector)
        llama_cpp.llama_free(self.context)
        llama_cpp.llama_model_free(self.model)

    def piece(self, token: int) -> str:
        buffer = ctypes.create_string_buffer(64)
        size = llama_cpp.llama_token_to_piece(self.vocabulary, token, buffer, len(buffer), 0, True)
        return buffer.raw[:size].decode(errors="replace")

    @contextmanager
    def chunks(self, picture: Image.Image, question: str) -> Iterator[Any]:
        """The tokenized prompt: the picture, and right behind it the question, as Myna asks."""
        content = f"{mtmd_cpp.mtmd_default_marker().decode()}{question}"
        prompt = self.template.render([{"role": "user", "content": content}]).encode()
        text = mtmd_cpp.mtmd_input_text(prompt, len(prompt), add_special=True, parse_special=True)
        pixels = picture.convert("RGB").tobytes()
        values = (ctypes.c_uint8 * len(pixels)).from_buffer_copy(pixels)
        bitmap = _made(mtmd_cpp.mtmd_bitmap_init(picture.width, picture.height, values))
        found = _made(mtmd_cpp.mtmd_input_chunks_init())
        try:
            bitmaps = (mtmd_cpp.mtmd_bitmap_p_ctypes * 1)(bitmap)
            _succeeded(mtmd_cpp.mtmd_tokenize(self.projector, found, ctypes.byref(text), bitmaps, 1))
            yield found
        finally:
            mtmd_cpp.mtmd_input_chunks_free(found)
            mtmd_cpp.mtmd_bitmap_free(bitmap)

    def answer(self, picture: Image.Image, question: str) -> str:
        """Greedy: always the likeliest token."""
        memory = llama_cpp.llama_get_memory(self.context)
        llama_cpp.llama_memory_clear(memory, True)
        past = llama_cpp.llama_pos(0)
        with self.chunks(picture, question) as chunks:
            _succeeded(
                mtmd_cpp.mtmd_helper_eval_chunks(
                    self.projector, self.context, chunks, 0, 0, CONTEXT, True, ctypes.byref(past)
                )
            )
        size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        pieces = []
        for _ in range(LONGEST_ANSWER):
            logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, -1), (size,))
            token = int(logits.argmax())
            if llama_cpp.llama_vocab_is_eog(self.vocabulary, token):
                break
            pieces.append(self.piece(token))
            _succeeded(
                llama_cpp.llama_decode(
                    self.context, llama_cpp.llama_batch_get_one((llama_cpp.llama_token * 1)(token), 1)
                )
            )
        return "".join(pieces)

    def embeddings(self, picture: Image.Image) -> np.ndarray:
        """What the projector makes of `picture`: float32 [tokens, width]."""
        with self.chunks(picture, "") as chunks:
            for index in range(mtmd_cpp.mtmd_input_chunks_size(chunks)):
                chunk = mtmd_cpp.mtmd_input_chunks_get(chunks, index)
                if mtmd_cpp.mtmd_input_chunk_get_type(chunk) == mtmd_cpp.MTMD_INPUT_CHUNK_TYPE_IMAGE:
                    _succeeded(mtmd_cpp.mtmd_encode_chunk(self.projector, chunk))
                    shape = (mtmd_cpp.mtmd_input_chunk_get_n_tokens(chunk), self.width)
                    return np.ctypeslib.as_array(mtmd_cpp.mtmd_get_output_embd(self.projector), shape).copy()
        raise SystemExit("mtmd made no picture of the picture")


@contextmanager
def opened(model: Path, projector: Path) -> Iterator[Native]:
    native = Native(model, projector)
    try:
        yield native
    finally:
        native.close()


def _made(pointer: Any) -> Any:
    if not pointer:
        raise SystemExit("llama.cpp could not open the model; without the silence above it says why")
    return pointer


def _succeeded(status: int) -> None:
    if status:
        raise SystemExit(f"llama.cpp ended with status {status}")
