"""The base for engines that serve one request at a time."""

from typing import ClassVar

import msgspec
import pytest

from myna.engine.protocols import ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import BadInput, EngineError, OutOfMemory, UsageError


class Count(msgspec.Struct):
    to: int
    fail: str = ""
    quiet: int = 0


class Number(msgspec.Struct):
    n: int


class Counter(SerialEngine):
    operations: ClassVar = {"count": Count}
    longest_queue = 3

    def __init__(self):
        super().__init__(ModelInfo("a counter"))
        self.closed = 0

    def run(self, operation, body):
        try:
            for _ in range(body.quiet):
                yield None
            for n in range(body.to):
                yield Number(n)
            if body.fail:
                raise {"ours": BadInput("bad"), "memory": MemoryError(), "bug": ZeroDivisionError("x")}[body.fail]
        finally:
            self.closed += 1


class Kept:
    """A reply that notes everything in one list."""

    def __init__(self, log, name):
        self.log, self.name = log, name

    def item(self, value):
        self.log.append((self.name, value.n))

    def done(self):
        self.log.append((self.name, "done"))

    def fail(self, error):
        self.log.append((self.name, error))


@pytest.fixture
def engine():
    return Counter()


@pytest.fixture
def log():
    return []


def submit(engine, log, request, **body):
    engine.submit(request, "count", msgspec.Raw(msgspec.msgpack.encode(Count(**body))), Kept(log, request))


def drain(engine):
    steps = 1
    while engine.step():
        steps += 1
    return steps


def test_requests_are_served_one_after_the_other_an_item_for_each_step(engine, log):
    submit(engine, log, 1, to=2)
    submit(engine, log, 2, to=1)
    assert engine.step() is True
    assert log == [(1, 0)]
    drain(engine)
    assert log == [(1, 0), (1, 1), (1, "done"), (2, 0), (2, "done")]
    assert engine.step() is False


def test_a_step_without_an_item_sends_none(engine, log):
    submit(engine, log, 1, to=1, quiet=3)
    assert drain(engine) == 5
    assert log == [(1, 0), (1, "done")]


def test_cancelling_what_runs_closes_its_generator_and_serves_the_next(engine, log):
    submit(engine, log, 1, to=10)
    submit(engine, log, 2, to=1)
    engine.step()
    engine.cancel(1)
    assert engine.closed == 1
    drain(engine)
    assert log == [(1, 0), (2, 0), (2, "done")]


def test_cancelling_what_waits_leaves_the_running_one_alone(engine, log):
    submit(engine, log, 1, to=1)
    submit(engine, log, 2, to=1)
    engine.step()
    engine.cancel(2)
    engine.cancel(99)
    drain(engine)
    assert log == [(1, 0), (1, "done")]


@pytest.mark.parametrize(("fail", "kind"), [("ours", BadInput), ("memory", OutOfMemory), ("bug", EngineError)])
def test_a_failure_ends_its_request_and_nothing_else(engine, log, fail, kind, capsys):
    submit(engine, log, 1, to=1, fail=fail)
    submit(engine, log, 2, to=1)
    drain(engine)
    assert log[0] == (1, 0)
    assert type(log[1][1]) is kind
    assert log[2:] == [(2, 0), (2, "done")]
    assert ("Traceback" in capsys.readouterr().err) == (fail == "bug")


def test_a_paused_request_waits_and_goes_on(engine, log):
    submit(engine, log, 1, to=2)
    engine.step()
    engine.pause(1)
    engine.pause(99)
    assert engine.step() is False
    engine.resume(1)
    drain(engine)
    assert log == [(1, 0), (1, 1), (1, "done")]


def test_bad_requests_are_refused(engine, log):
    with pytest.raises(UsageError, match="there are count"):
        engine.submit(1, "sing", msgspec.Raw(b""), Kept(log, 1))
    for body in (b"", b"\xff", msgspec.msgpack.encode({"to": "three"})):
        with pytest.raises(BadInput, match="count"):
            engine.submit(1, "count", msgspec.Raw(body), Kept(log, 1))
    assert engine.step() is False


def test_a_full_queue_refuses_one_more(engine, log):
    for request in range(3):
        submit(engine, log, request, to=1)
    with pytest.raises(EngineError, match="3 requests are waiting"):
        submit(engine, log, 4, to=1)
    engine.cancel(0)
    submit(engine, log, 5, to=1)


def test_closing_closes_what_runs(engine, log):
    submit(engine, log, 1, to=5)
    engine.step()
    engine.close()
    assert engine.closed == 1
    assert engine.step() is False
