"""Ten hours of conversation by voice, faster than real time: memory is flat and every turn ends."""

import gc
import tracemalloc

import pytest

from myna.events import TurnFinished, TurnStarted
from myna.voice_events import Interrupted, Listening, NothingSaid, TurnDone

HOURS = 10
CYCLE_S = 120.0
CHUNK = 5120
"""Samples (0.32 s): sixteen times those of a microphone, or the test would take a minute."""


class Counted:
    """Counts what is told and keeps nothing."""

    def __init__(self):
        self.events = {}

    def __call__(self, event):
        self.events[type(event)] = self.events.get(type(event), 0) + 1


class Balance:
    """An observer that knows which turns have begun and not ended."""

    def __init__(self):
        self.open, self.ended = set(), 0

    def append(self, event):
        if isinstance(event, TurnStarted):
            self.open.add(event.turn)
        elif isinstance(event, TurnFinished):
            self.open.remove(event.turn)
            self.ended += 1


@pytest.mark.timeout(110)
@pytest.mark.long
async def test_ten_hours_leave_memory_flat_and_no_turn_open(stage):
    balance, counted = Balance(), Counted()
    hours = stage(keep=False, chunk=CHUNK, settle=6, observed=balance)
    hours.transcriber.keep = hours.synthesizer.keep = False
    hours.on_event = counted
    sizes, objects = [], []

    def measure():
        gc.collect()
        # What was said is the conversation's to keep; all else is the session's.
        hours.conversation._history._messages.clear()
        hours.conversation._history._head = None
        hours.engine.requests.clear()
        # Tracing slows all down, so only the last of ten parts is traced.
        sizes.append(tracemalloc.get_traced_memory()[0])
        objects.append(len(gc.get_objects()))
        if len(sizes) == 10:
            tracemalloc.start()

    def script():
        cycles = round(HOURS * 3600 / CYCLE_S)
        for number in range(cycles):
            if number % (cycles // 10) == 0:
                measure()
            # A question, a cough, one that is interrupted, a thought that is not finished at first.
            yield from hours.make([2.0, "What is the capital of France?", 8.0, ("cough", 0.3), 6.0])
            yield from hours.make(["Who are you?", 1.3, "No, tell me about Italy.", 8.0])
            yield from hours.make(["Well,", 0.6, "what is that?", 8.0, *[1.0] * round(CYCLE_S - 45.0)])
        measure()

    hours.microphone._sound = script()
    try:
        await hours.run()
    finally:
        tracemalloc.stop()
    assert hours.microphone.seconds > HOURS * 3600 * 0.9
    assert balance.open == set()
    assert balance.ended == counted.events[TurnDone] > 3 * HOURS * 3600 / CYCLE_S
    assert counted.events[Listening] == 1
    assert counted.events[NothingSaid] > 200
    assert counted.events[Interrupted] > 200
    assert objects[-1] - objects[1] < 200, objects
    # Sound for a pre-roll and percentiles of a thousand turns are kept; of what turns need, nothing is left.
    assert sizes[-1] < 200_000, sizes
