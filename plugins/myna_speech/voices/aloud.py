"""A text as it is spoken, for who has it spoken elsewhere: cut, read, and each part given to a voice."""

from __future__ import annotations

from myna.config import Settings
from myna.errors import ModelMissing
from myna.hookspecs import Utterance
from myna.paths import Paths

from .chunker import SpeechChunker
from .voice import Voice, choose, described, installed_voices


def utterances(text: str, language: str, voice: str, settings: Settings, paths: Paths) -> list[Utterance]:
    """As `myna_read_aloud` wants them. Parts that no voice can say are left out, unless that is all.

    Raises:
        ModelMissing: no voice can say any of it.
    """
    language = language or (settings.speech.languages[0] if settings.speech.languages else "en")
    chunker = SpeechChunker(language)
    voices = installed_voices(paths.models)
    preferred = described(settings.speech.voice, voices) if settings.speech.voice else None
    found: list[Utterance] = []
    missing: ModelMissing | None = None
    for clause in [*chunker.feed(text), *chunker.finish()]:
        if clause.spoken:
            try:
                name = voice or _name(clause.language, voices, preferred)
            except ModelMissing as error:
                missing = missing or error
            else:
                found.append(Utterance(clause.spoken, clause.language, name))
    if not found and missing is not None:
        raise missing
    return found


def _name(language: str, voices: list[Voice], preferred: Voice | None) -> str:
    return choose(language, voices, preferred).name
