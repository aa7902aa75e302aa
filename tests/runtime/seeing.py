"""What the tests of pictures share: pictures, questions about them, and llama.cpp's own way of answering."""

from __future__ import annotations

import ctypes
import hashlib
from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from myna.engine.protocols import Sampling, TextRequest
from myna.messages import Attachment, Image, Message, Text
from myna.testing.tiny_gguf import NEVER_END, write_tiny_model
from myna.testing.tiny_projector import TILE_TOKENS, write_tiny_projector

KINDS = ("janus_pro", "gemma3", "idefics3", "qwen2vl_merger")
GREEDY = Sampling(temperature=0, logit_bias=NEVER_END)


def picture(seed, width=40, height=30, form="PNG"):
    """Noise: no two are alike."""
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3)).astype(np.uint8)
    out = BytesIO()
    Pillow.fromarray(pixels).save(out, form)
    return out.getvalue()


def sha(data):
    return hashlib.sha256(data).hexdigest()


def says(role, *parts):
    return Message(
        role,
        tuple(
            Image(Attachment(sha(part), "image/png", len(part))) if isinstance(part, bytes) else Text(part)
            for part in parts
        ),
    )


def contents(*parts):
    return {sha(part): part for part in parts if isinstance(part, bytes)}


def about(*parts, before=(), images=None, **changes):
    """A question made of texts and pictures."""
    known = {**contents(*parts), **(images or {})}
    fields = {"messages": (*before, says("user", *parts)), "images": known, "sampling": GREEDY, "max_tokens": 6}
    return TextRequest(**{**fields, "logprobs": 0, **changes})


def write(folder, kind, *, context=512):
    """A model and a projector of this kind, as keyword arguments of the fixture `llama`."""
    model = write_tiny_model(
        folder / f"{kind}.gguf",
        context=context,
        architecture="qwen2vl" if kind == "qwen2vl_merger" else "llama",
        more_control=TILE_TOKENS if kind == "idefics3" else (),
    )
    return {"model": model, "projector": write_tiny_projector(folder / f"{kind}-mmproj.gguf", kind)}


def as_llama_cpp_answers(files, rendered, pictures, tokens):
    """Greedy tokens by llama.cpp's own helper: `rendered` is the prompt, with `mtmd`'s default marker for pictures."""
    from myna.engine.llama.native import C, picture_bindings

    mtmd = picture_bindings()
    model = C.llama_model_load_from_file(str(files["model"]).encode(), C.llama_model_default_params())
    params = C.llama_context_default_params()
    params.n_ctx = params.n_batch = params.n_ubatch = 512
    params.n_threads = params.n_threads_batch = 1
    params.flash_attn_type = C.LLAMA_FLASH_ATTN_TYPE_DISABLED
    context = C.llama_init_from_model(model, params)
    seeing = mtmd.mtmd_context_params_default()
    seeing.n_threads, seeing.use_gpu, seeing.print_timings = 1, False, False
    sight = mtmd.mtmd_init_from_file(str(files["projector"]).encode(), model, seeing)
    bitmaps = []
    for data in pictures:
        pixels = np.asarray(Pillow.open(BytesIO(data)).convert("RGB"))
        height, width = pixels.shape[:2]
        values = (ctypes.c_uint8 * pixels.size).from_buffer_copy(pixels.tobytes())
        bitmaps.append(mtmd.mtmd_bitmap_init(width, height, values))
    chunks = mtmd.mtmd_input_chunks_init()
    text = mtmd.mtmd_input_text(rendered.encode(), len(rendered.encode()), False, True)
    array = (ctypes.c_void_p * len(bitmaps))(*bitmaps)
    assert mtmd.mtmd_tokenize(sight, chunks, ctypes.byref(text), array, len(bitmaps)) == 0
    past = C.llama_pos(0)
    assert mtmd.mtmd_helper_eval_chunks(sight, context, chunks, 0, 0, 512, True, ctypes.byref(past)) == 0
    size = C.llama_vocab_n_tokens(C.llama_model_get_vocab(model))
    answer = []
    position = past.value
    batch = C.llama_batch_init(1, 0, 1)
    for _ in range(tokens):
        logits = np.ctypeslib.as_array(C.llama_get_logits_ith(context, -1), shape=(size,)).copy()
        for token, bias in NEVER_END.items():
            logits[token] += bias
        answer.append(int(logits.argmax()))
        batch.n_tokens, batch.token[0], batch.pos[0] = 1, answer[-1], position
        batch.n_seq_id[0], batch.seq_id[0][0], batch.logits[0] = 1, 0, 1
        assert C.llama_decode(context, batch) == 0
        position += 1
    C.llama_batch_free(batch)
    mtmd.mtmd_input_chunks_free(chunks)
    for bitmap in bitmaps:
        mtmd.mtmd_bitmap_free(bitmap)
    mtmd.mtmd_free(sight)
    C.llama_free(context)
    C.llama_model_free(model)
    return answer
