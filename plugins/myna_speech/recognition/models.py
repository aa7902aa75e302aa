"""Which speech-to-text model is used: the one that was named, or the best that is installed for the languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from myna.errors import ModelMissing

from .tags import whisper_language, whisper_languages

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.config import Settings
    from myna.engine.speech_clients import TranscriberClient
    from myna.hookspecs import ResolvedModel
    from myna.paths import Paths
    from myna_models.installed import Installed, Store

ENGLISH_MODEL = "whisper-tiny-en"
MULTILINGUAL_MODEL = "whisper-base"
"""Both travel on the package index, so that they can be pulled where no model hub can be reached."""
_ALL = "*"
"""In the languages of a model: those that are named, and many more."""


async def transcriber_for(assistant: Assistant, language: str = "", name: str = "") -> TranscriberClient:
    """The model called `name`; without a name, the one of the settings, or the best installed for `language`.

    `language` is a BCP 47 tag; empty: all of the languages in the settings.

    Raises:
        ModelMissing: none that knows the language is installed.
    """
    if not (name or assistant.settings.speech.transcriber) and language:
        from myna_models.installed import Store

        name = choose(_installed(Store(assistant.paths.models)), (language,), strict=True).id
    return await assistant.transcriber(name)


def resolve_transcriber(name: str, settings: Settings, paths: Paths) -> ResolvedModel | None:
    """What `myna_resolve_model` answers for the task `transcribe`; None for a name that is not known here.

    Raises:
        ModelMissing: nothing is installed that could be chosen without a name.
        BadModelFile: a file was given by path and is no model.
    """
    from myna_models.installed import Store
    from myna_models.resolve import resolve

    store = Store(paths.models)
    name = name or settings.speech.transcriber
    if not name:
        name = choose(_installed(store), settings.speech.languages).id
    elif store.get(name) is None and not ("/" in name or "\\" in name):
        return None
    model = resolve(name, "transcribe", settings, paths)
    options = {"threads": settings.engine.threads, "voice_model": _voice_model(store), **model.options}
    return msgspec.structs.replace(model, options=options)


def choose(installed: Sequence[Installed], languages: Sequence[str], *, strict: bool = False) -> Installed:
    """The model for speech in `languages` among those that are installed.

    One that was made for English alone where only English is spoken, for it errs less; else the largest that fits
    the memory and knows all languages. Where none does: one that knows any, but not when `strict`.

    Raises:
        ModelMissing: there is none.
    """
    wanted = whisper_languages(languages)
    knowing = [model for model in installed if wanted and wanted <= _known(model, wanted)]
    if wanted == {"en"}:
        knowing = [model for model in knowing if set(model.languages) == {"en"}] or knowing
    if not knowing and not strict:
        knowing = [model for model in installed if not wanted or _known(model, wanted)]
    if knowing:
        return _largest(knowing)
    pull = f"myna models pull {ENGLISH_MODEL if wanted == {'en'} else MULTILINGUAL_MODEL}"
    if not installed:
        raise ModelMissing("no model for speech to text is installed", hint=pull)
    names = ", ".join(languages)
    raise ModelMissing(f"no model for speech to text that knows the language {names} is installed", hint=pull)


def _known(model: Installed, wanted: frozenset[str]) -> frozenset[str]:
    """Those of `wanted` that `model` knows."""
    if not model.languages or _ALL in model.languages:
        return wanted
    return wanted & {whisper_language(tag) for tag in model.languages}


def _largest(models: Sequence[Installed]) -> Installed:
    """The one with most parameters of those that fit the memory; failing that, the smallest."""
    if len(models) > 1:
        from myna.engine.memory import available_memory

        # Weights stay 8 bits a parameter in memory; half as much again is room for a window and its states.
        free = available_memory()
        fitting = [model for model in models if model.parameters * 1.5 < free]
        models = fitting or [min(models, key=lambda model: model.parameters)]
    return max(models, key=lambda model: (model.parameters, model.size, model.id))


def _installed(store: Store) -> list[Installed]:
    return [model for model in store.load()[0] if model.task == "transcribe"]


def _voice_model(store: Store) -> str:
    """The path of an installed model for voice activity; empty where there is none."""
    for model in store.load()[0]:
        if model.task == "voice-activity" and model.format == ".onnx" and (file := model.file("model")):
            path = store.path(model.id, file)
            if path.is_file():
                return str(path)
    return ""
