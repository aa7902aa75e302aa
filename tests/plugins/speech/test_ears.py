from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from myna.engine.protocols import EngineSpec
from myna.engine.speech import TurnEndRequest, TurnEndScore, VoiceRequest, VoiceScores
from myna.errors import BadInput, ModelMissing
from myna.testing.in_process import InProcess
from myna_speech.recognition.worker import ears, silero
from myna_speech.recognition.worker.silero import VoiceStream

WINDOW = bytes(1024)


class FakeSession:
    """Counts the windows of a stream in the first number of its state."""

    def get_inputs(self) -> list[Any]:
        return [type("Input", (), {"name": name}) for name in ("input", "state", "sr")]

    def run(self, _: Any, given: dict[str, Any]) -> tuple[Any, Any]:
        assert given["input"].shape == (1, 576)
        state = given["state"] + 1
        return np.array([[state.flat[0] / 100]], np.float32), state


class FakeTurn:
    def __init__(self, path: str) -> None:
        pass

    def probability(self, samples: Any) -> float:
        return float(len(samples))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., InProcess]:
    monkeypatch.setattr(silero, "small_session", lambda path: FakeSession())
    monkeypatch.setattr(ears, "SmartTurn", FakeTurn)
    return lambda **files: InProcess(ears.EarsEngine(EngineSpec("ears", "", files)))


def ask(engine: InProcess, operation: str, body: Any) -> Any:
    [answer] = engine.ask(body, operation).items
    return answer


def test_streams_are_told_apart_and_go_on(engine: Any) -> None:
    running = engine(voice="v")
    assert ask(running, "voice", VoiceRequest("a", WINDOW * 2)) == VoiceScores(
        (pytest.approx(0.01), pytest.approx(0.02))
    )
    assert ask(running, "voice", VoiceRequest("b", WINDOW)).probabilities == (pytest.approx(0.01),)
    assert ask(running, "voice", VoiceRequest("a", WINDOW)).probabilities == (pytest.approx(0.03),)
    assert ask(running, "voice", VoiceRequest("a", WINDOW, reset=True)).probabilities == (pytest.approx(0.01),)


def test_what_fills_no_window_is_kept(engine: Any) -> None:
    running = engine(voice="v")
    assert ask(running, "voice", VoiceRequest("a", WINDOW[:1000])).probabilities == ()
    assert len(ask(running, "voice", VoiceRequest("a", WINDOW[:1000])).probabilities) == 1
    assert len(ask(running, "voice", VoiceRequest("a", bytes(72))).probabilities) == 1


def test_streams_that_nobody_uses_are_forgotten(engine: Any) -> None:
    running = engine(voice="v")
    ask(running, "voice", VoiceRequest("first", WINDOW))
    for number in range(ears.STREAMS - 1):
        ask(running, "voice", VoiceRequest(str(number), WINDOW))
    ask(running, "voice", VoiceRequest("first", WINDOW))
    ask(running, "voice", VoiceRequest("one more", WINDOW))
    assert ask(running, "voice", VoiceRequest("first", WINDOW)).probabilities == (pytest.approx(0.03),)
    assert ask(running, "voice", VoiceRequest("0", WINDOW)).probabilities == (pytest.approx(0.01),)


def test_half_a_sample_is_refused(engine: Any) -> None:
    with pytest.raises(BadInput, match="whole number of 16-bit samples"):
        ask(engine(voice="v"), "voice", VoiceRequest("a", b"\0"))


def test_a_model_that_is_not_there_is_named(engine: Any) -> None:
    with pytest.raises(ModelMissing) as missing:
        ask(engine(voice="v"), "turn-end", TurnEndRequest(WINDOW))
    assert missing.value.hint == "myna models pull smart-turn-v3"
    with pytest.raises(ModelMissing) as missing:
        ask(engine(turn="t"), "voice", VoiceRequest("a", WINDOW))
    assert missing.value.hint == "myna models pull silero-vad"


def test_turn_end_hears_eight_seconds_at_most(engine: Any) -> None:
    running = engine(turn="t")
    assert ask(running, "turn-end", TurnEndRequest(bytes(2 * 16_000 * 20))) == TurnEndScore(8 * 16_000)
    assert ask(running, "turn-end", TurnEndRequest(b"")) == TurnEndScore(0)


def test_a_stream_goes_on_after_a_request_that_was_cancelled() -> None:
    model = silero.Silero.__new__(silero.Silero)
    model._session, model._rate = FakeSession(), np.array(16_000)
    stream = VoiceStream()
    scores: Iterator[float] = model.feed(stream, WINDOW * 5 + b"\1\1")
    next(scores)
    assert stream.rest == b"\1\1"
    assert len(list(model.feed(stream, WINDOW[:1022]))) == 1
