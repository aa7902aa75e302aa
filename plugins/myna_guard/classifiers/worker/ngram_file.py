"""Reading the file of an n-gram model, within limits."""

from __future__ import annotations

import math
import zlib
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from myna.errors import ModelLoadFailed

LARGEST_FILE = 64 << 20
"""Bytes, compressed. That of securevector-guardian-model 1.4.0 has 2 MB."""
LARGEST_JSON = 256 << 20
"""Bytes, unpacked: a small file may be unpacked to any size. That of 1.4.0 has 9 MB."""
LONGEST_NGRAM = 16
"""Words or characters; 1.4.0 has 2 and 5."""

Length = Annotated[int, msgspec.Meta(ge=1, le=LONGEST_NGRAM)]


class Block(msgspec.Struct, frozen=True):
    """One kind of n-grams."""

    vocab: dict[str, int]
    """Number of the feature, by n-gram."""
    idf: tuple[float, ...]
    """Rarity of each feature."""
    ngram_range: tuple[Length, Length]
    """Shortest and longest."""
    sublinear_tf: bool


class NgramFile(msgspec.Struct, frozen=True):
    format: Literal["svguardian-pure-1"]
    classes: Annotated[tuple[str, ...], msgspec.Meta(min_length=2, max_length=1000)]
    word: Block
    char: Block
    coef: tuple[tuple[float, ...], ...]
    """Weights by label; the features of `word`, then those of `char`."""
    intercept: tuple[float, ...]


def read_file(path: Path) -> NgramFile:
    """The file, its parts checked against one another.

    Raises:
        ModelLoadFailed: it is none, is truncated, or is too large.
    """
    try:
        file = msgspec.json.decode(_unpacked(path), type=NgramFile)
    except (OSError, zlib.error) as error:
        raise ModelLoadFailed(f"{path.name} cannot be read: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelLoadFailed(f"{path.name} is no n-gram model: {error}") from error
    if wrong := _fault(file):
        raise ModelLoadFailed(f"{path.name} contradicts itself: {wrong}")
    return file


def _unpacked(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise ModelLoadFailed(f"{path.name} has more than {LARGEST_FILE >> 20} MB")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    content = unpacker.decompress(path.read_bytes(), LARGEST_JSON)
    if unpacker.unconsumed_tail:
        raise ModelLoadFailed(f"{path.name} is unpacked to more than {LARGEST_JSON >> 20} MB")
    if not unpacker.eof:
        raise ModelLoadFailed(f"{path.name} is truncated")
    return content


def _fault(file: NgramFile) -> str:
    """What does not fit together; empty when everything does."""
    features = 0
    for name, block in (("word", file.word), ("char", file.char)):
        if any(not 0 <= number < len(block.idf) for number in block.vocab.values()):
            return f"an n-gram of {name} has a number that no feature has"
        if block.ngram_range[0] > block.ngram_range[1]:
            return f"the shortest n-gram of {name} is longer than the longest"
        features += len(block.idf)
    if len(file.coef) != len(file.classes) or len(file.intercept) != len(file.classes):
        return f"{len(file.classes)} labels, but {len(file.coef)} rows of weights and {len(file.intercept)} biases"
    if any(len(row) != features for row in file.coef):
        return f"a row of weights is not as long as there are features, {features}"
    numbers = chain(file.word.idf, file.char.idf, file.intercept, *file.coef)
    if not all(math.isfinite(number) for number in numbers):
        return "a number in it is not finite"
    return ""
