"""Memory for keys and values, of the machine and of what computes: the same cells in both."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
pytest.importorskip("llguidance", reason="the extra onnx is not installed")
pytest.importorskip("tokenizers", reason="the extra onnx is not installed")

from myna.engine.onnx.binding import Runner
from myna.engine.onnx.buffers import Bound, DeviceMemory, HostMemory, KvBuffers, Memory, Span
from myna.engine.onnx.graph import Graph
from myna.engine.onnx.joined import JoinedBlocks
from myna.engine.onnx.load import KV_DEVICES
from myna.engine.onnx.memory import State
from myna.engine.onnx.shared import SharedRows
from myna.engine.protocols import Sampling, TextRequest
from myna.engine.providers import CPU, runtime_module
from myna.engine.text.cells import NoRoom
from myna.errors import OutOfMemory
from myna.messages import user

GRAPH = Graph(
    layout="shared",
    layers=2,
    heads=3,
    width=5,
    kv_type=np.dtype(np.float16),
    id_type=np.dtype(np.int64),
    logits_type=np.dtype(np.float32),
    positions=False,
    vocabulary=7,
    tail=1,
)
ROWS, CELLS = 3, 8


@pytest.fixture(params=["host", "device"])
def memory(request: pytest.FixtureRequest) -> Memory:
    return HostMemory() if request.param == "host" else DeviceMemory("cpu", runtime_module(), [CPU])


@pytest.mark.parametrize("seed", range(4))
def test_what_is_moved_cleared_and_written_is_where_it_belongs(memory: Memory, seed: int) -> None:
    draw = np.random.default_rng(seed)
    one, other = (KvBuffers(memory, GRAPH, ROWS, CELLS) for _ in range(2))
    wanted = {id(buffers): np.zeros((4, ROWS, 3, CELLS, 5), dtype=np.float16) for buffers in (one, other)}

    def numbers(count: int) -> State:
        return draw.normal(size=(4, 3, count, 5)).astype(np.float16)

    for _ in range(60):
        target, source = draw.permutation(np.array([one, other], dtype=object))
        row, count = int(draw.integers(ROWS)), int(draw.integers(CELLS + 1))
        start, begin = (int(draw.integers(CELLS - count + 1)) for _ in range(2))
        model = wanted[id(target)]
        match draw.integers(3):
            case 0:
                state = numbers(count)
                target.write(row, start, state)
                model[:, row, :, start : start + count] = state
            case 1:
                taken = Span(int(draw.integers(ROWS)), begin, count)
                target.move(row, start, source, taken)
                part = wanted[id(source)][:, taken.row, :, begin : begin + count]
                model[:, row, :, start : start + count] = part
            case _:
                target.clear(Span(row, start, count))
                model[:, row, :, start : start + count] = 0
        for at in range(ROWS):
            assert np.array_equal(target.read(Span(at, 0, CELLS)), model[:, at])


def test_the_same_memory_is_seen_as_shorter_rows(memory: Memory) -> None:
    whole = KvBuffers(memory, GRAPH, ROWS, CELLS)
    state = np.arange(4 * 3 * 4 * 5, dtype=np.float16).reshape(4, 3, 4, 5)
    short = whole.seen(4)
    short.write(1, 0, state)
    assert np.array_equal(short.read(Span(1, 0, 4)), state)
    bound = short.bound(1, 2)
    assert bound.shape == (2, 3, 4, 5)
    assert [end - begin for begin, end in zip(whole.bound(0, 1).addresses, bound.addresses, strict=True)] == [120] * 4


def test_rows_that_cannot_be_lengthened_stay_as_they_are() -> None:
    made: list[tuple[int, int]] = []

    def make(rows: int, cells: int) -> KvBuffers:
        made.append((rows, cells))
        if len(made) > 1:
            raise OutOfMemory("none is left")
        return KvBuffers(HostMemory(), GRAPH, rows, cells)

    rows = SharedRows(FakeRunner(), make, context=64, cells=256, rows=2, length=16)
    rows.write(5, np.ones((4, 3, 10, 5), dtype=np.float16))
    with pytest.raises(NoRoom, match="none is left"):
        rows.reserve({5: 20})
    assert made == [(2, 16), (2, 32)]
    assert rows.length(5) == 10
    assert rows.read(5, 10).sum() == 4 * 3 * 10 * 5
    rows.reserve({5: 6})


class FakeRunner(Runner):
    """Computes nothing, and counts how often something was bound."""

    def __init__(self) -> None:
        self.times = 0

    def bind(self, past: Bound, present: Bound) -> None:
        self.times += 1

    def run(self, tokens: State, mask: State, positions: State, *, last: int = 1) -> State:
        return np.zeros((len(tokens), last, GRAPH.vocabulary), dtype=np.float32)


@pytest.mark.parametrize(("copied", "bound"), [(False, 1), (True, 2)])
def test_what_is_copied_when_it_is_bound_is_bound_for_each_step(copied: bool, bound: int) -> None:
    runner = FakeRunner()
    make = partial(KvBuffers, HostMemory(), GRAPH)
    rows = SharedRows(runner, make, context=64, cells=256, rows=2, length=16, copied=copied)
    for token in (1, 2):
        rows.run([0], [[token]])
    assert runner.times == bound


def test_who_was_in_a_step_without_memory_can_begin_anew() -> None:
    left = 0

    def make(rows: int, cells: int) -> KvBuffers:
        nonlocal left
        if not left:
            raise OutOfMemory("none is left")
        left -= 1
        return KvBuffers(HostMemory(), GRAPH, rows, cells)

    blocks = JoinedBlocks(FakeRunner(), make, context=64, cells=64)
    left = 4
    blocks.run([0], [[1, 2]])
    blocks.run([1], [[3]])
    # The two come into one block, and there is no second one to write it to.
    left = 1
    with pytest.raises(OutOfMemory):
        blocks.run([0, 1], [[4], [5]])
    for sequence in (0, 1):
        blocks.forget(sequence)
    assert [blocks.length(sequence) for sequence in (0, 1)] == [0, 0]
    left = 4
    blocks.reserve({0: 32, 1: 32})
    blocks.run([0, 1], [[6], [7]])
    assert [blocks.length(sequence) for sequence in (0, 1)] == [1, 1]
    # Alone again without memory for it, the other stays where it is.
    left = 0
    blocks.forget(0)
    assert blocks.read(1, 1).shape == (4, 3, 1, 5)


@pytest.mark.parametrize("layout", ["joined", "shared"])
def test_a_device_without_room_leaves_them_in_the_machines_memory(onnx_text, monkeypatch, capfd, layout) -> None:
    assert onnx_text(layout).engine.info.details["kv_device"] == "cpu"

    def full(self: DeviceMemory, size: int, kind: object) -> None:
        raise OutOfMemory(f"no memory for keys and values on {self.device}: it is full")

    monkeypatch.setitem(KV_DEVICES, "cpu", "cpu")
    monkeypatch.setattr(DeviceMemory, "allocate", full)
    engine = onnx_text(layout)
    assert engine.engine.info.details["kv_device"] == "cpu"
    assert (
        "no memory for keys and values on cpu: it is full; they lie in the machine's memory" in capfd.readouterr().err
    )
    request = TextRequest(messages=(user("hello"),), sampling=Sampling(temperature=0), max_tokens=5)
    assert engine.ask(request).end.usage.completion_tokens > 0


def test_a_row_is_shortened_within_the_buffers_that_are_there(memory: Memory) -> None:
    made = []

    def make(rows: int, cells: int) -> KvBuffers:
        made.append(KvBuffers(memory, GRAPH, rows, cells))
        return made[-1]

    blocks = JoinedBlocks(FakeRunner(), make, context=64, cells=256)
    held = np.random.default_rng(5).normal(size=(4, 3, 4, 5)).astype(np.float16)
    blocks.write(0, held)
    blocks.keep_first(0, 3)
    before = len(made)
    for count in (2, 1):
        blocks.keep_first(0, count)
        assert np.array_equal(blocks.read(0, count), held[:, :, :count])
    assert len(made) == before
