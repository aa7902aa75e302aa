"""Memory for keys and values: the machine's own, or that of the GPU which computes.

A GPU that had to read keys and values from the machine's memory would move all of them over the bus at each step. What
lies with the GPU is moved by a graph of one Identity, run on addresses: that is the one way to copy a part of a tensor
there which ONNX Runtime has in Python.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from ...errors import EngineError, OutOfMemory
from ..onnx_runtime import failures, in_short
from .graph import Graph
from .memory import State

COPY = (
    b'\x08\x08:9\n\x10\n\x01x\x12\x01y"\x08Identity\x12\x01gZ\x10\n\x01x\x12\x0b\n\t\x08\x02\x12\x05\n\x03\x12\x01n'
    b"b\x10\n\x01y\x12\x0b\n\t\x08\x02\x12\x05\n\x03\x12\x01nB\x04\n\x00\x10\x11"
)
"""A graph that gives back the bytes it gets, however many (operator set 17), as the package `onnx` writes it."""

HOST = "cpu"
"""The machine's memory, as ONNX Runtime calls it."""

Address = tuple[str, int]
"""A device, as ONNX Runtime calls it, and a place in its memory."""


class Tensor(NamedTuple):
    address: int
    owner: object
    """Whoever has it keeps the memory."""


class Memory(Protocol):
    """Of one device."""

    device: str

    def allocate(self, size: int, kind: np.dtype[Any]) -> Tensor:
        """Room for `size` elements, all zero. Raises `OutOfMemory`."""
        ...

    def copy(self, source: Address, target: Address, size: int) -> None:
        """`size` bytes, from and to this device or the machine's memory. Raises `EngineError`."""
        ...


class HostMemory:
    """The machine's. What nothing was written to is not taken from it yet."""

    device = HOST

    def allocate(self, size: int, kind: np.dtype[Any]) -> Tensor:
        try:
            made = np.zeros(size, dtype=kind)
        except MemoryError:
            raise OutOfMemory("no memory for keys and values") from None
        return Tensor(made.ctypes.data, made)

    def copy(self, source: Address, target: Address, size: int) -> None:
        ctypes.memmove(target[1], source[1], size)


class DeviceMemory:
    """Of what computes, through ONNX Runtime."""

    def __init__(self, device: str, runtime: Any, providers: Sequence[str]) -> None:
        """`device` as in `IOBinding.bind_input`; `providers` run the graph that copies. Raises `OutOfMemory`."""
        self.device = device
        self._runtime = runtime
        self._failures = failures(runtime)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = runtime.InferenceSession(COPY, options, providers=list(providers))
        except self._failures as error:
            raise OutOfMemory(f"no memory for keys and values on {device}: {in_short(error)}") from None
        self._binding = self._session.io_binding()

    def allocate(self, size: int, kind: np.dtype[Any]) -> Tensor:
        # Older versions bind no null address.
        size = max(size, 1)
        try:
            made = self._runtime.OrtValue.ortvalue_from_shape_and_type([size], kind.type, self.device, 0)
            made.update_inplace(np.zeros(size, dtype=kind))
        except self._failures as error:
            raise OutOfMemory(f"no memory for keys and values on {self.device}: {in_short(error)}") from None
        return Tensor(int(made.data_ptr()), made)

    def copy(self, source: Address, target: Address, size: int) -> None:
        try:
            self._binding.bind_input("x", source[0], 0, np.uint8, (size,), source[1])
            self._binding.bind_output("y", target[0], 0, np.uint8, (size,), target[1])
            self._session.run_with_iobinding(self._binding)
        except self._failures as error:
            raise EngineError(f"ONNX Runtime could not move keys and values: {in_short(error)}") from None


class Bound(NamedTuple):
    """What a run reads or writes."""

    device: str
    addresses: Sequence[int]
    """In the order of `Graph.pasts`."""
    shape: tuple[int, ...]
    owners: object
    """Whoever has them keeps the memory."""


class Span(NamedTuple):
    """Cells of a row that lie beside one another."""

    row: int
    start: int
    length: int


class KvBuffers:
    """Keys and values of all layers, each with the shape (rows, heads, cells, width)."""

    def __init__(
        self, memory: Memory, graph: Graph, rows: int, cells: int, tensors: Sequence[Tensor] | None = None
    ) -> None:
        """In `tensors`, or in new ones. Raises `OutOfMemory`."""
        self.rows = rows
        self.cells = cells
        self._memory = memory
        self._graph = graph
        size = rows * graph.heads * cells * graph.width
        if tensors is None:
            tensors = [memory.allocate(size, graph.kv_type) for _ in range(2 * graph.layers)]
        self._tensors = tensors
        self._cell_bytes = graph.width * graph.kv_type.itemsize

    def seen(self, cells: int) -> KvBuffers:
        """The same memory as rows of so many cells, from its start; no more than it was made with."""
        return KvBuffers(self._memory, self._graph, self.rows, cells, self._tensors)

    def bound(self, first: int, rows: int) -> Bound:
        """`rows` of them, from `first` on."""
        offset = self._offset(Span(first, 0, 0), 0)
        shape = (rows, self._graph.heads, self.cells, self._graph.width)
        return Bound(self._memory.device, [one.address + offset for one in self._tensors], shape, self._tensors)

    def move(self, row: int, start: int, source: KvBuffers, span: Span) -> None:
        """Copy `span` of `source`, which is this or other buffers of the same memory. Raises `EngineError`."""
        self._copy(source.places(span), self.places(Span(row, start, span.length)), span.length)

    def clear(self, span: Span) -> None:
        """Zeros into its cells. Raises `EngineError`."""
        if span.length:
            self.write(span.row, span.start, self._state(span.length))

    def read(self, span: Span) -> State:
        """A copy. Raises `EngineError`."""
        state = self._state(span.length)
        self._copy(self.places(span), self._places(state), span.length)
        return state

    def write(self, row: int, start: int, state: State) -> None:
        """Raises `EngineError`."""
        state = np.ascontiguousarray(state, dtype=self._graph.kv_type)
        self._copy(self._places(state), self.places(Span(row, start, state.shape[2])), state.shape[2])

    def release(self) -> None:
        """Give the memory back; there is nothing in them any more."""
        self._tensors = ()

    def places(self, span: Span) -> list[Address]:
        """Where each head of each layer has it, layer by layer."""
        heads = range(self._graph.heads)
        offsets = [self._offset(span, head) for head in heads]
        return [(self._memory.device, one.address + offset) for one in self._tensors for offset in offsets]

    def _places(self, state: State) -> list[Address]:
        return [(HOST, state.ctypes.data + at * state.strides[1]) for at in range(state.shape[0] * state.shape[1])]

    def _copy(self, sources: Sequence[Address], targets: Sequence[Address], count: int) -> None:
        if not count:
            return
        for source, target in zip(sources, targets, strict=True):
            self._memory.copy(source, target, count * self._cell_bytes)

    def _state(self, count: int) -> State:
        graph = self._graph
        return np.zeros((2 * graph.layers, graph.heads, count, graph.width), dtype=graph.kv_type)

    def _offset(self, span: Span, head: int) -> int:
        return ((span.row * self._graph.heads + head) * self.cells + span.start) * self._cell_bytes


Maker = Callable[[int, int], KvBuffers]
"""Makes buffers with so many rows of so many cells; raises `OutOfMemory`."""
