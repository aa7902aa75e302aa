"""Writes a safetensors file tensor by tensor, so that a model never lies in memory as a whole.

The format: 8 bytes with the length of the header, the header as JSON, then the data (huggingface/safetensors,
README, "Format").
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NAMES = {"F32": 4, "F16": 2}
"""Bytes of a value."""


def write_tensors(
    path: Path, kind: str, shapes: dict[str, tuple[int, ...]], tensors: Iterable[tuple[str, Any]]
) -> None:
    """`tensors` come by name in the order of `shapes`, as arrays of the type `kind` ("F32" or "F16")."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in shapes.items():
        size = math.prod(shape) * NAMES[kind]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, tensor in tensors:
            tensor.tofile(file)
