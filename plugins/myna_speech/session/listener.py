"""From sound to what was said: one utterance at a time, transcribed while the person speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk
from myna.engine.speech import NoSpeech, Transcriber, TranscribeRequest, Transcript, TurnEnd
from myna.errors import MynaError

from .endpointing import WINDOW, Ask, Began, Ended, Endpointer, EndRules, Pause, WentOn
from .hearing import PRE_ROLL, Hearing
from .jobs import Inbox, Jobs
from .timings import SoundClock, Stages
from .utterance import Agreement, Utterance

FIRST_PARTIAL = round(0.5 * SPEECH_RATE)
"""Samples until the first partial transcript: soon, since it decides about an answer that was paused."""

PARTIAL = round(0.8 * SPEECH_RATE)
"""Samples between those that follow. A pass takes about 0.16 s on 2 cores; one that runs when the person stops holds up
the transcript that counts, so that only a fifth of the time is used."""

TURN_END = 8 * SPEECH_RATE
"""Samples at the end that the turn-end model looks at."""


class Hearer(Protocol):
    """Who is told."""

    def began(self, utterance: Utterance) -> None: ...

    def understood(self, utterance: Utterance, *, over: bool) -> None:
        """`utterance.understood` is new; `over`: the person is silent at the moment."""

    def went_on(self, utterance: Utterance) -> None:
        """The pause was none: `utterance.result` is gone."""

    def settled(self, utterance: Utterance) -> None:
        """The person has finished, and `utterance.result` says what was said. Until `Listener.done_with` is called,
        they may still go on: `went_on`."""

    def partial(self, utterance: Utterance, stable: str, rest: str) -> None: ...

    def failed(self, utterance: Utterance, error: MynaError) -> None:
        """It cannot be understood; it is gone."""


class Listener:
    def __init__(
        self,
        *,
        transcriber: Transcriber,
        turn_end: TurnEnd,
        agreement: Callable[[], Agreement],
        languages: tuple[str, ...],
        longest_s: float,
        by_hand: bool,
        clock: SoundClock,
        inbox: Inbox,
        jobs: Jobs,
        hearer: Hearer,
    ) -> None:
        """`by_hand`: `press` and `release` say where a turn begins and ends, and nothing else does."""
        longest = round(longest_s * SPEECH_RATE)
        self._transcriber = transcriber
        self._turn_end = turn_end
        self._agreement = agreement
        self._languages = languages
        self._longest = longest
        self._by_hand = by_hand
        self._clock = clock
        self._inbox = inbox
        self._jobs = jobs
        self._hearer = hearer
        self._ends = Endpointer(EndRules(longest=longest // WINDOW))
        self._sound = Hearing(longest + 4 * PRE_ROLL)
        self._pauses = 0
        self.utterance: Utterance | None = None
        """What is being said, or waits for its transcript."""
        self._settled: Utterance | None = None
        """What was said last, while it may turn out that the person goes on."""

    @property
    def position(self) -> int:
        """Samples heard."""
        return self._sound.end

    def stages(self) -> Stages:
        """Of a turn that begins now."""
        return Stages(self._clock)

    def sound(self, chunk: AudioChunk, probabilities: tuple[float, ...]) -> None:
        """The next sound, with the probability of a voice in each window that is complete."""
        self._sound.add(chunk)
        for probability in probabilities:
            if self._by_hand:
                self._measure(probability)
            else:
                self._listen(probability)
        self._next_partial()

    def deaf(self) -> None:
        """Voice activity is not known of what came last. Who was speaking has neither finished nor gone on."""
        self._ends.position = self._sound.end

    def press(self) -> None:
        """Push-to-talk: somebody begins to speak."""
        if self.utterance is not None:
            self.drop()
        self._open(self.position)

    def release(self) -> None:
        """Push-to-talk: that was all."""
        self._close("released")

    def input_ended(self) -> None:
        """No more sound comes: what was said is all."""
        self._ends.reset()
        self._close("input-ended")

    def drop(self) -> None:
        """Forget what is being said; what is said from now on is something new."""
        if self.utterance is not None:
            self.utterance.cancel_work()
        self.utterance = self._settled = None
        self._pauses += 1
        self._ends.reset()
        self._sound.keep_from(None)

    def done_with(self, utterance: Utterance) -> None:
        """What follows `utterance` is something new."""
        if utterance is self._settled:
            self._settled = None
            if self.utterance is None:
                self._sound.keep_from(None)

    # windows

    def _measure(self, probability: float) -> None:
        self._ends.position += WINDOW
        utterance = self.utterance
        if utterance is None or utterance.over:
            return
        if probability >= EndRules().voice:
            utterance.voiced_s += WINDOW / SPEECH_RATE
            utterance.end = self._ends.position
        if self.position - utterance.start > self._longest:
            self._close("limit")

    def _listen(self, probability: float) -> None:
        for signal in self._ends.feed(probability):
            if isinstance(signal, Began):
                self._began(signal.position)
            elif isinstance(signal, Pause):
                self._pause(signal.position)
            elif isinstance(signal, Ask):
                self._ask()
            elif isinstance(signal, WentOn):
                self._went_on()
            else:
                self._ended(signal)
        utterance = self.utterance
        if utterance is not None and self._ends.speaking:
            utterance.voiced_s, utterance.end = self._ends.voiced_s, self._ends.last_voice

    def _began(self, position: int) -> None:
        if self.utterance is None and self._settled is None:
            self._open(position)
            return
        if self.utterance is not None and self.utterance.reason == "limit":
            # Its transcript is being made. It is over whatever follows, or who never pauses would never be answered.
            self._ends.reset()
            return
        # It was over, but nothing came of it yet: what is said now belongs to it.
        self.utterance, self._settled = self.utterance or self._settled, None
        if self.utterance is not None:
            self.utterance.over, self.utterance.reason = False, None
        self._went_on()

    def _open(self, position: int) -> None:
        start = max(position - PRE_ROLL, 0)
        self._sound.keep_from(start)
        self.utterance = Utterance(start, Stages(self._clock), self._agreement())
        self.utterance.next_partial = self.position + FIRST_PARTIAL
        self._hearer.began(self.utterance)

    def _pause(self, position: int) -> None:
        self._pauses += 1
        if self.utterance is not None:
            self.utterance.end = position
            self._transcribe(self.utterance, partial=False)

    def _ask(self) -> None:
        utterance, pause = self.utterance, self._pauses
        if utterance is None:
            return

        async def ask() -> None:
            try:
                probability = await self._turn_end.turn_end(audio)
            except MynaError:
                # The longest silence decides then.
                return
            self._inbox.post(lambda: self._judged(pause, probability))

        audio = self._sound.since(utterance.start)[-TURN_END * SAMPLE_BYTES :]
        self._jobs.start(ask(), "turn end")

    def _judged(self, pause: int, probability: float) -> None:
        if pause == self._pauses:
            for ended in self._ends.judged(probability):
                self._ended(ended)

    def _went_on(self) -> None:
        self._pauses += 1
        if self.utterance is not None:
            self.utterance.cancel_work()
            self.utterance.stages = Stages(self._clock)
            self.utterance.next_partial = self.position + PARTIAL // 2
            self._hearer.went_on(self.utterance)

    def _ended(self, ended: Ended) -> None:
        if self.utterance is not None:
            self.utterance.end = ended.position
        self._close(ended.reason)

    def _close(self, reason: Literal["finished", "text", "silence", "limit", "released", "input-ended"]) -> None:
        utterance = self.utterance
        if utterance is None or utterance.over:
            return
        utterance.over, utterance.reason = True, reason
        utterance.stages.mark("voice_endpoint")
        if utterance.result is not None:
            self._settle(utterance)
        elif utterance.work is None or utterance.partial_work:
            self._transcribe(utterance, partial=False)

    def _settle(self, utterance: Utterance) -> None:
        self.utterance, self._settled = None, utterance
        self._hearer.settled(utterance)

    # passes of the transcriber

    def _next_partial(self) -> None:
        utterance = self.utterance
        if (
            utterance is not None
            and utterance.work is None
            and not utterance.over
            and not self._ends.in_pause
            and self.position >= utterance.next_partial
        ):
            self._transcribe(utterance, partial=True)

    def _transcribe(self, utterance: Utterance, *, partial: bool) -> None:
        utterance.cancel_work()
        number = utterance.passes
        begun = self.position
        request = TranscribeRequest(self._sound.since(utterance.start), languages=self._languages, partial=partial)

        async def transcribe() -> None:
            try:
                result = await self._transcriber.transcribe(request)
            except MynaError as error:
                problem = error
                self._inbox.post(lambda: self._failed(utterance, number, problem))
            else:
                self._inbox.post(lambda: self._transcribed(utterance, number, begun, result))

        utterance.partial_work = partial
        utterance.work = self._jobs.start(transcribe(), "transcribe")

    def _transcribed(self, utterance: Utterance, number: int, begun: int, result: Transcript | NoSpeech) -> None:
        if utterance is not self.utterance or number != utterance.passes:
            return
        partial, utterance.work = utterance.partial_work, None
        utterance.understood = "" if isinstance(result, NoSpeech) else result.text.strip()
        utterance.read = True
        if partial:
            # A machine that needs long for a pass is asked less often.
            utterance.next_partial = self.position + max(PARTIAL, 3 * (self.position - begun))
            if utterance.understood:
                stable, rest = utterance.agreement.feed(utterance.understood.split())
                self._hearer.partial(utterance, stable, rest)
            else:
                # Noise is not looked at again and again.
                later = self.position + (self.position - utterance.start) // 2
                utterance.next_partial = max(utterance.next_partial, later)
            self._hearer.understood(utterance, over=False)
            return
        utterance.result = result
        utterance.stages.mark("voice_transcript")
        self._hearer.understood(utterance, over=True)
        # Whoever was told may have dropped it.
        if utterance is not self.utterance:
            return
        if utterance.over:
            self._settle(utterance)
        else:
            for ended in self._ends.reads(utterance.understood):
                self._ended(ended)

    def _failed(self, utterance: Utterance, number: int, error: MynaError) -> None:
        if utterance is not self.utterance or number != utterance.passes:
            return
        utterance.work = None
        if utterance.partial_work:
            # The whole is tried once more at its end.
            utterance.next_partial = self.position + 4 * PARTIAL
            return
        self.drop()
        self._hearer.failed(utterance, error)
