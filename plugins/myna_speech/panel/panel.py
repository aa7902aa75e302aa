"""What the page "Voice" and the microphone beside the question ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from myna.errors import ExtraMissing, MynaError, UsageError

from .choices import device_choices, device_chosen, voice_choices
from .equipment import Equipment, OwnEquipment
from .talk import Talk
from .told import Board
from .trial import Trial

if TYPE_CHECKING:
    from myna.panel import Desk

    from ..devices.listing import AudioDevice

SETTINGS = {
    "listen": "speech.listen",
    "barge_in": "speech.barge_in",
    "microphone": "speech.microphone",
    "loudspeaker": "speech.loudspeaker",
    "voice": "speech.voice",
    "speed": "speech.speed",
    "volume": "speech.volume",
    "talk_key": "desktop.talk_key",
}
"""What the page may change."""


class VoicePanel:
    """A `myna.panel.Panel`. Actions:

    - `begin`, `end`, `toggle`: the session; `press` and `release`: a held button, which begins one too
    - `mute` {on}; `silence`: end the answer that is being spoken
    - `look`: list devices and voices anew; `settings`: they were changed elsewhere
    - `set` {name, value}: change a setting, a name of `SETTINGS`
    - `try_microphone`; `try_voice` {text, language}; `stop`: end what is tried
    - `calm`: the error was read

    State: `session` (`closed`, `opening`, `open`), `floor` (`nobody`, `person`, `thinking`, `myna`), `held`, `muted`,
    `level` (0 to 1), `stable` and `rest` of the transcript, `remark` (`awake`, `nothing-said` or empty), `lost` (names
    of devices), `trouble` (`place`, `code`, `message`, `hint`), what `Trial` shows, the settings by their names, and
    `microphones`, `loudspeakers`, `voices` (see `choices.py`), `echo`, `looked`.
    """

    def __init__(self, desk: Desk, equipment: Equipment | None = None) -> None:
        self._desk = desk
        self._equipment = equipment or OwnEquipment(desk.assistant)
        self._board = Board(desk)
        self._trial = Trial(desk, self._board, self._equipment)
        self._talk = Talk(desk, self._board, self._equipment, self._trial.end)
        self._devices: list[AudioDevice] = []
        self._actions: dict[str, Callable[[Mapping[str, Any]], Awaitable[None] | None]] = {
            "begin": lambda values: self._talk.begin(),
            "end": lambda values: self._talk.end(),
            "toggle": self._toggle,
            "press": lambda values: self._talk.press(),
            "release": lambda values: self._talk.release(),
            "mute": lambda values: self._talk.mute(on=bool(values["on"])),
            "silence": lambda values: self._talk.silence(),
            "look": self._look,
            "settings": lambda values: self._show_settings(),
            "set": self._set,
            "try_microphone": self._try_microphone,
            "try_voice": self._try_voice,
            "stop": lambda values: self._trial.end(),
            "calm": lambda values: self._board.calm(),
        }

    async def open(self) -> None:
        self._board.show(
            session="closed",
            floor="nobody",
            held=False,
            muted=False,
            level=0.0,
            stable="",
            rest="",
            remark="",
            lost=[],
            trouble={},
            trial="",
            left=0,
            heard="",
            quiet=False,
            looked=False,
            microphones=[],
            loudspeakers=[],
            voices=[],
        )
        self._show_settings()

    async def close(self) -> None:
        await self._talk.end()
        await self._trial.end()

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action not in self._actions:
            raise UsageError(f"the page voice has no action {action!r}")
        done = self._actions[action](values)
        if done is not None:
            await done

    def _toggle(self, values: Mapping[str, Any]) -> Awaitable[None] | None:
        if self._talk.open:
            return self._talk.end()
        self._talk.begin()
        return None

    async def _try_microphone(self, values: Mapping[str, Any]) -> None:
        await self._talk.end()
        await self._trial.microphone()

    async def _try_voice(self, values: Mapping[str, Any]) -> None:
        await self._talk.end()
        await self._trial.voice(str(values["text"]), str(values["language"]))

    async def _set(self, values: Mapping[str, Any]) -> None:
        name = str(values["name"])
        if name not in SETTINGS:
            raise UsageError(f"the page voice does not change {name!r}")
        await self._desk.change(SETTINGS[name], str(values["value"]))
        self._show_settings()

    async def _look(self, values: Mapping[str, Any]) -> None:
        try:
            self._devices = await self._equipment.devices()
        except MynaError as error:
            self._devices = []
            # Without a device, voices can still be chosen.
            self._board.trouble("talk" if isinstance(error, ExtraMissing) else "microphone", error)
        voices = await asyncio.to_thread(self._equipment.voices)
        self._board.show(voices=voice_choices(voices, self._desk.settings.speech.voice), looked=True)
        self._show_settings()

    def _show_settings(self) -> None:
        speech, devices = self._desk.settings.speech, self._devices
        self._board.show(
            microphones=device_choices(devices, speech.microphone, "input"),
            loudspeakers=device_choices(devices, speech.loudspeaker, "output"),
            microphone=device_chosen(devices, speech.microphone, "input"),
            loudspeaker=device_chosen(devices, speech.loudspeaker, "output"),
            listen=speech.listen,
            barge_in=speech.barge_in,
            voice=speech.voice,
            speed=speech.speed,
            volume=speech.volume,
            talk_key=self._desk.settings.desktop.talk_key,
            wake_phrase=speech.wake_phrases[0] if speech.wake_phrases else "",
            echo=self._equipment.echo(speech),
        )
