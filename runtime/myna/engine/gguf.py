"""The header of a GGUF file: metadata, tensors and where their data lies; never the data itself.

Follows the GGUF specification, versions 2 and 3, little endian. A header comes from a stranger:
every count and length is checked against a limit and against the size of the file before anything
is read or reserved, so that a hostile file costs no more than a megabyte of reading per megabyte of file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from ..errors import BadModelFile
from .gguf_read import SHORTEST, ArrayInfo, GgufStream, Scalar, Value, decode

MAGIC = b"GGUF"
VERSIONS = (2, 3)

MAX_TENSORS = 65_536
"""The largest published models have about 2,000 in one file."""
MAX_KEYS = 16_384
MAX_NAME = 64
"""Bytes of a tensor's name (GGML_MAX_NAME)."""
MAX_KEY = 65_535
"""Bytes of a metadata key, by the specification."""
MAX_DIMENSIONS = 4

TENSOR_TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}
"""By number in the file: name, elements of a block, bytes of a block (ggml's `type_traits`)."""


class GgufTensor(msgspec.Struct, frozen=True):
    name: str
    shape: tuple[int, ...]
    type: str
    """For example `Q4_K`."""
    offset: int
    """Of the first byte, from the start of the file."""
    size: int
    """Bytes."""


class GgufHeader(msgspec.Struct, frozen=True):
    path: str
    file_size: int
    version: int
    metadata: dict[str, Value]
    """Scalars, strings, and arrays that are short; of long ones (a vocabulary) only `arrays` knows."""
    arrays: dict[str, ArrayInfo]
    """Every array by key: how many elements of what, and where."""
    tensors: tuple[GgufTensor, ...]
    data_offset: int
    """Where tensor data begins, bytes from the start of the file."""

    @property
    def architecture(self) -> str:
        """For example `llama`; empty when the file does not say."""
        return self.text("general.architecture")

    @property
    def name(self) -> str:
        return self.text("general.name") or Path(self.path).stem

    @property
    def kind(self) -> Literal["model", "projector", "adapter", "other"]:
        """What the file is for: a model, the picture encoder of one (mmproj), or a LoRA adapter."""
        stated = self.text("general.type")
        if stated == "adapter" or self.text("adapter.type"):
            return "adapter"
        if self.architecture == "clip" or stated == "mmproj":
            return "projector"
        return "model" if stated in ("", "model") else "other"

    @property
    def tensor_bytes(self) -> int:
        return sum(tensor.size for tensor in self.tensors)

    @property
    def parameters(self) -> int:
        """Elements of all tensors."""
        return sum(_product(tensor.shape) for tensor in self.tensors)

    @property
    def vocabulary(self) -> int:
        """Tokens; 0 when there is no vocabulary."""
        tokens = self.arrays.get("tokenizer.ggml.tokens")
        return tokens.length if tokens else self.integer(f"{self.architecture}.vocab_size")

    @property
    def context(self) -> int:
        """Tokens of context that the model was trained for; 0 when the file does not say."""
        return self.integer(f"{self.architecture}.context_length")

    @property
    def chat_template(self) -> str:
        return self.text("tokenizer.chat_template")

    @property
    def split_count(self) -> int:
        """Files that the model is split into; 1 for a whole one."""
        return max(1, self.integer("split.count"))

    def text(self, key: str) -> str:
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def integer(self, key: str, default: int = 0) -> int:
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def shards(self) -> tuple[Path, ...]:
        """All files of a split model in order, by llama.cpp's naming; this one alone when it is whole.

        Raises:
            BadModelFile: the name does not follow the convention, or a file is not there.
        """
        count, here = self.split_count, Path(self.path)
        if count == 1:
            return (here,)
        number = self.integer("split.no") + 1
        tail = f"-{number:05d}-of-{count:05d}.gguf"
        if not here.name.endswith(tail):
            raise BadModelFile(f"{here.name} is part {number} of {count}, so its name should end with {tail}")
        stem = here.name.removesuffix(tail)
        parts = tuple(here.with_name(f"{stem}-{part:05d}-of-{count:05d}.gguf") for part in range(1, count + 1))
        for part in parts:
            if not part.is_file():
                raise BadModelFile(f"{here.name} is part {number} of {count}, but {part.name} is not beside it")
        return parts

    def tokens(self, ids: Iterable[int]) -> dict[int, str]:
        """Texts of some tokens of the vocabulary, read from the file again; unknown ids are left out."""
        wanted = set(ids)
        info = self.arrays.get("tokenizer.ggml.tokens")
        if info is None or info.type != "string" or not wanted:
            return {}
        with GgufStream.open(self.path) as stream:
            stream.seek(info.offset)
            return {index: decode(raw) for index, raw in stream.strings_at(wanted, info.length)}


