"""Sound over a line: how much of it was heard, and where marks stand in it."""

from __future__ import annotations

import asyncio

import pytest

from myna.audio import SPEECH_RATE, AudioChunk, silence
from myna_speech.devices import line

pytestmark = pytest.mark.anyio


class Line:
    rate = SPEECH_RATE

    def __init__(self, *pieces):
        self.pieces = pieces
        self.played = b""

    async def heard(self):
        for piece in self.pieces:
            yield piece

    async def play(self, data):
        self.played += data


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


async def test_what_was_sent_is_heard_as_fast_as_sound_is():
    clock, sent = Clock(), Line()
    loudspeaker = line.LineLoudspeaker(sent, clock=clock)
    await loudspeaker.play(AudioChunk(silence(2.0)))
    assert len(sent.played) == len(silence(2.0))
    assert (loudspeaker.heard, loudspeaker.queued) == pytest.approx((0.0, 2.0))
    clock.now += 0.5
    assert (loudspeaker.heard, loudspeaker.queued) == pytest.approx((0.5, 1.5))
    loudspeaker.flush()
    assert (loudspeaker.heard, loudspeaker.queued) == pytest.approx((0.5, 0.0))
    clock.now += 10
    await loudspeaker.play(AudioChunk(silence(1.0)))
    clock.now += 0.25
    assert loudspeaker.heard == pytest.approx(0.75)


async def test_it_is_sent_ahead_only_so_far_and_not_at_all_in_a_pause():
    clock, sent = Clock(), Line()
    loudspeaker = line.LineLoudspeaker(sent, clock=clock)
    playing = asyncio.create_task(loudspeaker.play(AudioChunk(silence(2 * line.AHEAD_S))))
    for _ in range(200):
        await asyncio.sleep(0)
    ahead = len(sent.played) / 2 / SPEECH_RATE
    assert line.AHEAD_S <= ahead <= line.AHEAD_S + 2 * line.PIECE_S
    loudspeaker.flush()
    await playing
    assert len(sent.played) / 2 / SPEECH_RATE == ahead
    loudspeaker.pause()
    playing = asyncio.create_task(loudspeaker.play(AudioChunk(silence(0.1))))
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(sent.played) / 2 / SPEECH_RATE == ahead
    loudspeaker.resume()
    await playing
    assert len(sent.played) / 2 / SPEECH_RATE == pytest.approx(ahead + 0.1)


async def test_marks_stand_where_they_belong():
    microphone = line.LineMicrophone(Line("press", silence(0.11), "release", silence(0.1), "drop"))
    marks = []
    position = 0

    def mark(name):
        marks.append((name, position))

    microphone.on_mark = mark
    async for chunk in microphone.listen():
        assert (chunk.position, len(chunk)) == (position, 320)
        position += 320
    # Half a second of silence before what is said, and whole chunks.
    assert marks == [("press", 8000), ("release", 8000 + 1920), ("drop", 8000 + 1920 + 1600)]
