"""What speech adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.engine.protocols import EngineInfo
from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("microphone", "files")

WHISPER = "myna_speech.recognition.worker.whisper:WhisperEngine"
EARS = "myna_speech.recognition.worker.ears:EarsEngine"


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return (
        EngineInfo("whisper", ("transcribe",), (".ct2",), WHISPER, extra="speech"),
        EngineInfo("ears", ("voice-activity", "turn-end"), (".onnx",), EARS, extra="speech"),
    )


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return ()
