"""What a client may choose of its session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from myna_serve.faults import bad

if TYPE_CHECKING:
    from myna.config import SpeechSettings

RATE = 24_000
"""Samples a second (Hz), both ways; OpenAI has no other for plain samples."""

LONGEST_INSTRUCTIONS = 32_768
"""Characters."""


class _Format(msgspec.Struct, frozen=True):
    type: Literal["audio/pcm"]
    rate: Literal[24000] = 24000


class _Detection(msgspec.Struct, frozen=True):
    type: Literal["server_vad", "semantic_vad"] = "server_vad"
    create_response: bool = True
    interrupt_response: bool = True


class _Transcription(msgspec.Struct, frozen=True):
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""


class _Input(msgspec.Struct, frozen=True):
    format: _Format | None = None
    turn_detection: _Detection | UnsetType | None = UNSET
    transcription: _Transcription | None = None


class _Output(msgspec.Struct, frozen=True):
    format: _Format | None = None
    voice: str | dict[Literal["id"], str] | None = None
    speed: Annotated[float, msgspec.Meta(ge=0.25, le=1.5)] | None = None


class _Audio(msgspec.Struct, frozen=True):
    input: _Input = _Input()
    output: _Output = _Output()


class _Session(msgspec.Struct, frozen=True):
    type: Literal["realtime"] = "realtime"
    instructions: Annotated[str, msgspec.Meta(max_length=LONGEST_INSTRUCTIONS)] | None = None
    output_modalities: tuple[Literal["audio"], ...] = ("audio",)
    max_output_tokens: Annotated[int, msgspec.Meta(ge=1, le=4096)] | Literal["inf"] | None = None
    audio: _Audio = _Audio()
    tools: tuple[Any, ...] = ()


class Chosen(msgspec.Struct, frozen=True):
    """How a session is."""

    instructions: str | None = None
    """None: the configured ones."""
    voice: str = ""
    speed: float = 1.0
    language: str = ""
    max_tokens: int = 0
    by_hand: bool = False
    """The client says where what is said begins and ends."""
    answers: bool = True
    """What was said is answered without being asked for."""
    interrupts: bool = True

    def updated(self, session: dict[str, Any]) -> Chosen:
        """With what an update says. Raises `Fault`: it wants what is not possible here."""
        try:
            new = msgspec.convert(session, _Session)
        except (msgspec.ValidationError, RecursionError) as error:
            raise bad(f"session: {str(error)[:200]}", "session", "invalid_value") from None
        if new.tools:
            raise bad("session.tools: tools are not called here", "session.tools", "unsupported_tools")
        heard, spoken = new.audio.input, new.audio.output
        changes: dict[str, Any] = {}
        if new.instructions is not None:
            changes["instructions"] = new.instructions
        if new.max_output_tokens is not None:
            changes["max_tokens"] = 0 if isinstance(new.max_output_tokens, str) else new.max_output_tokens
        if spoken.voice is not None:
            changes["voice"] = spoken.voice if isinstance(spoken.voice, str) else spoken.voice.get("id", "")
        if spoken.speed is not None:
            changes["speed"] = spoken.speed
        if heard.transcription is not None:
            changes["language"] = heard.transcription.language
        detection = heard.turn_detection
        if detection is None:
            changes |= {"by_hand": True, "answers": False}
        elif not isinstance(detection, UnsetType):
            changes |= {
                "by_hand": False,
                "answers": detection.create_response,
                "interrupts": detection.interrupt_response,
            }
        return msgspec.structs.replace(self, **changes)

    def speech(self, settings: SpeechSettings) -> SpeechSettings:
        """As a session by voice takes it."""
        return msgspec.structs.replace(
            settings,
            listen="push-to-talk" if self.by_hand else "open",
            wake_model="",
            wake_phrases=(),
            voice=self.voice or settings.voice,
            speed=self.speed * settings.speed,
            languages=(self.language,) if self.language else settings.languages,
            barge_in=self.interrupts,
        )

    def shown(self, session_id: str, model: str) -> dict[str, Any]:
        """As its client sees it."""
        plain = {"type": "audio/pcm", "rate": RATE}
        detection = {
            "type": "server_vad",
            "create_response": self.answers,
            "interrupt_response": self.interrupts,
        }
        return {
            "id": session_id,
            "object": "realtime.session",
            "type": "realtime",
            "model": model,
            "output_modalities": ["audio"],
            "instructions": self.instructions or "",
            "max_output_tokens": self.max_tokens or "inf",
            "tools": [],
            "tool_choice": "none",
            "audio": {
                "input": {
                    "format": plain,
                    "turn_detection": None if self.by_hand else detection,
                    "transcription": {"language": self.language} if self.language else {},
                },
                "output": {"format": plain, "voice": self.voice or "default", "speed": self.speed},
            },
        }
