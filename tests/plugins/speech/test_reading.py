"""Second tries, with a model that says what it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from myna.audio import SPEECH_RATE
from myna_speech.recognition.worker.reading import Reader, Reading, Wanted
from myna_speech.recognition.worker.speech_chunks import SpeechPiece
from myna_speech.recognition.worker.vocabulary import Spoken
from myna_speech.recognition.worker.whisper_model import Decoded, Encoded

WORDS = ["", "Yes", "please", "stop", "what", "is", "it", "the", "time"]
STAMP = 100
"""The token of 0 s; one more is 0.02 s later."""


class FakeVocabulary:
    def text(self, tokens: Sequence[int]) -> str:
        return " ".join(WORDS[token] for token in tokens if token < len(WORDS))

    def spoken(self, tokens: Sequence[int]) -> list[Spoken]:
        found, start, piece = [], 0.0, []
        for token in tokens:
            if token < STAMP:
                piece.append(token)
                continue
            if piece:
                found.append(Spoken(tuple(piece), start, (token - STAMP) * 0.02))
            start, piece = (token - STAMP) * 0.02, []
        return [*found, Spoken(tuple(piece), start, None)] if piece else found

    def goes_on(self, tokens: Sequence[int]) -> float | None:
        ends_twice = len(tokens) > 1 and min(tokens[-2:]) >= STAMP
        return (tokens[-1] - STAMP) * 0.02 if ends_twice else None


class FakeModel:
    """Answers by window and temperature; what is not given is the answer of the short window."""

    def __init__(self, short: Decoded, **others: Decoded) -> None:
        self.vocabulary = FakeVocabulary()
        self.answers = {"short": short, **others}
        self.asked: list[str] = []
        self.openings: list[str] = []

    def features(self, samples: Any, window: str) -> Any:
        return np.zeros((80, 100), np.float32)

    def encode(self, features: Any, window: Any) -> Encoded:
        return Encoded(None, 100, window)

    def decode(
        self, encoded: Encoded, language: str, *, tokens: int, temperature: float = 0.0, opening: str = ""
    ) -> Decoded:
        self.openings.append(opening)
        name = f"drawn{temperature:g}".replace(".", "_") if temperature else encoded.window
        self.asked.append(name)
        return self.answers.get(name, self.answers["short"])

    def language(self, encoded: Encoded, among: frozenset[str]) -> tuple[str, float]:
        return max(among), 0.75


def said(*tokens: int, logprob: float = -0.3, no_speech: float = 0.0, cut: bool = False) -> Decoded:
    return Decoded(tokens, logprob, no_speech, cut)


LOOP = said(*(7, 8) * 8, cut=True)
GOOD = said(1, 2)


def read(model: FakeModel, *, seconds: float = 2.0, **wanted: Any) -> Reading:
    reader = Reader(model, {})  # type: ignore[arg-type]
    piece = SpeechPiece(np.zeros(round(seconds * SPEECH_RATE), np.float32), 10.0)
    reading = reader.read(piece, Wanted(wanted.pop("languages", frozenset({"en"})), **wanted))
    while True:
        try:
            next(reading)
        except StopIteration as stop:
            result: Reading = stop.value
            return result


def texts(reading: Reading) -> list[str]:
    return [segment.text for segment in reading.segments]


def test_a_good_pass_is_the_only_one() -> None:
    model = FakeModel(GOOD)
    assert texts(read(model)) == ["Yes please"]
    assert model.asked == ["short"]


def test_a_loop_is_done_again_with_the_full_window() -> None:
    model = FakeModel(LOOP, full=GOOD)
    assert texts(read(model)) == ["Yes please"]
    assert model.asked == ["short", "full"]


def test_a_loop_in_both_windows_is_drawn_by_chance() -> None:
    model = FakeModel(LOOP, drawn0_8=GOOD)
    assert texts(read(model)) == ["Yes please"]
    assert model.asked == ["short", "full", "drawn0_4", "drawn0_8"]


def test_nothing_but_a_loop_is_no_speech() -> None:
    reading = read(FakeModel(LOOP))
    assert (texts(reading), reading.trouble) == ([], "repetition")


def test_what_came_before_a_loop_is_kept_where_somebody_spoke() -> None:
    looping = said(4, 5, 6, *(7, 8) * 8, cut=True)
    assert texts(read(FakeModel(looping))) == ["what is it"]
    assert texts(read(FakeModel(looping), heard_voice=False)) == []


def test_a_doubtful_pass_is_compared_with_a_second_opinion() -> None:
    doubtful = said(3, logprob=-0.8)
    model = FakeModel(doubtful, long=GOOD)
    assert texts(read(model)) == ["Yes please"]
    assert model.asked == ["short", "long"]
    worse = FakeModel(doubtful, long=said(1, 2, logprob=-0.9))
    assert texts(read(worse)) == ["stop"]


def test_an_unsure_text_that_comes_twice_is_believed() -> None:
    model = FakeModel(said(3, logprob=-1.3))
    assert texts(read(model)) == ["stop"]
    assert model.asked == ["short", "full"]


def test_of_unsure_texts_the_likeliest_is_taken_where_somebody_spoke() -> None:
    answers = {
        "full": said(2, logprob=-1.2),
        "drawn0_4": said(1, logprob=-1.5),
        "drawn0_8": said(1, 2, logprob=-1.9),
    }
    assert texts(read(FakeModel(said(3, logprob=-1.4), **answers))) == ["please"]
    reading = read(FakeModel(said(3, logprob=-1.4), **answers), heard_voice=False)
    assert (texts(reading), reading.trouble) == ([], "unsure")


def test_no_speech_of_the_full_window_ends_it() -> None:
    nothing = said(3, logprob=-1.4, no_speech=0.9)
    model = FakeModel(nothing)
    reading = read(model)
    assert (texts(reading), reading.trouble) == ([], "no-speech")
    assert model.asked == ["short", "full"]


@pytest.mark.parametrize("decoded", [LOOP, said(3, logprob=-0.8), said(3, logprob=-1.4)])
def test_a_partial_pass_is_never_repeated(decoded: Decoded) -> None:
    model = FakeModel(decoded, full=GOOD, long=GOOD)
    read(model, partial=True)
    assert model.asked == ["short"]


def test_text_behind_the_end_of_the_sound_is_not_believed() -> None:
    behind = said(STAMP, 1, 2, STAMP + 100, STAMP + 100, 3, STAMP + 150)
    model = FakeModel(behind, full=said(STAMP, 1, 2, STAMP + 100))
    assert texts(read(model, seconds=2.0)) == ["Yes please"]
    assert model.asked == ["short", "full"]


def test_the_rest_is_read_when_the_decoder_had_no_room() -> None:
    class Halves(FakeModel):
        def decode(self, encoded: Encoded, language: str, **rest: Any) -> Decoded:
            self.asked.append(encoded.window)
            return said(STAMP, 1, STAMP + 50, STAMP + 50) if len(self.asked) == 1 else said(STAMP, 2, STAMP + 40)

    reading = read(Halves(GOOD), seconds=2.0)
    assert [(segment.text, segment.start, segment.end) for segment in reading.segments] == [
        ("Yes", 10.0, 11.0),
        ("please", 11.0, 11.8),
    ]


def test_text_without_letters_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "WORDS", ["...", "."])
    assert texts(read(FakeModel(said(0, 1)))) == []


def test_the_language_is_detected_among_those_that_are_allowed() -> None:
    reading = read(FakeModel(GOOD), languages=frozenset({"en", "zh"}))
    assert (reading.language, reading.language_probability) == ("zh", 0.75)
    assert read(FakeModel(GOOD)).language == "en"


def test_chinese_alone_has_an_opening() -> None:
    model = FakeModel(GOOD)
    read(model, languages=frozenset({"zh"}), chinese="以下")
    read(model, languages=frozenset({"en"}), chinese="以下")
    assert model.openings == ["以下", ""]
