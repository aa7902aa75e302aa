"""From a piece of speech to segments of text, with second tries where the first pass is not to be believed."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

import msgspec

from myna.audio import SPEECH_RATE
from myna.engine.speech import Segment, SpokenWord

from .judgement import DOUBTFUL, Evidence, Trouble, before_repeats, compression, judge, token_bound
from .mel import Floats
from .speech_chunks import SpeechPiece
from .whisper_model import Decoded, Encoded, WhisperModel, Window
from .word_times import timed_words

TEMPERATURES = (0.0, 0.4, 0.8)
"""Tried in turn with the full window. Whisper's own list has six; the last ones mostly invent."""
_EDGE_S = 0.1
"""Speech cannot begin so near to the end of the sound."""
_SHORTEST_S = 0.5
"""A rest of a piece that is shorter is not decoded again."""


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of each piece."""

    languages: frozenset[str]
    """One, or those among which it is detected."""
    words: bool = False
    partial: bool = False
    chinese: str = ""
    """What is put before Chinese, so that it is written as wanted."""
    heard_voice: bool = True
    """Pieces were chosen by voice activity, not by level alone."""


class Reading(msgspec.Struct):
    """What became of a piece."""

    language: str
    language_probability: float
    segments: list[Segment]
    trouble: Trouble = ""
    """Why there is no (more) text."""


class _Pass(msgspec.Struct, frozen=True):
    evidence: Evidence
    encoded: Encoded
    trouble: Trouble


class Reader:
    """Reads with one model. Its generators yield None between steps, so that a cancel is seen."""

    def __init__(self, model: WhisperModel, timings: dict[str, float]) -> None:
        """`timings`: milliseconds by stage are added here."""
        self._model = model
        self._timings = timings

    def read(self, piece: SpeechPiece, wanted: Wanted) -> Generator[None, None, Reading]:
        reading = Reading("", 1.0, [])
        offset = 0
        while True:
            samples = piece.samples[offset:]
            found = yield from self._best_pass(samples, wanted, reading)
            reading.trouble = found.trouble
            if found.trouble:
                break
            at = piece.start + offset / SPEECH_RATE
            reading.segments += self._segments(found, reading.language, at, len(samples) / SPEECH_RATE, wanted.words)
            on = self._model.vocabulary.goes_on(found.evidence.tokens)
            if on is None or wanted.partial or on < _SHORTEST_S or len(samples) / SPEECH_RATE - on < _SHORTEST_S:
                break
            offset += round(on * SPEECH_RATE)
        return reading

    def _best_pass(self, samples: Floats, wanted: Wanted, reading: Reading) -> Generator[None, None, _Pass]:
        """The first pass that nothing is wrong with; failing that, the best."""
        (first,) = yield from self._passes(samples, wanted, reading, "short")
        if wanted.partial or not (first.trouble or first.evidence.logprob < DOUBTFUL):
            return first
        started = time.perf_counter()
        found = yield from self._second(samples, wanted, reading, first)
        self._timings["again"] = self._timings.get("again", 0.0) + (time.perf_counter() - started) * 1e3
        return found

    def _second(self, samples: Floats, wanted: Wanted, reading: Reading, first: _Pass) -> Generator[None, None, _Pass]:
        """The better of `first` and passes that take longer."""
        whole = first.encoded.window == "full"
        if not first.trouble:
            if whole:
                return first
            (second,) = yield from self._passes(samples, wanted, reading, "long")
            return second if not second.trouble and second.evidence.logprob > first.evidence.logprob else first
        temperatures = TEMPERATURES[1:] if whole else TEMPERATURES
        again = yield from self._passes(samples, wanted, reading, "full", temperatures=temperatures, before=[first])
        if not again[-1].trouble or again[-1].trouble == "no-speech":
            return again[-1]
        return self._settle([first, *again], wanted)

    def _passes(
        self,
        samples: Floats,
        wanted: Wanted,
        reading: Reading,
        window: Window,
        *,
        temperatures: tuple[float, ...] = (0.0,),
        before: Sequence[_Pass] = (),
    ) -> Generator[None, None, list[_Pass]]:
        """One pass for each temperature, until one is to be believed."""
        model = self._model
        length = len(samples) / SPEECH_RATE
        started = time.perf_counter()
        features = model.features(samples, window)
        self._spent("features", started)
        started = time.perf_counter()
        encoded = model.encode(features, window)
        self._spent("encode", started)
        yield
        if not reading.language:
            reading.language, reading.language_probability = self._language(encoded, wanted.languages)
        done: list[_Pass] = []
        for temperature in temperatures:
            started = time.perf_counter()
            opening = wanted.chinese if reading.language == "zh" else ""
            decoded = model.decode(
                encoded, reading.language, tokens=token_bound(length), temperature=temperature, opening=opening
            )
            self._spent("decode", started)
            evidence = self._evidence(decoded, length)
            trouble = judge(evidence, heard_voice=wanted.heard_voice)
            same = evidence.text in {earlier.evidence.text for earlier in [*before, *done]}
            if trouble == "unsure" and same and wanted.heard_voice:
                trouble = ""  # unsure, but of the same mind each time
            done.append(_Pass(evidence, encoded, trouble))
            yield
            if not trouble or (trouble == "no-speech" and encoded.window == "full"):
                break
        return done

    def _evidence(self, decoded: Decoded, length: float) -> Evidence:
        vocabulary = self._model.vocabulary
        late = any(one.start >= length - _EDGE_S for one in vocabulary.spoken(decoded.tokens))
        text = vocabulary.text(decoded.tokens).strip()
        return Evidence(text, decoded.tokens, decoded.logprob, decoded.no_speech, decoded.cut or late)

    def _language(self, encoded: Encoded, languages: frozenset[str]) -> tuple[str, float]:
        if len(languages) == 1:
            return next(iter(languages)), 1.0
        started = time.perf_counter()
        found = self._model.language(encoded, languages)
        self._spent("language", started)
        return found

    def _settle(self, passes: list[_Pass], wanted: Wanted) -> _Pass:
        """What is made of passes that all have something wrong."""
        unsure = [one for one in passes if one.trouble == "unsure"]
        if unsure:
            best = max(unsure, key=lambda one: one.evidence.logprob)
            return msgspec.structs.replace(best, trouble="" if wanted.heard_voice else "unsure")
        for one in passes:
            kept = before_repeats(one.evidence.tokens)
            text = self._model.vocabulary.text(kept).strip()
            if text and wanted.heard_voice and one.trouble == "repetition":
                evidence = msgspec.structs.replace(one.evidence, tokens=kept, text=text)
                return _Pass(evidence, one.encoded, "")
        return passes[-1]

    def _segments(self, found: _Pass, language: str, at: float, length: float, words: bool) -> list[Segment]:
        """`at`: where the sound begins in the stream, `length`: of it; both in seconds."""
        evidence = found.evidence
        spoken = self._model.vocabulary.spoken(evidence.tokens)
        timed: list[tuple[SpokenWord, ...]] = [()] * len(spoken)
        if words:
            started = time.perf_counter()
            timed = timed_words(self._model, found.encoded, spoken, language, at=at, length=length)
            self._spent("words", started)
        segments = []
        for one, its_words in zip(spoken, timed, strict=True):
            text = self._model.vocabulary.text(one.tokens).strip()
            start = one.start
            if not any(c.isalnum() for c in text) or start >= length - _EDGE_S:
                continue  # what the decoder hears in the silence behind the sound
            end = min(max(length if one.end is None else one.end, start), length)
            segments.append(
                Segment(
                    text,
                    round(at + start, 3),
                    round(at + end, 3),
                    words=its_words,
                    logprob=round(evidence.logprob, 4),
                    no_speech=round(evidence.no_speech, 4),
                    compression=round(compression(text), 3),
                )
            )
        return segments

    def _spent(self, stage: str, started: float) -> None:
        self._timings[stage] = self._timings.get(stage, 0.0) + (time.perf_counter() - started) * 1e3
