"""What speech adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.bench import BenchInfo
from myna.config import Settings
from myna.engine.protocols import EngineInfo, Task
from myna.hookspecs import CommandInfo, ResolvedModel, hookimpl

MYNA_NEEDS = ("microphone", "files")


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return (
        EngineInfo("piper", ("synthesize",), (".onnx",), "myna_speech.voices.worker.piper:PiperEngine", extra="speech"),
        EngineInfo("espeak-ng", ("synthesize",), ("espeak-ng",), "myna_speech.voices.worker.espeak:EspeakEngine"),
    )


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("say", "Speak a text, aloud or into a WAV file", "myna_speech.voices.say:say"),)


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return (
        BenchInfo(
            "speech",
            "Speech to text beside faster-whisper, and voices beside piper",
            "myna_speech.benchmarks.speech:run",
        ),
    )


@hookimpl
def myna_resolve_model(name: str, task: Task, settings: Settings) -> ResolvedModel | None:
    del settings
    if task != "synthesize" or name != "espeak-ng":
        return None
    from .voices.voice import resolve_espeak

    return resolve_espeak(name)
