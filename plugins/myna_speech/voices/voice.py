"""Which voice speaks a language here: the one that was set, an installed one, espeak-ng, or a hint how to get one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.errors import BadModelFile, ModelMissing
from myna.hookspecs import ResolvedModel

from .script import PULLS, language_name, primary, pull_hint
from .voice_file import read_voice_file

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.engine.speech_clients import SynthesizerClient

ESPEAK = "espeak-ng"
"""Name of the engine, of the program, and of the voice that is made of them."""


class Voice(msgspec.Struct, frozen=True):
    """A voice that can be asked for by its name."""

    name: str
    languages: tuple[str, ...] = ()
    """Primary BCP 47 tags; empty: every language."""

    def speaks(self, language: str) -> bool:
        return not self.languages or primary(language) in self.languages


def installed_voices(models: Path) -> list[Voice]:
    """The voices in the folder `models`, then espeak-ng where the program is installed. Reads small files."""
    from myna_models.installed import Store

    found = [
        Voice(model.id, tuple(primary(language) for language in model.languages))
        for model in Store(models).load()[0]
        if model.task == "synthesize"
    ]
    return [*found, *([Voice(ESPEAK)] if shutil.which(ESPEAK) else [])]


def choose(language: str, voices: Sequence[Voice], preferred: Voice | None = None) -> Voice:
    """The voice for `language`: `preferred` if it speaks that, else one of `voices`, Piper before espeak-ng.

    Raises:
        ModelMissing: none speaks it.
    """
    if preferred is not None and preferred.speaks(language):
        return preferred
    fitting = [voice for voice in voices if voice.speaks(language)]
    if not fitting:
        raise ModelMissing(f"no voice for {language_name(language)} is installed", hint=pull_hint(language))
    # The one that is recommended, then the others by name; one for every language is the last resort.
    first = PULLS.get(primary(language), "")
    return min(fitting, key=lambda voice: (not voice.languages, voice.name != first, voice.name))


class Voices:
    """The voices of one assistant, by language. A choice is kept for as long as this is."""

    def __init__(self, assistant: Assistant, preferred: str = "", *, only: bool = False) -> None:
        """`preferred`: catalog name or path; empty: what `speech.voice` says. `only`: it speaks every language."""
        self._assistant = assistant
        self._preferred = preferred or assistant.settings.speech.voice
        self._only = only
        self._names: dict[str, str] = {}

    async def language(self) -> str:
        """The language of the preferred voice; "" when there is none, or it speaks several."""
        if not self._preferred:
            return ""
        voice = await asyncio.to_thread(self._described)
        return voice.languages[0] if len(voice.languages) == 1 else ""

    async def name(self, language: str) -> str:
        """What the voice for `language` (BCP 47) is called.

        Raises:
            ModelMissing: there is none.
        """
        language = language or "en"
        if language not in self._names:
            self._names[language] = await asyncio.to_thread(self._choose, language)
        return self._names[language]

    async def voice(self, language: str) -> SynthesizerClient:
        """The voice for `language`, in its worker; loaded when it is first used.

        Raises:
            ModelMissing: there is none, or the one that was set is not installed.
        """
        return await self._assistant.synthesizer(await self.name(language))

    def _choose(self, language: str) -> str:
        if self._only:
            return self._preferred
        preferred = self._described() if self._preferred else None
        return choose(language, installed_voices(self._assistant.paths.models), preferred).name

    def _described(self) -> Voice:
        """The preferred voice, with its language where that can be known."""
        return described(self._preferred, installed_voices(self._assistant.paths.models))


async def voice_for(assistant: Assistant, language: str) -> SynthesizerClient:
    """The voice for `language`, as `Voices` chooses it."""
    return await Voices(assistant).voice(language)


def described(name: str, voices: Sequence[Voice]) -> Voice:
    """The voice that somebody named, with its language where that can be known."""
    known = next((voice for voice in voices if voice.name == name), None)
    if known is not None:
        return known
    path = Path(name).expanduser()
    if path.is_file():
        try:
            return Voice(name, (primary(read_voice_file({"model": str(path)}).language),))
        except BadModelFile:
            # Its worker says what is wrong with it.
            return Voice(name)
    return Voice(name)


def resolve_espeak(name: str) -> ResolvedModel | None:
    """espeak-ng as a model, if that is what `name` means.

    Raises:
        ModelMissing: it is, and the program is not installed.
    """
    if name != ESPEAK:
        return None
    program = shutil.which(ESPEAK)
    if program is None:
        raise ModelMissing("the program espeak-ng is not installed", hint="apt-get install espeak-ng")
    return ResolvedModel(name=ESPEAK, task="synthesize", format=ESPEAK, files={}, options={"program": program})
