"""The worker's loop, driven in this process over a wire that the tests hold."""

import queue
import sys
import threading
from types import ModuleType

import msgspec
import pytest

from myna.engine.protocols import EngineSpec, ModelInfo
from myna.errors import BadGrammar
from myna.worker.child import FAILED, Child
from myna.worker.protocol import (
    Cancel,
    Done,
    Failed,
    FrameBuffer,
    Item,
    Load,
    Log,
    Pause,
    Ping,
    Pong,
    Ready,
    Resume,
    Shutdown,
    encode,
    encode_request,
    to_host,
)


class Body(msgspec.Struct):
    text: str = ""


class HeldWire:
    """What the host would send is put in; what the worker sends is kept, write by write."""

    def __init__(self) -> None:
        self._incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._frames = FrameBuffer()
        self.writes: list[list[object]] = []
        self.sent = threading.Condition()

    def put(self, *frames: bytearray) -> None:
        self._incoming.put(b"".join(frames))

    def hang_up(self) -> None:
        self._incoming.put(b"")

    def receive(self, limit: int) -> bytes:
        return self._incoming.get()

    def send(self, data: memoryview) -> int:
        with self.sent:
            self.writes.append([to_host.decode(payload) for payload in self._frames.feed(bytes(data))])
            self.sent.notify_all()
        return len(data)

    @property
    def frames(self) -> list[object]:
        return [frame for write in self.writes for frame in write]

    def wait_for(self, kind: type, count: int = 1) -> None:
        with self.sent:
            assert self.sent.wait_for(lambda: sum(isinstance(f, kind) for f in self.frames) >= count, 30)


class Recorder:
    """An engine that notes what it is asked, and does in each step what a test says."""

    def __init__(self, spec: EngineSpec) -> None:
        self.info = ModelInfo("recorder")
        self.calls: list[str] = []
        self.replies: dict[int, object] = {}
        self.on_submit = lambda engine, request: None
        self.on_step = lambda engine: False

    def submit(self, request, operation, body, reply):
        self.calls.append(f"submit {request}")
        self.replies[request] = reply
        self.on_submit(self, request)

    def cancel(self, request):
        self.calls.append(f"cancel {request}")

    def pause(self, request):
        self.calls.append(f"pause {request}")

    def resume(self, request):
        self.calls.append(f"resume {request}")

    def step(self):
        self.calls.append("step")
        return self.on_step(self)

    def close(self):
        self.calls.append("close")


@pytest.fixture
def engine(monkeypatch):
    """The recorder that the worker will load."""
    recorder = Recorder(EngineSpec("", "", {}))
    module = ModuleType("recorded_engine")
    module.Engine = lambda spec: recorder
    monkeypatch.setitem(sys.modules, "recorded_engine", module)
    return recorder


@pytest.fixture
def wire():
    wire = HeldWire()
    yield wire
    wire.hang_up()


def run(wire: HeldWire, *frames: bytearray, factory: str = "recorded_engine:Engine", leave=lambda: None) -> int:
    wire.put(encode(Load(EngineSpec("r", factory, {}))), *frames)
    return Child(wire, leave).run()


def shut_down_when_idle(engine, wire):
    """Let the host end the worker from within its last step."""
    wire.put(encode(Shutdown()))
    return False


def test_a_cancel_that_comes_during_a_step_is_taken_before_the_next(engine, wire):
    def step(engine):
        if engine.calls.count("step") == 3:
            wire.put(encode(Cancel(1)), encode(Ping(1)))
            wire.wait_for(Pong)  # so it has been read
        if "cancel 1" in engine.calls:
            return shut_down_when_idle(engine, wire)
        return True

    engine.on_step = step
    assert run(wire, encode_request(1, "x", Body())) == 0
    assert engine.calls == ["submit 1", "step", "step", "step", "cancel 1", "step", "close"]
    assert wire.frames.count(Done(1)) == 1


def test_nothing_of_a_cancelled_request_is_sent_after_its_end(engine, wire):
    def step(engine):
        if "cancel 1" not in engine.calls:
            wire.put(encode(Cancel(1)), encode(Ping(1)))
            wire.wait_for(Pong)
            return True
        engine.replies[1].item(Body("late"))
        engine.replies[1].done()
        return shut_down_when_idle(engine, wire)

    engine.on_step = step
    assert run(wire, encode_request(1, "x", Body())) == 0
    assert [type(f) for f in wire.frames] == [Ready, Pong, Done]


