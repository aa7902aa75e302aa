"""How close a converted decoder is to the original, and how fast both are.

Both read the same passages (`texts.py`). Perplexity is e to the mean of the negative logarithm of each next token's
probability; agreement is the share of places where both find the same token the likeliest.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .telling import Refused, Telling
from .texts import PROSE

PERPLEXITY = {"none": 0.001, "int8": 0.01, "int4": 0.05}
"""Most that it may rise, as a share. Floats: what another order of sums makes, ten times over (1e-4 was measured).
8 bits: what is asked of this program for a change that nobody has to ask for. 4 bits: llama.cpp's Q4_K_M, which people
take as good, costs SmolLM2 135M 3.5 %, and its Q4_0, which they notice, 23 %."""

AGREEMENT = {"none": 0.995, "int8": 0.95, "int4": 0.85}
"""Least share of equal likeliest tokens. Near ties change with the last bits; the smaller a model, the more there are.
A faulty graph comes to less than 0.5, whatever its weights."""

CHANCE = 2.0
"""Standard errors of the share that are allowed for: on 800 places 0.95 is known to 0.015. The same model out of f16,
bf16 and Q8_0 files came to 0.947, 0.949 and 0.954 with 8 bits, all with a perplexity that holds."""

DECODED = 16
"""Tokens of the timed answer."""
LONGEST = 160
"""Tokens of a passage that are read."""


def compare(folder: Path, out: Path, quantize: str, telling: Telling) -> dict[str, Any]:
    """The report on what lies in `out`, made of the model in `folder`.

    Raises:
        Refused: the quality does not hold, or the two read texts differently.
    """
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(out / "tokenizer.json"))
    rows = [row for text in PROSE if len(row := tokenizer.encode(text).ids[:LONGEST]) > 1]
    original = _original(folder, rows)
    telling.stage("comparing", 0.5)
    converted = _converted(out / "model.onnx", rows)
    agreed = sum(a == b for a, b in zip(original["top"], converted["top"], strict=True)) / len(original["top"])
    rise = converted["perplexity"] / original["perplexity"] - 1
    least = least_agreement(quantize, len(original["top"]))
    report = {
        "quality": {
            "perplexity_original": round(original["perplexity"], 4), "perplexity": round(converted["perplexity"], 4),
            "perplexity_rise": round(rise, 5), "agreement": round(agreed, 4), "tokens": len(original["top"]),
            "limits": {"perplexity_rise": PERPLEXITY[quantize], "agreement": round(least, 4)},
        },
        "speed": {
            "prefill_tps": converted["prefill"], "prefill_tps_original": original["prefill"],
            "decode_tps": converted["decode"],
            "original_runtime": "PyTorch",
        },
    }  # fmt: skip
    if not rise <= PERPLEXITY[quantize]:
        raise Refused(
            f"the quality does not hold: perplexity rises by {rise:.1%}, and {PERPLEXITY[quantize]:.1%} is allowed",
            _milder(quantize),
            "quality",
        )
    if agreed < least:
        raise Refused(
            f"the quality does not hold: {agreed:.1%} of the likeliest tokens are the same, "
            f"and {least:.1%} are asked for",
            _milder(quantize),
            "quality",
        )
    return report


def least_agreement(quantize: str, places: int) -> float:
    """The share of `places` that have to agree."""
    asked = AGREEMENT[quantize]
    return asked - CHANCE * math.sqrt(asked * (1 - asked) / places)


def _milder(quantize: str) -> str:
    return {"int4": "--quantize int8", "int8": "--quantize none"}.get(quantize, "")


def _original(folder: Path, rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    import torch
    from transformers import AutoModelForCausalLM

    from .running import spare_threads

    torch.set_num_threads(spare_threads())
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():

        def logits(row: Sequence[int]) -> Any:
            return model(torch.tensor([list(row)])).logits[0].float().numpy()

        return _measured(logits, rows)


def _converted(path: Path, rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    from .running import OnnxDecoder

    decoder = OnnxDecoder(path)

    found = _measured(decoder.logits, rows)
    start = time.perf_counter()
    decoder.greedy(rows[0][:1], DECODED)
    return {**found, "decode": round(DECODED / (time.perf_counter() - start), 1)}


def _measured(logits: Callable[[Sequence[int]], Any], rows: Sequence[Sequence[int]]) -> dict[str, Any]:
    import numpy as np

    top: list[int] = []
    lost = fastest = 0.0
    for row in rows:
        start = time.perf_counter()
        found = logits(row)
        fastest = max(fastest, len(row) / (time.perf_counter() - start))
        found = found.astype(np.float64)
        found -= found.max(axis=1, keepdims=True)
        likely = found - np.log(np.exp(found).sum(axis=1, keepdims=True))
        lost -= float(likely[np.arange(len(row) - 1), list(row[1:])].sum())
        top += [int(token) for token in found.argmax(axis=1)]
    return {
        "perplexity": math.exp(lost / sum(len(row) - 1 for row in rows)),
        "top": top,
        "prefill": round(fastest, 1),
    }
