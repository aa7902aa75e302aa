"""What is played next, what was heard, and silence without a click."""

from __future__ import annotations

import numpy as np
import pytest

from myna_speech.devices.playback import FADE_S, PlaybackQueue

RATE = 1000
FADE = round(FADE_S * RATE)


def ones(samples: int) -> np.ndarray:
    return np.ones(samples, np.float32)


@pytest.fixture
def queue() -> PlaybackQueue:
    return PlaybackQueue(RATE)


def test_pieces_are_played_without_a_gap(queue):
    sound = np.arange(100, dtype=np.float32)
    for at in range(0, 100, 7):
        queue.add(sound[at : at + 7])
    played = np.concatenate([queue.fill(30, 0), queue.fill(30, 0), queue.fill(30, 0), queue.fill(30, 0)])
    assert (played[:100] == sound).all()
    assert not played[100:].any()


def test_heard_follows_the_playback_clock(queue):
    queue.add(ones(150))
    queue.fill(100, 10.0)
    queue.fill(100, 10.1)
    assert queue.heard(9.9) == 0
    assert queue.heard(10.03) == pytest.approx(0.03)
    assert queue.queued(10.03) == pytest.approx(0.12)
    assert queue.heard(10.12) == pytest.approx(0.12)
    assert queue.heard(99) == pytest.approx(0.15)
    assert queue.queued(99) == 0


def test_heard_never_goes_back(queue):
    queue.add(ones(100))
    queue.fill(100, 1.0)
    assert queue.heard(1.05) == pytest.approx(0.05)
    assert queue.heard(1.02) == pytest.approx(0.05)


def test_a_queue_that_runs_dry_plays_silence_that_nobody_counts(queue):
    queue.add(ones(10))
    queue.fill(50, 0.0)
    queue.fill(50, 0.05)
    queue.add(ones(10))
    queue.fill(50, 0.1)
    assert queue.heard(0.09) == pytest.approx(0.01)
    assert queue.heard(0.105) == pytest.approx(0.015)


def test_a_pause_fades_out_keeps_the_rest_and_fades_in(queue):
    queue.add(ones(100))
    queue.fill(20, 0.0)
    queue.pause()
    block = queue.fill(20, 0.02)
    assert np.abs(np.diff(block)).max() <= 1 / FADE + 1e-6
    assert not block[FADE:].any()
    assert not queue.fill(20, 0.04).any()
    assert queue.heard(9.0) == pytest.approx((20 + FADE) / RATE)
    queue.resume()
    block = queue.fill(20, 0.06)
    assert block[0] == 0
    assert np.abs(np.diff(block)).max() <= 1 / FADE + 1e-6
    assert block[-1] == 1
    queue.fill(200, 0.08)
    assert queue.heard(9.0) == pytest.approx(0.1)


def test_a_flush_drops_what_was_queued_and_nothing_that_comes_after(queue):
    queue.add(ones(100))
    queue.fill(20, 0.0)
    queue.flush()
    queue.add(-ones(10))
    block = queue.fill(30, 0.02)
    assert (block[:FADE] > 0).all()
    assert (block[FADE : FADE + 10] == -1).all()
    assert not block[FADE + 10 :].any()
    assert queue.heard(9.0) == pytest.approx((20 + FADE + 10) / RATE)


def test_a_flush_before_anything_was_played_is_silent(queue):
    queue.add(ones(100))
    queue.flush()
    assert not queue.fill(50, 0).any()
    assert queue.queued(9.0) == queue.heard(9.0) == 0


def test_a_flush_in_a_pause_leaves_nothing_to_resume(queue):
    queue.add(ones(100))
    queue.fill(20, 0.0)
    queue.pause()
    queue.fill(20, 0.02)
    queue.flush()
    queue.resume()
    assert not queue.fill(50, 0.04).any()
    queue.add(ones(5))
    assert queue.fill(5, 0.1).all()


def test_a_fade_may_be_longer_than_a_block(queue):
    queue.add(ones(100))
    queue.fill(20, 0.0)
    queue.pause()
    slope = np.concatenate([queue.fill(2, 0.02), queue.fill(2, 0.022), queue.fill(2, 0.024)])
    assert (np.diff(slope) < 0).all()


def test_what_passes_without_a_device_was_not_heard(queue):
    queue.add(ones(100))
    queue.fill(40, 0.0)
    queue.fill(30, 0.04, audible=False)
    assert queue.queued(9.0) == pytest.approx(0.03)
    assert queue.heard(9.0) == pytest.approx(0.04)


def test_what_is_left_goes_to_a_device_with_another_rate():
    queue = PlaybackQueue(16_000)
    queue.add(ones(16_000))
    queue.fill(4_000, 0.0)
    moved = queue.at_rate(48_000)
    assert moved.heard(9.0) == pytest.approx(0.25)
    assert moved.pending == pytest.approx(0.75, abs=0.001)
    moved.fill(48_000, 10.0)
    assert moved.heard(99.0) == pytest.approx(1.0, abs=0.001)
