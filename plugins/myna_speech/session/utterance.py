"""One thing that somebody says, from its first sound to what is made of it."""

from __future__ import annotations

import asyncio
from typing import Literal, Protocol

from myna.engine.speech import NoSpeech, Transcript

from .timings import Stages


class Agreement(Protocol):
    """Makes partial transcripts stable."""

    def feed(self, words: list[str]) -> tuple[str, str]:
        """(text that will not change, the rest) after another pass."""
        ...


class Utterance:
    def __init__(self, start: int, stages: Stages, agreement: Agreement) -> None:
        self.start = start
        """Position of the first sample that is transcribed, pre-roll included."""
        self.end = start
        """Where speech was last heard."""
        self.stages = stages
        self.agreement = agreement
        self.attended = False
        """Meant for Myna, wake phrase or not."""
        self.interrupts = False
        """An answer is paused because of it, and it is open what it means."""
        self.over = False
        """The person has finished."""
        self.reason: Literal["finished", "text", "silence", "limit", "released", "input-ended"] | None = None
        self.result: Transcript | NoSpeech | None = None
        """Of everything up to the present pause; None while the person speaks or it is being made."""
        self.voiced_s = 0.0
        """Seconds with a voice."""
        self.read = False
        """A pass was made; `understood` says what it heard."""
        self.understood = ""
        """What the newest pass heard, partial or not."""
        self.passes = 0
        """Passes of the transcriber that were begun; a result counts only from the newest."""
        self.work: asyncio.Task[None] | None = None
        """The pass that runs."""
        self.partial_work = False
        """It is for a partial transcript."""
        self.next_partial = 0
        """Position from which on another partial pass is worth its time."""

    def cancel_work(self) -> None:
        """What runs is stale."""
        self.passes += 1
        self.result = None
        if self.work is not None:
            self.work.cancel()
            self.work = None