def read_header(path: str | os.PathLike[str]) -> GgufHeader:
    """Read and check the header of the GGUF file at `path`.

    Raises:
        BadModelFile: it is no GGUF file, is truncated, or claims what cannot be; one sentence says what.
    """
    with GgufStream.open(path) as stream:
        magic = stream.take(4) if stream.size >= 4 else b""
        if magic != MAGIC:
            raise stream.bad(_not_gguf(stream, magic))
        version = stream.u32()
        if version not in VERSIONS:
            raise stream.bad(_wrong_version(version))
        tensor_count, key_count = stream.u64(), stream.u64()
        if tensor_count > MAX_TENSORS:
            raise stream.bad(f"claims {tensor_count:,} tensors, more than the {MAX_TENSORS:,} that are allowed")
        if key_count > MAX_KEYS:
            raise stream.bad(f"claims {key_count:,} metadata keys, more than the {MAX_KEYS:,} that are allowed")
        metadata: dict[str, Value] = {}
        arrays: dict[str, ArrayInfo] = {}
        for _ in range(key_count):
            key = stream.name(MAX_KEY, "metadata key")
            if key in metadata or key in arrays:
                raise stream.bad(f"has the metadata key {key!r} twice")
            value, array = stream.value(key)
            if array is not None:
                arrays[key] = array
            if value is not None:
                metadata[key] = value
        alignment = _alignment(stream, metadata.get("general.alignment", 32))
        raw = [_tensor(stream) for _ in range(tensor_count)]
        data_offset = -(-stream.position // alignment) * alignment
        tensors = _place(stream, raw, data_offset, alignment)
        return GgufHeader(str(path), stream.size, version, metadata, arrays, tensors, data_offset)


def _alignment(stream: GgufStream, value: Value) -> int:
    if not isinstance(value, int) or value <= 0 or value & (value - 1) or value > 1 << 20:
        raise stream.bad(f"has the impossible alignment {value!r}")
    return value


def _tensor(stream: GgufStream) -> tuple[str, tuple[int, ...], int, int]:
    """Name, shape, type number and offset within the data."""
    name = stream.name(MAX_NAME, "tensor name")
    dimensions = stream.u32()
    if not 1 <= dimensions <= MAX_DIMENSIONS:
        raise stream.bad(f"gives tensor {name!r} {dimensions} dimensions")
    shape = tuple(stream.u64() for _ in range(dimensions))
    return name, shape, stream.u32(), stream.u64()


def _place(
    stream: GgufStream, raw: list[tuple[str, tuple[int, ...], int, int]], data_offset: int, alignment: int
) -> tuple[GgufTensor, ...]:
    tensors, seen, end = [], set[str](), 0
    for name, shape, type_number, offset in raw:
        if name in seen:
            raise stream.bad(f"has the tensor {name!r} twice")
        seen.add(name)
        known = TENSOR_TYPES.get(type_number)
        if known is None:
            raise stream.bad(f"gives tensor {name!r} the unknown type {type_number}")
        type_name, block, block_bytes = known
        elements = _product(shape)
        if not 0 < elements < 1 << 62 or shape[0] % block:
            raise stream.bad(f"gives tensor {name!r} the impossible shape {list(shape)} for {type_name}")
        if offset % alignment:
            raise stream.bad(f"puts tensor {name!r} at an offset that is not aligned to {alignment} bytes")
        size = elements // block * block_bytes
        end = max(end, offset + size)
        tensors.append(GgufTensor(name, shape, type_name, data_offset + offset, size))
    if data_offset + end > stream.size and tensors:
        raise stream.bad(
            f"is truncated: its tensors need {data_offset + end:,} bytes, but the file has {stream.size:,}"
        )
    return tuple(tensors)


def _product(shape: tuple[int, ...]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total


def _not_gguf(stream: GgufStream, magic: bytes) -> str:
    if stream.size == 0:
        return "is empty"
    if stream.size < len(MAGIC):
        return f"is truncated: a GGUF file has at least {SHORTEST} bytes, this one {stream.size}"
    if magic == MAGIC[::-1]:
        return "is a big-endian GGUF file, which this program does not read"
    sample = magic + stream.take(min(60, stream.size - 4))
    if b"\0" not in sample and not any(byte < 9 or 13 < byte < 32 for byte in sample):
        return "is a text file, not a GGUF model"
    return f"is not a GGUF model: it begins with {magic!r} instead of {MAGIC!r}"


def _wrong_version(version: int) -> str:
    swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
    if swapped in (1, *VERSIONS):
        return "is a big-endian GGUF file, which this program does not read"
    return f"has GGUF version {version}; versions {' and '.join(map(str, VERSIONS))} are understood"


__all__ = ["ArrayInfo", "GgufHeader", "GgufTensor", "Scalar", "Value", "read_header"]
