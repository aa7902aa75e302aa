"""A GGUF file that was made here, beside what transformers computes from the same weights."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from myna.errors import EngineError

from .child_process import run

AGREEMENT = {"f32": 0.99, "f16": 0.99, "bf16": 0.95, "q8_0": 0.95}
"""Least share of equal likeliest tokens. Two right programs differ at near ties alone; a wrong order of rows or a norm
that is off by one leaves less than a half."""
DIFFERENCE = {"f32": 0.01, "f16": 0.02, "bf16": 0.1, "q8_0": 0.1}
"""Most that the log-probabilities of the twenty likeliest tokens may differ in the mean. Conventions: the tests hold
`f32` to it with a random model of each family; those of the others were not measured, and follow from the 11 (`f16`)
and 8 bits (`bf16`, and `q8_0` with its scale) that a number keeps."""


def check(model: Path, expected: Path, kind: str, log: Path) -> dict[str, Any]:
    """The report on `model`.

    Raises:
        EngineError: llama.cpp does not open it, or computes something else.
    """
    said: dict[str, Any] = {}

    def line(text: str) -> None:
        said.update(msgspec.json.decode(text, type=dict[str, Any]))

    status = run(
        [sys.executable, "-P", "-m", "myna_models.converting.llama_check", str(model), str(expected)], log, line
    )
    if status or "error" in said:
        raise EngineError(f"the file was made, and cannot be used: {said.get('error', f'status {status}')}")
    if said["agreement"] < AGREEMENT[kind] or said["mean_difference"] > DIFFERENCE[kind]:
        raise EngineError(
            f"the file was made, and llama.cpp computes something else from it: {said['agreement']:.1%} of the "
            f"likeliest tokens are the same, the mean difference is {said['mean_difference']}"
        )
    speed = {"prefill_tps": said.pop("prefill_tps")}
    return {
        "quality": {**said, "limits": {"agreement": AGREEMENT[kind], "mean_difference": DIFFERENCE[kind]}},
        "speed": speed,
    }
