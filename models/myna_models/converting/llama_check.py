"""`python -m myna_models.converting.llama_check MODEL.gguf EXPECTED.npz`: what llama.cpp makes of the same tokens.

Prints one JSON object: the share of places with the same likeliest token, the largest and the mean difference of
log-probabilities to the twenty likeliest tokens, and tokens a second.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import llama_cpp as C  # noqa: N812 - as in the engine
import numpy as np

TOP = 20
_said: list[str] = []
"""What llama.cpp told on the way."""


def main(model: Path, expected: Path) -> int:
    C.llama_log_set(_silent, None)
    C.llama_backend_init()
    params = C.llama_model_default_params()
    params.n_gpu_layers = 0
    loaded = C.llama_model_load_from_file(str(model).encode(), params)
    if not loaded:
        why = next((line for line in reversed(_said) if "error" in line), "it says nothing")
        print(json.dumps({"error": f"llama.cpp does not open it: {why[:200]}"}))
        return 0
    settings = C.llama_context_default_params()
    settings.n_ctx = settings.n_batch = settings.n_ubatch = 512
    context = C.llama_init_from_model(loaded, settings)
    size = C.llama_vocab_n_tokens(C.llama_model_get_vocab(loaded))
    same: list[bool] = []
    apart: list[float] = []
    tokens, took = 0, 0.0
    with np.load(expected) as saved:
        for at in range(len(saved.files) // 2):
            row, theirs = saved[f"tokens_{at}"], _log(saved[f"logits_{at}"][:, :size])
            start = time.perf_counter()
            ours = _log(_logits(context, row, size))
            took += time.perf_counter() - start
            tokens += len(row)
            same += list(ours.argmax(axis=1) == theirs.argmax(axis=1))
            top = np.argsort(-theirs, axis=1)[:, :TOP]
            apart += list(np.abs(np.take_along_axis(ours - theirs, top, axis=1)).ravel())
    found = {
        "agreement": round(float(np.mean(same)), 4), "largest_difference": round(float(np.max(apart)), 5),
        "mean_difference": round(float(np.mean(apart)), 6), "tokens": tokens, "prefill_tps": round(tokens / took, 1),
    }  # fmt: skip
    print(json.dumps(found))
    return 0


@C.llama_log_callback  # type: ignore[untyped-decorator]
def _silent(level: int, text: bytes, data: Any) -> None:
    del level, data
    _said.append(text.decode("utf-8", "replace").strip())


def _logits(context: Any, row: Any, size: int) -> Any:
    """float32 [tokens, vocabulary]."""
    C.llama_memory_clear(C.llama_get_memory(context), True)
    batch = C.llama_batch_init(len(row), 0, 1)
    try:
        for at, token in enumerate(row):
            batch.token[at] = int(token)
            batch.pos[at] = at
            batch.n_seq_id[at] = 1
            batch.seq_id[at][0] = 0
            batch.logits[at] = 1
        batch.n_tokens = len(row)
        if C.llama_decode(context, batch):
            raise RuntimeError("llama.cpp could not compute")
        return np.array(np.ctypeslib.as_array(C.llama_get_logits(context), shape=(len(row), size)))
    finally:
        C.llama_batch_free(batch)


def _log(logits: Any) -> Any:
    """Logits as log-probabilities."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
