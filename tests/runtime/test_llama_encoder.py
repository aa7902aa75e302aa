"""The thread that encodes pictures, on an encoder that a test holds in its hand."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from myna.engine.llama.encoder import PictureEncoder
from myna.errors import BadInput, EngineError, OutOfMemory

WAIT_S = 10.0
"""More than a busy machine takes; nothing is measured."""


class Slow:
    """Encodes into two patches of 25 numbers, each when it is let."""

    def __init__(self):
        self.begun = []
        self.patches = 0
        self.gate = threading.Semaphore(0)
        self.started = threading.Semaphore(0)

    def __call__(self, sha256, data, go_on):
        self.begun.append(sha256)
        self.started.release()
        rows = []
        for _ in range(2):
            assert self.gate.acquire(timeout=WAIT_S)
            self.patches += 1
            rows.append(np.zeros((5, 5), dtype=np.float32))
            if len(rows) < 2 and not go_on():
                return None
        return tuple(rows)

    def let(self, patches=2):
        for _ in range(patches):
            self.gate.release()

    def has_started(self):
        assert self.started.acquire(timeout=WAIT_S)


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def encoder(slow):
    made = PictureEncoder(slow, cache_bytes=450)
    yield made
    slow.let(100)
    assert made.close(WAIT_S)


def finished(encoder, *looks):
    for _ in range(1000):
        if all(look.done for look in looks):
            return
        encoder.wait(WAIT_S / 1000)
    raise AssertionError("not finished")


def test_a_picture_is_encoded_in_the_background(encoder, slow):
    look = encoder.look("a", b"")
    slow.has_started()
    assert not look.done
    slow.let()
    finished(encoder, look)
    assert [part.shape for part in look.rows] == [(5, 5), (5, 5)]
    assert look.milliseconds > 0


def test_a_picture_that_is_known_is_there_at_once(encoder, slow):
    slow.let()
    finished(encoder, encoder.look("a", b""))
    again = encoder.look("a", b"")
    assert again.done
    assert again.milliseconds == 0
    assert slow.begun == ["a"]


def test_two_who_ask_at_once_share_the_work(encoder, slow):
    one, two = encoder.look("a", b""), encoder.look("a", b"")
    one.release()
    slow.let()
    finished(encoder, two)
    assert two.rows is not None
    assert slow.begun == ["a"]


def test_what_nobody_wants_any_more_is_not_begun(encoder, slow):
    first, second, third = (encoder.look(name, b"") for name in "abc")
    slow.has_started()
    second.release()
    slow.let(4)
    finished(encoder, first, third)
    assert slow.begun == ["a", "c"]


def test_what_is_under_way_ends_between_two_patches(encoder, slow):
    look = encoder.look("a", b"")
    slow.has_started()
    look.release()
    slow.let(1)
    # It is begun afresh for whoever comes later.
    slow.let(2)
    again = encoder.look("a", b"")
    finished(encoder, again)
    assert again.rows is not None
    assert slow.patches in {2, 3}


def test_what_was_finished_is_kept_although_nobody_wants_it(encoder, slow):
    look = encoder.look("a", b"")
    slow.let(1)
    slow.has_started()
    while slow.patches < 1:
        encoder.wait(0.001)
    # It is asked before its last patch at the latest; after that there is no going back.
    slow.let(1)
    finished(encoder, look)
    look.release()
    assert encoder.look("a", b"").done


def test_the_oldest_makes_room(encoder, slow):
    slow.let(100)
    for name in "abc":
        finished(encoder, encoder.look(name, b""))  # 200 bytes each, and room for two
    assert encoder.look("b", b"").done
    assert encoder.look("c", b"").done
    assert not encoder.look("a", b"").done


def test_used_again_is_not_oldest(encoder, slow):
    slow.let(100)
    for name in ("a", "b", "a", "c"):
        finished(encoder, encoder.look(name, b""))
    assert encoder.look("a", b"").done
    assert not encoder.look("b", b"").done


def test_forgetting(encoder, slow):
    slow.let(100)
    finished(encoder, encoder.look("a", b""))
    encoder.forget()
    look = encoder.look("a", b"")
    assert not look.done
    finished(encoder, look)


@pytest.mark.parametrize(
    ("raised", "told"), [(BadInput("broken"), BadInput), (MemoryError(), OutOfMemory), (EngineError("no"), EngineError)]
)
def test_what_goes_wrong_is_told_to_who_asked(raised, told):
    def fail(sha256, data, go_on):
        if sha256 == "bad":
            raise raised
        return (np.zeros((1, 1), dtype=np.float32),)

    encoder = PictureEncoder(fail, cache_bytes=100)
    bad, good = encoder.look("bad", b""), encoder.look("good", b"")
    finished(encoder, bad, good)
    assert isinstance(bad.error, told)
    assert good.rows is not None
    assert encoder.close(WAIT_S)


def test_a_defect_leaves_nobody_waiting(monkeypatch):
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda hook: seen.append(hook.exc_type))

    def defect(sha256, data, go_on):
        raise ZeroDivisionError

    encoder = PictureEncoder(defect, cache_bytes=100)
    one, two = encoder.look("a", b""), encoder.look("b", b"")
    finished(encoder, one, two)
    assert isinstance(one.error, EngineError)
    encoder.close(WAIT_S)
    assert seen[0] is ZeroDivisionError


def test_closing_does_not_wait_for_ever(slow):
    encoder = PictureEncoder(slow, cache_bytes=100)
    encoder.look("a", b"")
    slow.has_started()
    assert not encoder.close(0.01)
    slow.let()
    assert encoder.close(WAIT_S)
