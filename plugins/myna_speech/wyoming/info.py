"""What Myna offers to a client, told from what is installed: nothing is loaded for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from myna import __version__

if TYPE_CHECKING:
    from wyoming.info import Attribution, Info

    from myna.config import Settings

ANY_LANGUAGE = "*"
"""In the languages of a catalog entry: those that are named, and many more."""


def describe(models: Path, settings: Settings) -> Info:
    """Programs and models in the folder `models`. Reads small files."""
    from wyoming import info

    from myna_models.installed import Store
    from myna_speech.voices.voice import installed_voices

    spoken = list(settings.speech.languages) or ["en"]
    by = info.Attribution("Myna", "")
    heard = [
        info.AsrModel(
            name=model.id,
            attribution=by,
            installed=True,
            description=model.name,
            version=None,
            languages=_known(model.languages, spoken),
        )
        for model in Store(models).load()[0]
        if model.task == "transcribe"
    ]
    voices = [
        info.TtsVoice(
            name=voice.name,
            attribution=by,
            installed=True,
            description=voice.name,
            version=None,
            languages=list(voice.languages) or spoken,
        )
        for voice in installed_voices(models)
    ]
    answers = [
        info.HandleModel(
            name="myna", attribution=by, installed=True, description="Myna", version=__version__, languages=spoken
        )
    ]
    return info.Info(
        asr=[info.AsrProgram(models=heard, supports_transcript_streaming=True, **_program(by, "Speech to text"))],
        tts=[info.TtsProgram(voices=voices, supports_synthesize_streaming=True, **_program(by, "Text to speech"))],
        handle=[info.HandleProgram(models=answers, supports_handled_streaming=True, **_program(by, "Conversation"))],
    )


def _program(by: Attribution, description: str) -> dict[str, object]:
    return {
        "name": "myna",
        "attribution": by,
        "installed": True,
        "description": description,
        "version": __version__,
    }


def _known(languages: tuple[str, ...], spoken: list[str]) -> list[str]:
    named = [language for language in languages if language != ANY_LANGUAGE]
    more = spoken if ANY_LANGUAGE in languages or not languages else []
    return list(dict.fromkeys([*named, *more]))
