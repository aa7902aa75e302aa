"""Bounded reading of the values in a GGUF header."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from ..errors import BadModelFile

Scalar = int | float | bool | str
Value = Scalar | tuple[Scalar, ...]

MAX_HEADER = 256 << 20
"""Bytes of header in all; real ones have 1 to 20 MB, nearly all of it vocabulary."""
MAX_STRING = 4 << 20
"""Bytes of one string; the longest in real files is a chat template of about 100 KB."""
MAX_ARRAY = 1 << 24
"""Elements of one array; real vocabularies stay under 300,000, merges under 600,000."""
KEEP_NUMBERS = 4_096
"""Longer arrays of numbers are counted, not kept; there is one number a layer in those that matter."""
KEEP_STRINGS = 256
"""Longer arrays of strings are counted, not kept."""

SHORTEST = 24
"""Bytes of the shortest header: magic, version, two counts."""

_CHUNK = 1 << 20

_NUMBERS: dict[int, tuple[str, struct.Struct]] = {
    0: ("uint8", struct.Struct("<B")),
    1: ("int8", struct.Struct("<b")),
    2: ("uint16", struct.Struct("<H")),
    3: ("int16", struct.Struct("<h")),
    4: ("uint32", struct.Struct("<I")),
    5: ("int32", struct.Struct("<i")),
    6: ("float32", struct.Struct("<f")),
    7: ("bool", struct.Struct("<?")),
    10: ("uint64", struct.Struct("<Q")),
    11: ("int64", struct.Struct("<q")),
    12: ("float64", struct.Struct("<d")),
}
_STRING, _ARRAY = 8, 9
_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")


class ArrayInfo(msgspec.Struct, frozen=True):
    type: str
    """Of the elements, for example `string` or `uint32`."""
    length: int
    offset: int
    """Of the first element, bytes from the start of the file."""


def decode(raw: bytes) -> str:
    """Text of a value; bytes that are no UTF-8 (some vocabularies have them) are replaced."""
    return raw.decode("utf-8", "replace")


class GgufStream:
    """Little-endian values one after the other, from a buffer that grows as they are asked for."""

    def __init__(self, file: io.FileIO, path: str, size: int) -> None:
        self.size = size
        """Bytes of the whole file."""
        self.position = 0
        self._file = file
        self._path = path
        self._base = 0
        self._buffer = bytearray()
        self._read = 0

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Raises `BadModelFile` when `path` cannot be opened or is no regular file."""
        name = Path(path).name
        try:
            if not Path(path).is_file():
                raise BadModelFile(f"{name} is not a file")
            file = io.FileIO(path)
            return cls(file, name, os.fstat(file.fileno()).st_size)
        except OSError as error:
            raise BadModelFile(f"{name} cannot be read: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def bad(self, what: str) -> BadModelFile:
        return BadModelFile(f"{self._path} {what}")

    def seek(self, position: int) -> None:
        """Go on at `position`, forward only."""
        self._buffer.clear()
        self._base = self.position = position
        self._file.seek(position)

    def _fill(self, need: int) -> int:
        """Have `need` bytes from `position` on in the buffer; returns where they start in it."""
        start = self.position - self._base
        if start + need <= len(self._buffer):
            return start
        if self.position + need > self.size:
            raise self.bad(
                f"is truncated: its header needs at least {self.position + need:,} bytes, "
                f"but the file has {self.size:,}"
            )
        del self._buffer[:start]
        self._base = self.position
        while len(self._buffer) < need:
            try:
                chunk = self._file.read(max(_CHUNK, need - len(self._buffer)))
            except OSError as error:
                raise self.bad(f"cannot be read: {error.strerror or error}") from error
            if not chunk:
                raise self.bad("became shorter while it was read")
            self._buffer += chunk
            self._read += len(chunk)
            if self._read > MAX_HEADER:
                raise self.bad(f"has a header of more than {MAX_HEADER >> 20} MB")
        return 0

    def take(self, count: int) -> bytes:
        start = self._fill(count)
        self.position += count
        return bytes(self._buffer[start : start + count])

    def u32(self) -> int:
        start = self._fill(4)
        self.position += 4
        return int(_U32.unpack_from(self._buffer, start)[0])

    def u64(self) -> int:
        start = self._fill(8)
        self.position += 8
        return int(_U64.unpack_from(self._buffer, start)[0])

    def string(self, limit: int, what: str) -> bytes:
        length = self.u64()
        if length > limit:
            raise self.bad(f"has a {what} of {length:,} bytes, more than the {limit:,} that are allowed")
        return self.take(length)

    def name(self, limit: int, what: str) -> str:
        raw = self.string(limit, what)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.bad(f"has a {what} that is not UTF-8") from error

    def value(self, key: str) -> tuple[Value | None, ArrayInfo | None]:
        """The next value with its type; the value is None for an array too long to keep."""
        kind = self.u32()
        if kind == _STRING:
            return decode(self.string(MAX_STRING, f"value of {key}")), None
        if kind == _ARRAY:
            return self._array(key)
        return self._number(kind, key), None

    def _number(self, kind: int, key: str) -> Scalar:
        if kind not in _NUMBERS:
            raise self.bad(f"has a value of the unknown type {kind} for {key}")
        layout = _NUMBERS[kind][1]
        start = self._fill(layout.size)
        self.position += layout.size
        value: Scalar = layout.unpack_from(self._buffer, start)[0]
        return value

    def _array(self, key: str) -> tuple[Value | None, ArrayInfo]:
        kind, length = self.u32(), self.u64()
        if kind == _ARRAY:
            raise self.bad(f"has an array within an array for {key}, which no engine reads")
        if kind != _STRING and kind not in _NUMBERS:
            raise self.bad(f"has an array of the unknown type {kind} for {key}")
        if length > MAX_ARRAY:
            raise self.bad(f"claims {length:,} elements for {key}, more than the {MAX_ARRAY:,} that are allowed")
        if kind == _STRING:
            info = ArrayInfo("string", length, self.position)
            keep = range(length) if length <= KEEP_STRINGS else ()
            kept = tuple(decode(raw) for _, raw in self.strings_at(set(keep), length))
            return (kept if length <= KEEP_STRINGS else None), info
        type_name, layout = _NUMBERS[kind]
        info = ArrayInfo(type_name, length, self.position)
        total = length * layout.size
        if length <= KEEP_NUMBERS:
            raw = self.take(total)
            return tuple(row[0] for row in layout.iter_unpack(raw)), info
        self._skip(total)
        return None, info

    def _skip(self, count: int) -> None:
        while count:
            step = min(count, _CHUNK)
            self._fill(step)
            self.position += step
            count -= step

    def strings_at(self, wanted: set[int], length: int) -> Iterator[tuple[int, bytes]]:
        """Walk over `length` strings and yield those with an index in `wanted`."""
        unpack = _U64.unpack_from
        buffer = self._buffer
        here, end = self.position - self._base, len(buffer)
        for index in range(length):
            # The fast way: this string lies in the buffer. A vocabulary has 300,000 of them.
            if here + 8 <= end:
                size = unpack(buffer, here)[0]
                after = here + 8 + size
                if after <= end and size <= MAX_STRING:
                    if index in wanted:
                        yield index, bytes(buffer[here + 8 : after])
                    here = after
                    continue
            self.position = self._base + here
            raw = self.string(MAX_STRING, "string in an array")
            if index in wanted:
                yield index, raw
            here, end = self.position - self._base, len(buffer)
        self.position = self._base + here
