"""Sound made small: what is decoded again is what went in, however it was cut."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest

from myna.audio import pcm
from myna.engine.encode import Encoded, EncodeRequest
from myna.engine.protocols import EngineSpec
from myna.errors import BadInput
from myna.testing.in_process import InProcess
from myna_speech.voices.worker import encoder

RATE = 22_050


def tone(seconds: float, rate: int = RATE) -> bytes:
    """440 Hz."""
    return pcm(0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate))


@pytest.fixture
def engine() -> InProcess:
    return InProcess(encoder.EncoderEngine(EngineSpec("encoder", "", {})))


def feed(engine: InProcess, stream: str, form: Any, data: bytes, rate: int = RATE, *, last: bool = False) -> bytes:
    [answer] = engine.ask(EncodeRequest(stream, form, data, rate, last), "encode").items
    assert isinstance(answer, Encoded)
    return answer.data


def decoded(data: bytes) -> np.ndarray[Any, Any]:
    with av.open(io.BytesIO(data)) as opened:
        frames = [frame.to_ndarray() for frame in opened.decode(audio=0)]
    samples = np.concatenate(frames, axis=1)[0].astype(np.float64)
    return samples / 32768 if frames[0].dtype == np.int16 else samples


def pitch(samples: np.ndarray[Any, Any], rate: int) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


@pytest.mark.parametrize(("form", "rate"), [("mp3", 24_000), ("opus", 48_000), ("aac", 24_000)])
def test_a_tone_in_pieces_of_two_rates_is_the_same_tone(engine: InProcess, form: Any, rate: int) -> None:
    first = feed(engine, "a", form, tone(1.0))
    assert first  # it does not wait for the end
    data = first + feed(engine, "a", form, tone(1.0, 16_000), 16_000) + feed(engine, "a", form, b"", last=True)
    samples = decoded(data)
    assert len(samples) / rate == pytest.approx(2.0, abs=0.15)
    assert pitch(samples[rate // 2 : rate], rate) == pytest.approx(440, abs=3)
    assert pitch(samples[-rate // 2 - rate // 4 : -rate // 4], rate) == pytest.approx(440, abs=3)
    assert len(data) < 2 * 2 * 24_000 / 4


def test_streams_do_not_mix_and_end(engine: InProcess) -> None:
    alone = feed(engine, "x", "mp3", tone(0.5)) + feed(engine, "x", "mp3", b"", last=True)
    mixed = feed(engine, "a", "mp3", tone(0.5))
    feed(engine, "b", "opus", tone(0.7))
    assert mixed + feed(engine, "a", "mp3", b"", last=True) == alone
    assert feed(engine, "a", "mp3", tone(0.5), last=True)  # a new one of that name


def test_nothing_at_all(engine: InProcess) -> None:
    assert feed(engine, "a", "mp3", b"", last=True) == b""


def test_streams_that_were_left_are_given_up(engine: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "STREAMS", 2)
    for name in "abc":
        feed(engine, name, "aac", tone(0.2))
    assert list(engine.engine._streams) == ["b", "c"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("data", "rate"), [(b"x", RATE), (b"xx", 0), (b"xx", -1), (b"xx", 10**9)])
def test_what_is_no_sound_is_refused(engine: InProcess, data: bytes, rate: int) -> None:
    with pytest.raises(BadInput, match="16-bit"):
        engine.ask(EncodeRequest("a", "mp3", data, rate), "encode")