def test_all_frames_of_a_step_leave_in_one_write(engine, wire):
    def step(engine):
        for reply in engine.replies.values():
            reply.item(Body("a"))
            reply.done()
        return shut_down_when_idle(engine, wire)

    engine.on_step = step

    def submit(engine, request):
        if request < 3:
            wire.put(encode_request(request + 1, "x", Body()), encode(Ping(request)))
            wire.wait_for(Pong, request)

    engine.on_submit = submit
    run(wire, encode_request(1, "x", Body()))
    with_items = [write for write in wire.writes if any(isinstance(f, Item) for f in write)]
    assert len(with_items) == 1
    assert [type(f) for f in with_items[0]] == [Item, Done] * 3


def test_pings_are_answered_during_a_step_and_say_how_long_it_takes(engine, wire):
    def step(engine):
        wire.put(encode(Ping(7)))
        wire.wait_for(Pong)
        return shut_down_when_idle(engine, wire)

    engine.on_step = step
    run(wire, encode_request(1, "x", Body()))
    pong = next(f for f in wire.frames if isinstance(f, Pong))
    assert pong.n == 7
    assert pong.busy_ms > 0


def test_an_idle_worker_is_not_busy_and_does_not_step(engine, wire):
    worker = threading.Thread(target=run, args=(wire,))
    worker.start()
    wire.wait_for(Ready)
    wire.put(encode(Ping(1)))
    wire.wait_for(Pong)
    wire.put(encode(Shutdown()))
    worker.join(30)
    assert [f.busy_ms for f in wire.frames if isinstance(f, Pong)] == [0.0]
    assert engine.calls == ["close"]


def test_a_submit_that_fails_fails_that_request_alone(engine, wire):
    def submit(engine, request):
        if request == 1:
            raise BadGrammar("no such rule")
        if request == 2:
            raise ZeroDivisionError
        engine.replies[request].done()

    engine.on_submit = submit
    status = run(wire, *[encode_request(n, "x", Body()) for n in (1, 2, 3)], encode(Shutdown()))
    ends = [f for f in wire.frames if isinstance(f, Failed | Done)]
    assert status == 0
    assert [(f.id, f.error.code) for f in ends[:2]] == [(1, "bad-grammar"), (2, "engine")]
    assert ends[2] == Done(3)
    assert [f.text for f in wire.frames if isinstance(f, Log)] == ["x: ZeroDivisionError"]  # a bug; the other is not


def test_a_step_that_raises_ends_the_worker_with_the_reason(engine, wire):
    def step(engine):
        raise RuntimeError("a broken invariant")

    engine.on_step = step
    assert run(wire, encode_request(1, "x", Body())) == FAILED
    last = wire.frames[-1]
    assert isinstance(last, Failed)
    assert (last.id, last.error.code) == (0, "engine-crashed")
    assert "a broken invariant" in last.error.message


def test_an_engine_may_answer_from_a_thread_of_its_own(engine, wire):
    def answer(reply):
        reply.item(Body("from afar"))
        reply.done()
        wire.put(encode(Shutdown()))

    engine.on_submit = lambda engine, request: threading.Thread(target=answer, args=(engine.replies[request],)).start()
    assert run(wire, encode_request(1, "x", Body())) == 0
    assert [type(f) for f in wire.frames] == [Ready, Item, Done]


def test_pausing_reaches_an_engine_that_can(engine, wire):
    run(
        wire, encode_request(1, "x", Body()), encode(Pause(1)), encode(Resume(1)), encode(Pause(99)), encode(Shutdown())
    )
    assert [c for c in engine.calls if c != "step"] == ["submit 1", "pause 1", "resume 1", "close"]


def test_pausing_is_left_out_where_an_engine_cannot(engine, wire, monkeypatch):
    monkeypatch.delattr(Recorder, "pause")
    monkeypatch.delattr(Recorder, "resume")
    assert run(wire, encode_request(1, "x", Body()), encode(Pause(1)), encode(Resume(1)), encode(Shutdown())) == 0


@pytest.mark.parametrize(
    ("factory", "said"),
    [
        ("", "is not of the form"),
        ("recorded_engine", "is not of the form"),
        ("recorded_engine:Nothing", "there is no 'Nothing'"),
        ("no_such_package.engine:E", "there is no engine"),
    ],
)
def test_a_bad_import_string_is_a_load_error(engine, wire, factory, said):
    assert run(wire, factory=factory) == FAILED
    (last,) = wire.frames
    assert isinstance(last, Failed)
    assert (last.id, last.error.code) == (0, "model-load-failed")
    assert said in last.error.message


@pytest.mark.parametrize("garbage", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc0", b""])
def test_a_host_that_hangs_up_or_talks_nonsense_is_left(engine, wire, garbage):
    left = threading.Event()
    wire.put(encode(Load(EngineSpec("r", "recorded_engine:Engine", {}))))
    child = Child(wire, left.set)
    listening = threading.Thread(target=child._listen)
    listening.start()
    wire._incoming.put(garbage)
    listening.join(30)
    assert left.is_set()
