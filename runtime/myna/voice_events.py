"""What a conversation by voice tells whoever shows it. `at` is audio time: seconds of the microphone's stream."""

from __future__ import annotations

from typing import Literal

import msgspec

from .errors import ErrorInfo
from .events import Usage


class SessionEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    at: float


class Listening(SessionEvent, frozen=True, tag="listening"):
    """Ready for somebody to speak."""

    mode: Literal["open", "wake", "push-to-talk"]


class Awake(SessionEvent, frozen=True, tag="awake"):
    """The wake phrase was heard: what is said next counts."""


class SpeechStarted(SessionEvent, frozen=True, tag="speech-started"):
    """Somebody speaks."""


class Partial(SessionEvent, frozen=True, tag="partial"):
    """What was understood so far, while the person speaks."""

    stable: str
    """Will not change any more."""
    rest: str
    """May still change."""


class Final(SessionEvent, frozen=True, tag="final"):
    """What was said, meant for Myna, and certain: the answer begins."""

    text: str
    language: str


class NothingSaid(SessionEvent, frozen=True, tag="nothing-said"):
    """There was a voice or a noise, but no words."""

    reason: str
    """As in `NoSpeech`."""


class Thinking(SessionEvent, frozen=True, tag="thinking"):
    """The person has finished, and nothing of the answer is heard yet. Who goes on now is listened to."""


class AnswerText(SessionEvent, frozen=True, tag="answer"):
    """More of the answer, as text; it is heard later."""

    text: str


class Speaking(SessionEvent, frozen=True, tag="speaking"):
    """The first sound of the answer has left the loudspeaker."""


class Paused(SessionEvent, frozen=True, tag="paused"):
    """Somebody speaks while the answer does: it falls silent until it is clear what was meant."""


class Resumed(SessionEvent, frozen=True, tag="resumed"):
    """It was a cough, a noise or an "uh-huh": the answer goes on."""


class Interrupted(SessionEvent, frozen=True, tag="interrupted"):
    """The answer was cut short."""

    heard: str
    """What of it was heard, and is kept."""


class Spoken(SessionEvent, frozen=True, tag="spoken"):
    """All of the answer was handed to the loudspeaker; it is heard later."""

    error: ErrorInfo | None = None
    """What the answer broke off with."""


class DeviceChanged(SessionEvent, frozen=True, tag="device"):
    kind: Literal["lost", "found"]
    name: str


class Failed(SessionEvent, frozen=True, tag="failed"):
    """Something that was needed did not work; the session goes on."""

    error: ErrorInfo


class TurnDone(SessionEvent, frozen=True, tag="turn-done"):
    """A turn has ended: its answer was heard, or cut short, or there was none."""

    question: str
    text: str
    reason: str
    """As in `TurnFinished`."""
    timings: dict[str, float]
    error: ErrorInfo | None = None
    usage: Usage = Usage()


Told = (
    Listening
    | Awake
    | SpeechStarted
    | Partial
    | Final
    | NothingSaid
    | Thinking
    | AnswerText
    | Speaking
    | Spoken
    | Paused
    | Resumed
    | Interrupted
    | DeviceChanged
    | Failed
    | TurnDone
)
