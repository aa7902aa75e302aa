"""From what was said to what is answered: speculation, barge-in, attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from myna.audio import SPEECH_RATE
from myna.config import SpeechSettings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.engine.speech import NoSpeech
from myna.errors import MynaError
from myna.voice_events import (
    Awake,
    Failed,
    Final,
    Interrupted,
    NothingSaid,
    Partial,
    Paused,
    Resumed,
    SpeechStarted,
    Thinking,
    Told,
)
from myna.voice_events import Speaking as SpeakingNow

from .answer import Answer, Speaking
from .answers import Answers
from .attention import Attention
from .barge_in import is_stop, judge
from .jobs import Inbox, Jobs
from .listener import Listener
from .read_ahead import ReadAhead
from .timings import Percentiles
from .utterance import Utterance

LATEST = round(1.5 * SPEECH_RATE)
"""Samples after the end of a turn at which it counts, even when its answer could not be heard yet. Until then, who
goes on speaking has said one thing: half of the pauses between sentences are shorter."""

Floor = Literal["nobody", "person", "thinking", "myna"]

WAKE_S = 1.5
"""Seconds of voice of a wake phrase at most. What is shorter may be the first half of one: many make a pause after it,
and recognition finds the name more surely with what follows."""


class Dialogue:
    """The `Hearer` of a session. At most one answer counts, and at most one is speculative."""

    listener: Listener

    def __init__(
        self,
        conversation: Conversation,
        speaking: Speaking,
        settings: SpeechSettings,
        *,
        options: AskOptions | None,
        answering: bool,
        show: Callable[[Callable[[float], Told]], None],
        inbox: Inbox,
        jobs: Jobs,
    ) -> None:
        """`answering`: what was said is answered at once; else it is only told. `show` is handed a function that makes
        the event for the present moment of audio time."""
        self.attention = Attention(settings.listen, settings.wake_phrases, settings.follow_up_s)
        self._answers = Answers(
            conversation,
            speaking,
            options=options,
            show=show,
            inbox=inbox,
            jobs=jobs,
            ready=self._ready,
            ended=self._ended,
        )
        self._loudspeaker = speaking.loudspeaker
        self._settings = settings
        self._answering = answering
        self._show = show
        self._answer: Answer | None = None
        self._speculation: Answer | None = None
        self._due: Utterance | None = None
        """What the speculation answers, once the person has finished."""
        self._unclear: Utterance | None = None
        """Was not meant for Myna, unless it was the beginning of a wake phrase."""
        self._reading = ReadAhead(conversation, options, jobs)
        self._due_since = 0
        self._hurry = False

    @property
    def percentiles(self) -> Percentiles:
        return self._answers.percentiles

    @property
    def busy(self) -> bool:
        """An answer is on its way, or has not quite ended."""
        return self._answers.busy

    @property
    def floor(self) -> Floor:
        """Whose turn it is to be heard; `thinking`: the person has finished, and nothing of the answer is heard yet."""
        utterance, answer = self.listener.utterance, self._answer
        if utterance is not None and utterance.attended and not utterance.over:
            return "person"
        if answer is not None and answer.heard_s > 0:
            return "myna"
        waited = answer is not None or self._due is not None
        return "thinking" if waited or (utterance is not None and utterance.attended) else "nobody"

    def use(self, settings: SpeechSettings) -> None:
        """Be interrupted, stopped and spoken as these settings say, from the next answer on."""
        self._settings = settings
        how = msgspec.structs.replace(self._answers.speaking, speed=settings.speed, volume=settings.volume)
        self._answers.speaking = how

    def tick(self) -> None:
        """Another 20 ms have passed."""
        if self._due is not None and self.listener.position - self._due_since > LATEST:
            self._commit()
        if self._unclear is not None and self.listener.position - self._due_since > LATEST:
            self.listener.done_with(self._unclear)
            self._unclear = None
        if self._answer is not None and self._answer.look():
            self._show(lambda at: SpeakingNow(at=at))
        utterance = self.listener.utterance
        if utterance is not None and utterance.interrupts and utterance.read:
            self._judge(utterance, over=False)

    def woken(self) -> None:
        """A wake-word model has heard its word."""
        utterance, position = self.listener.utterance, self.listener.position
        awake = utterance.attended if utterance is not None else self.attention.attends(position)
        self.attention.stay(position)
        if utterance is not None:
            utterance.attended = True
        if not awake:
            self._show(lambda at: Awake(at=at))

    async def close(self) -> None:
        """The session ends: what was heard until now is kept."""
        self._reading.stop()
        self._discard()
        if self._answer is not None:
            self._answer.stop()
            self._answer = None
        await self._answers.close()

    def input_ended(self) -> None:
        """Nobody can go on any more."""
        self._hurry = True
        self._commit()

    def silence(self, heard_s: float | None = None) -> None:
        """Somebody wants the answer to end, by hand. `heard_s`: seconds of it that they have heard, where they know."""
        self._commit()
        if self._answer is not None:
            self._interrupt(None, heard_s)

    def ask(self, question: str, language: str) -> None:
        """Answer what was asked in another way than by voice. An answer that is being spoken falls silent."""
        self._discard()
        if self._answer is not None:
            self._interrupt(None)
        position = self.listener.position
        self._answer = self._answers.begin(question, language, self.listener.stages())
        self._answer.confirm(position)

    # the hearer

    def began(self, utterance: Utterance) -> None:
        utterance.attended = self.attention.attends(utterance.start) or self._answer is not None
        if self._answer is None:
            self._show(lambda at: SpeechStarted(at=at))
        elif self._settings.barge_in:
            utterance.interrupts = True
            self._loudspeaker.pause()
            self._show(lambda at: SpeechStarted(at=at))
            self._show(lambda at: Paused(at=at))
        else:
            self.listener.drop()

    def partial(self, utterance: Utterance, stable: str, rest: str) -> None:
        question = self._question(utterance, utterance.understood)
        if question is None:
            return
        self._show(lambda at: Partial(at=at, stable=stable, rest=rest))
        if self._answer is None and self._speculation is None and self._answering:
            self._reading.read(question)

    def understood(self, utterance: Utterance, *, over: bool) -> None:
        if utterance.interrupts:
            self._judge(utterance, over=over)
        self._wake(utterance)
        if over:
            self._reading.stop()
        # Judging may have dropped it.
        if over and self.listener.utterance is utterance and not utterance.over:
            self._speculate(utterance)

    def went_on(self, utterance: Utterance) -> None:
        self._discard()
        self._unclear = None

    def settled(self, utterance: Utterance) -> None:
        result = utterance.result
        if result is None or isinstance(result, NoSpeech):
            self._drop(utterance)
            reason = result.reason if result is not None else "empty"
            if utterance.attended:
                self._show(lambda at: NothingSaid(at=at, reason=reason))
            return
        question = self._question(utterance, result.text.strip())
        if question is None:
            self._discard()
            if utterance.voiced_s > WAKE_S:
                self.listener.done_with(utterance)
            else:
                self._unclear, self._due_since = utterance, self.listener.position
            return
        if not question or is_stop(question, self._settings.stop_words):
            # Nothing is asked: it was only the wake phrase, or a word for silence.
            self._drop(utterance)
            self._show(lambda at: Final(at=at, text=result.text.strip(), language=result.language))
            if not question:
                self.attention.stay(self.listener.position)
            return
        if not self._answering:
            self._drop(utterance)
            self._show(lambda at: Final(at=at, text=question, language=result.language))
            return
        if self._speculation is None or self._speculation.question != question:
            self._discard()
            self._speculation = self._answers.begin(question, result.language, utterance.stages)
        self._show(lambda at: Thinking(at=at))
        self._due, self._due_since = utterance, self.listener.position
        if self._hurry or self._speculation.ready or utterance.reason == "limit":
            self._commit()

    def failed(self, utterance: Utterance, error: MynaError) -> None:
        self._discard()
        if utterance.interrupts:
            self._go_on()
        self._show(lambda at: Failed(at=at, error=error.info()))

    # speculation

    def _speculate(self, utterance: Utterance) -> None:
        """Begin the answer to what may be the whole question."""
        result = utterance.result
        if result is None or isinstance(result, NoSpeech) or self._answer is not None or not self._answering:
            return
        question = self._question(utterance, result.text.strip())
        if not question or is_stop(question, self._settings.stop_words):
            return
        self._discard()
        self._speculation = self._answers.begin(question, result.language, utterance.stages)

    def _ready(self, answer: Answer) -> None:
        """It could be heard now."""
        if answer is self._speculation:
            self._commit()

    def _commit(self) -> None:
        """Let the answer be heard and kept, if the person has finished."""
        answer, utterance = self._speculation, self._due
        if answer is None or utterance is None or utterance.result is None or isinstance(utterance.result, NoSpeech):
            return
        text, language = utterance.result.text.strip(), utterance.result.language
        self._answer, self._speculation, self._due = answer, None, None
        self.listener.done_with(utterance)
        self._show(lambda at: Final(at=at, text=text, language=language))
        answer.confirm(utterance.end)

    def _drop(self, utterance: Utterance) -> None:
        """Nothing comes of what was said."""
        self._discard()
        self.listener.done_with(utterance)

    def _discard(self) -> None:
        self._due = None
        if self._speculation is not None:
            self._speculation.discard()
            self._speculation = None

    def _ended(self, answer: Answer) -> None:
        if answer is self._answer:
            self._answer = None
            utterance = self.listener.utterance
            if utterance is not None and utterance.interrupts:
                utterance.interrupts = False
                self._loudspeaker.resume()
        if answer.confirmed and answer.finished is not None:
            self.attention.stay(self.listener.position)

    # barge-in

    def _judge(self, utterance: Utterance, *, over: bool) -> None:
        verdict = judge(
            utterance.understood,
            voiced_s=utterance.voiced_s,
            over=over,
            stop_words=self._settings.stop_words,
        )
        if verdict == "cancel":
            self._interrupt(utterance)
        elif verdict == "resume":
            self.listener.drop()
            self._go_on()

    def _interrupt(self, utterance: Utterance | None, heard_s: float | None = None) -> None:
        if utterance is not None:
            utterance.interrupts = False
        answer, self._answer = self._answer, None
        if answer is not None:
            heard = answer.stop(heard_s)
            # What is played from now on belongs to the next answer.
            self._loudspeaker.resume()
            self._show(lambda at: Interrupted(at=at, heard=heard))

    def _go_on(self) -> None:
        self._loudspeaker.resume()
        self._show(lambda at: Resumed(at=at))

    # the wake phrase

    def _question(self, utterance: Utterance, text: str) -> str | None:
        return self.attention.question(text, attended=utterance.attended)

    def _wake(self, utterance: Utterance) -> None:
        if (
            not utterance.attended
            and utterance.understood
            and self._question(utterance, utterance.understood) is not None
        ):
            utterance.attended = True
            self._show(lambda at: Awake(at=at))
