from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna.audio import SPEECH_RATE, pcm
from myna_speech.recognition.worker.speech_chunks import AT_LEAST, MOST, PAD, SpeechChunks, SpeechPiece
from myna_speech.recognition.worker.voice_level import SAMPLES, LevelVoice

WINDOW = SAMPLES / SPEECH_RATE


def loud(seconds: float) -> np.ndarray[Any, Any]:
    return np.full(round(seconds * SPEECH_RATE), 0.1, np.float32)


def quiet(seconds: float) -> np.ndarray[Any, Any]:
    return np.zeros(round(seconds * SPEECH_RATE), np.float32)


def cut(*parts: np.ndarray[Any, Any], block: int = 16_000) -> tuple[list[SpeechPiece], SpeechChunks]:
    chunks = SpeechChunks(LevelVoice())
    data = pcm(np.concatenate(parts))
    found: list[SpeechPiece | None] = []
    for start in range(0, len(data), block):
        found += chunks.feed(data[start : start + block])
    found += chunks.finish()
    return [piece for piece in found if piece is not None], chunks


def lengths(pieces: list[SpeechPiece]) -> list[float]:
    return [len(piece.samples) / SPEECH_RATE for piece in pieces]


def test_silence_around_speech_is_cut_off() -> None:
    [piece], chunks = cut(quiet(5), loud(2), quiet(5))
    pad = PAD * WINDOW
    assert piece.start == pytest.approx(5 - pad, abs=2 * WINDOW)
    assert len(piece.samples) / SPEECH_RATE == pytest.approx(2 + 2 * pad, abs=3 * WINDOW)
    assert chunks.loud


def test_a_short_pause_stays_and_a_long_one_divides() -> None:
    assert len(cut(loud(1), quiet(1), loud(1))[0]) == 1
    pieces, _ = cut(loud(1), quiet(3), loud(1))
    assert [round(piece.start) for piece in pieces] == [0, 4]


def test_speech_without_a_pause_is_cut_into_windows_and_nothing_is_lost() -> None:
    pieces, _ = cut(loud(100))
    assert all(length <= MOST * WINDOW for length in lengths(pieces))
    ends = [piece.start + length for piece, length in zip(pieces, lengths(pieces), strict=True)]
    assert [piece.start for piece in pieces[1:]] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(100, abs=WINDOW)


def test_the_cut_is_made_where_somebody_draws_breath() -> None:
    pieces, _ = cut(loud(25), quiet(0.5), loud(10))
    assert pieces[0].start + lengths(pieces)[0] == pytest.approx(25.25, abs=0.25)


def test_a_click_is_no_speech() -> None:
    assert cut(quiet(2), loud((AT_LEAST - 2) * WINDOW), quiet(3))[0] == []


def test_silence_is_told_from_nothing_at_all() -> None:
    pieces, chunks = cut(quiet(1))
    assert (pieces, chunks.loud, chunks.windows > 0) == ([], False, True)
    pieces, chunks = cut(quiet(0))
    assert (pieces, chunks.windows) == ([], 0)


def test_memory_is_bounded_whatever_is_heard() -> None:
    chunks = SpeechChunks(LevelVoice())
    held = 0
    for second in range(300):
        list(chunks.feed(pcm(loud(1) if second % 90 < 70 else quiet(1))))
        held = max(held, len(chunks._audio), len(chunks._scores) * SAMPLES * 2)
    assert held <= (MOST + PAD) * SAMPLES * 2


def scores(values: list[float]) -> Any:
    left = iter(values)

    def voice(audio: bytes) -> Iterator[float]:
        return (next(left) for _ in range(len(audio) // (2 * SAMPLES)))

    return voice


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 700), st.sampled_from([0.0, 0.3, 0.4, 0.6, 1.0])), max_size=8))
def test_pieces_are_in_order_short_enough_and_hold_all_that_is_speech(runs: list[tuple[int, float]]) -> None:
    values = [score for count, score in runs for _ in range(count)]
    chunks = SpeechChunks(scores(values))
    found = [*chunks.feed(bytes(len(values) * SAMPLES * 2)), *chunks.finish()]
    pieces = [piece for piece in found if piece is not None]
    covered: set[int] = set()
    before = 0
    for piece in pieces:
        first = round(piece.start / WINDOW)
        count = len(piece.samples) // SAMPLES
        assert count <= MOST + PAD
        assert first >= before
        before = first + count
        covered |= set(range(first, before))
    assert len(covered) == sum(len(piece.samples) // SAMPLES for piece in pieces)
    assert before <= len(values)
    speech = {place for place, score in enumerate(values) if score >= 0.5}
    assert len(speech - covered) < AT_LEAST * max(len(runs), 1)
