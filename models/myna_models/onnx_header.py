"""A bounded walk over an ONNX file: what it says about itself, and where its external data lie.

ONNX is a protobuf message (onnx.proto of ONNX IR version 10). Only field numbers and lengths are
followed; weights are skipped, nothing is unpacked, and every length is checked against what encloses it.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import msgspec

from myna.errors import BadModelFile

MAX_FIELDS = 5_000_000
"""Fields walked in all; a large speech model has about 200,000."""
MAX_DEPTH = 16
"""Graphs inside the nodes of graphs."""
MAX_TEXT = 1 << 16
"""Bytes of a name or path that is read."""
MAX_IR_VERSION = 64

Buffer = bytes | mmap.mmap


class OnnxHeader(msgspec.Struct, frozen=True):
    ir_version: int
    producer: str
    opsets: dict[str, int]
    """Operator set versions by domain; the standard domain is the empty string."""
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    nodes: int
    external: tuple[str, ...]
    """Files beside the model that hold tensors."""
    operators: frozenset[str] = frozenset()
    """Which operators its nodes are."""
    weight_bits: frozenset[int] = frozenset()
    """Of each weight, where the operator MatMulNBits unpacks them."""


class _Walk:
    def __init__(self, data: Buffer, name: str) -> None:
        self.data = data
        self.name = name
        self.left = MAX_FIELDS
        self.nodes = 0
        self.external: set[str] = set()
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.operators: set[str] = set()
        self.weight_bits: set[int] = set()

    def bad(self, what: str) -> BadModelFile:
        return BadModelFile(f"{self.name} {what}")

    def varint(self, at: int, end: int) -> tuple[int, int]:
        value = shift = 0
        while at < end and shift < 70:
            byte = self.data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, at
            shift += 7
        raise self.bad("is no ONNX model or is truncated: a number in it has no end")

    def fields(self, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
        """Field number, value (of a number), and the range of what it holds."""
        while at < end:
            self.left -= 1
            if self.left < 0:
                raise self.bad(f"has more than {MAX_FIELDS:,} fields")
            key, at = self.varint(at, end)
            number, wire = key >> 3, key & 7
            value = 0
            if wire == 0:
                start = at
                value, at = self.varint(at, end)
            elif wire == 2:
                length, start = self.varint(at, end)
                at = start + length
            elif wire in (1, 5):
                start, at = at, at + (8 if wire == 1 else 4)
            else:
                raise self.bad("is no ONNX model: it is not built of protobuf fields")
            if number == 0:
                raise self.bad("is no ONNX model: it is not built of protobuf fields")
            if at > end:
                raise self.bad(f"is no ONNX model or is truncated: it needs {at:,} bytes, and {end:,} are there")
            yield number, value, start, at

    def text(self, start: int, end: int) -> str:
        if end - start > MAX_TEXT:
            raise self.bad(f"has a name of {end - start:,} bytes")
        return bytes(self.data[start:end]).decode("utf-8", "replace")

    def first(self, start: int, end: int, wanted: int) -> str:
        """The text in the field `wanted` of the message in this range."""
        for number, _, begin, stop in self.fields(start, end):
            if number == wanted:
                return self.text(begin, stop)
        return ""

    def opset(self, start: int, end: int) -> tuple[str, int]:
        """Domain and version of an operator set."""
        domain, version = "", 0
        for number, value, begin, stop in self.fields(start, end):
            if number == 1:
                domain = self.text(begin, stop)
            elif number == 2:
                version = value
        return domain, version

    def function(self, start: int, end: int) -> None:
        for number, _, begin, stop in self.fields(start, end):
            if number == 7:
                self.node(begin, stop, 1)

    def graph(self, start: int, end: int, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self.bad(f"nests graphs more than {MAX_DEPTH} deep")
        handlers: dict[int, Callable[[int, int, int], None]] = {1: self.node, 5: self.tensor, 15: self.sparse}
        for number, _, begin, stop in self.fields(start, end):
            handler = handlers.get(number)
            if handler:
                handler(begin, stop, depth)
            elif depth == 0 and number in (11, 12):
                (self.inputs if number == 11 else self.outputs).append(self.first(begin, stop, 1))

    def node(self, start: int, end: int, depth: int) -> None:
        self.nodes += 1
        operator, attributes = "", []
        for number, _, begin, stop in self.fields(start, end):
            if number == 4:
                operator = self.text(begin, stop)
            elif number == 5:
                attributes.append((begin, stop))
        self.operators.add(operator)
        for begin, stop in attributes:
            self.attribute(begin, stop, depth)
            if operator == "MatMulNBits" and (bits := self.number(begin, stop, "bits")):
                self.weight_bits.add(bits)

    def number(self, start: int, end: int, name: str) -> int:
        """The integer in the attribute in this range, when it is the one called `name`; else 0."""
        found, value = "", 0
        for number, content, begin, stop in self.fields(start, end):
            if number == 1:
                found = self.text(begin, stop)
            elif number == 3:
                value = content
        return value if found == name else 0

    def attribute(self, start: int, end: int, depth: int) -> None:
        # 5 t, 10 tensors; 6 g, 11 graphs; 22 sparse_tensor, 23 sparse_tensors.
        for number, _, begin, stop in self.fields(start, end):
            if number in (5, 10):
                self.tensor(begin, stop, depth)
            elif number in (6, 11):
                self.graph(begin, stop, depth + 1)
            elif number in (22, 23):
                self.sparse(begin, stop, depth)

    def sparse(self, start: int, end: int, depth: int) -> None:
        for number, _, begin, stop in self.fields(start, end):
            if number in (1, 2):
                self.tensor(begin, stop, depth)

    def tensor(self, start: int, end: int, depth: int) -> None:
        del depth
        for number, _, begin, stop in self.fields(start, end):
            if number == 13:
                pair = {field: self.text(at, to) for field, _, at, to in self.fields(begin, stop) if field in (1, 2)}
                if pair.get(1) == "location":
                    self.external.add(pair.get(2, ""))


def read_onnx(path: Path) -> OnnxHeader:
    """Walk the ONNX file at `path`.

    Raises:
        BadModelFile: it is no ONNX model, is truncated, or refers to files outside its folder.
    """
    try:
        with path.open("rb") as file:
            if not path.stat().st_size:
                raise BadModelFile(f"{path.name} is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _model(_Walk(data, path.name), len(data), path)
    except (OSError, ValueError) as error:
        raise BadModelFile(f"{path.name} cannot be read: {error}") from error


def _model(walk: _Walk, size: int, path: Path) -> OnnxHeader:
    ir_version, graphs, producer, opsets = 0, 0, "", dict[str, int]()
    for number, value, start, end in walk.fields(0, size):
        if number == 1:
            ir_version = value
        elif number == 2:
            producer = walk.text(start, end)
        elif number == 7:
            graphs += 1
            walk.graph(start, end, 0)
        elif number == 8:
            domain, version = walk.opset(start, end)
            opsets[domain] = version
        elif number == 25:
            walk.function(start, end)
    if not 0 < ir_version <= MAX_IR_VERSION or graphs != 1:
        raise walk.bad("is not an ONNX model: it has no version or no graph")
    if not walk.outputs:
        raise walk.bad("is an ONNX model without outputs")
    for place in walk.external:
        _check_external(walk, place, path.parent)
    return OnnxHeader(
        ir_version,
        producer,
        opsets,
        tuple(walk.inputs),
        tuple(walk.outputs),
        walk.nodes,
        tuple(sorted(walk.external)),
        frozenset(walk.operators),
        frozenset(walk.weight_bits),
    )


def _check_external(walk: _Walk, place: str, folder: Path) -> None:
    escapes = (
        not place
        or PurePosixPath(place).is_absolute()
        or bool(PureWindowsPath(place).drive or PureWindowsPath(place).root)
        or ".." in PurePosixPath(place.replace("\\", "/")).parts
        or not (folder / place).resolve().is_relative_to(folder.resolve())
    )
    if escapes:
        raise walk.bad(f"keeps tensors in {place!r}, which is outside its own folder")
    if not (folder / place).is_file():
        raise walk.bad(f"keeps tensors in {place}, which is not there")
