"""Where somebody begins to speak, pauses and has finished: probabilities of speech in, signals out.

Windows of 512 samples (32 ms) are counted, never seconds of a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from myna.audio import SPEECH_RATE

WINDOW = 512
"""Samples of one probability."""


class EndRules(msgspec.Struct, frozen=True):
    """Windows and thresholds. Times in comments are for windows of 32 ms."""

    voice: float = 0.5
    """From this probability on a window begins speech (Silero's own default)."""
    silence: float = 0.35
    """Below this one speech stops: 0.15 under `voice`, as Silero's own segmenter has it."""
    begin: int = 2
    """Windows with a voice before it counts as speech (64 ms): a click is shorter, a short "yes" is not."""
    pause: int = 2
    """Silent windows after which a turn may be over (64 ms): what was said is transcribed. Inside 61 s of spoken
    questions no silence had two to five windows, so that waiting for more tells nothing new."""
    ask: tuple[int, ...] = (3, 14, 24)
    """Silent windows at which the turn-end model is asked (96, 448, 768 ms): a little after the transcript was, which
    is waited for. The model tells as much after 80 ms of silence as after 200."""
    finished: float = 0.5
    """From this answer of the model on the turn is over."""
    after_question: int = 14
    """Silent windows after which it is over when what was said reads like a question (448 ms)."""
    after_sentence: int = 24
    """The same for what ends like a sentence (768 ms)."""
    patience: int = 38
    """Silent windows after which it is over whatever the model and the text say (1.2 s)."""
    longest: int = 1875
    """Windows of a turn that goes on and on (60 s)."""


class Began(msgspec.Struct, frozen=True):
    """Somebody speaks since `position` (samples)."""

    position: int


class Pause(msgspec.Struct, frozen=True):
    """Nobody speaks since `position`: perhaps that was all."""

    position: int


class Ask(msgspec.Struct, frozen=True):
    """Worth asking the turn-end model whether that was all."""


class WentOn(msgspec.Struct, frozen=True):
    """It was not all."""


class Ended(msgspec.Struct, frozen=True):
    """The turn is over; its speech ended at `position`."""

    position: int
    reason: Literal["finished", "text", "silence", "limit"]


Signal = Began | Pause | Ask | WentOn | Ended


class Endpointer:
    """Fed with one probability for each window, in order."""

    def __init__(self, rules: EndRules | None = None) -> None:
        self._rules = rules or EndRules()
        self.position = 0
        """Samples judged."""
        self.speaking = False
        """A turn is under way, pauses included."""
        self.voiced = 0
        """Windows with a voice in this turn."""
        self.last_voice = 0
        """Where speech was last heard (samples)."""
        self._began = 0
        self._run = 0
        self._silent = 0
        self._paused = False
        self._enough = self._rules.patience

    @property
    def in_pause(self) -> bool:
        return self.speaking and self._silent > 0

    @property
    def voiced_s(self) -> float:
        return self.voiced * WINDOW / SPEECH_RATE

    def feed(self, probability: float) -> Iterator[Signal]:
        """What this window tells; all of it must be taken."""
        self.position += WINDOW
        rules = self._rules
        voice = probability >= rules.voice
        self._run = self._run + 1 if voice else 0
        if not self.speaking:
            if self._run >= rules.begin:
                yield self._begin()
            return
        if self._paused:
            # One loud window is no word: as much is asked for as at the beginning.
            if self._run >= rules.begin:
                self._paused, self._silent = False, 0
                self._enough = rules.patience
                yield WentOn()
        elif probability >= rules.silence:
            self._silent = 0
        if probability >= rules.silence and not self._paused:
            self.voiced += 1
            self.last_voice = self.position
        else:
            self._silent += 1
            yield from self._silence()
        if self.speaking and self.position - self._began >= rules.longest * WINDOW:
            yield self._end("limit")

    def judged(self, probability: float) -> Iterator[Ended]:
        """The turn-end model's answer to the last `Ask`."""
        if self.speaking and self._paused and probability >= self._rules.finished:
            yield self._end("finished")

    def reads(self, text: str) -> Iterator[Ended]:
        """What was said until this pause. A sentence that is whole needs less silence after it."""
        if not (self.speaking and self._paused):
            return
        if text.endswith(("?", "？")):
            self._enough = self._rules.after_question
        elif text.endswith((".", "!", "。", "！")) and not text.endswith(".."):
            self._enough = self._rules.after_sentence
        if self._silent >= self._enough:
            yield self._end("text")

    def reset(self) -> None:
        """What is said from now on is something new."""
        self.speaking = self._paused = False
        self._run = self._silent = self.voiced = 0

    def _begin(self) -> Began:
        self.speaking, self._paused, self._silent = True, False, 0
        self._enough = self._rules.patience
        self.voiced = self._run
        self.last_voice = self.position
        self._began = self.position - self._run * WINDOW
        return Began(self._began)

    def _silence(self) -> Iterator[Signal]:
        rules = self._rules
        if self._silent == rules.pause:
            self._paused = True
            yield Pause(self.last_voice)
        if self._silent in rules.ask:
            yield Ask()
        if self._silent >= self._enough:
            yield self._end("silence" if self._silent >= rules.patience else "text")

    def _end(self, reason: Literal["finished", "text", "silence", "limit"]) -> Ended:
        ended = Ended(self.last_voice, reason)
        self.reset()
        return ended
