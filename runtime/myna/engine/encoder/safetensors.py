"""Reading the tensors of a safetensors file, each within its bounds.

The format: 8 bytes with the length of the header, the header as JSON, then the data (huggingface/safetensors,
README, "Format").
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ...errors import ModelLoadFailed

MAX_HEADER = 16 << 20
"""Bytes; that of a model with 100 tensors has 10 kB."""


class _Entry(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


Tensors = dict[str, "np.ndarray[Any, np.dtype[np.float32]]"]


def read_tensors(path: Path) -> Tensors:
    """All tensors of 32-bit floats by name, without a prefix `bert.`; others are left out.

    Raises:
        ModelLoadFailed: it is no safetensors file, or a tensor does not lie in it.
    """
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise ModelLoadFailed(f"{path.name} cannot be read: {error}") from None
    length = int.from_bytes(data[:8].tobytes(), "little")
    if len(data) < 8 or not 2 <= length <= min(len(data) - 8, MAX_HEADER):
        raise ModelLoadFailed(f"{path.name} is no safetensors file or is truncated")
    try:
        header = msgspec.json.decode(data[8 : 8 + length].tobytes(), type=dict[str, msgspec.Raw])
        header.pop("__metadata__", None)
        entries = {name: msgspec.json.decode(raw, type=_Entry) for name, raw in header.items()}
    except msgspec.DecodeError as error:
        raise ModelLoadFailed(f"{path.name} is no safetensors file: {error}") from None
    tensors: Tensors = {}
    for name, entry in entries.items():
        if entry.dtype != "F32":
            continue
        begin, end = entry.data_offsets
        if not 0 <= begin <= end <= len(data) - 8 - length or end - begin != 4 * math.prod(entry.shape):
            raise ModelLoadFailed(f"{path.name}: the tensor {name} does not lie in the file")
        values = data[8 + length + begin : 8 + length + end].tobytes()
        tensors[name.removeprefix("bert.")] = np.frombuffer(values, dtype="<f4").reshape(entry.shape)
    return tensors
