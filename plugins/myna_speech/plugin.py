"""What speech adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from myna.bench import BenchInfo
from myna.config import Settings
from myna.doctor import Finding
from myna.engine.protocols import EngineInfo, Task
from myna.hookspecs import (
    ChatCommand,
    CommandInfo,
    DemoStep,
    PanelInfo,
    ResolvedModel,
    Utterance,
    VoiceCall,
    VoiceTalk,
    hookimpl,
)

MYNA_NEEDS = ("microphone", "files", "network")

WHISPER = "myna_speech.recognition.worker.whisper:WhisperEngine"
WAKE_WORD = "myna_speech.recognition.worker.wake_word:WakeWordEngine"
EARS = "myna_speech.recognition.worker.ears:EarsEngine"
ENCODER = "myna_speech.voices.worker.encoder:EncoderEngine"
PANEL = Path(__file__).parent / "panel"


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return (
        EngineInfo("whisper", ("transcribe",), (".ct2",), WHISPER, extra="speech"),
        EngineInfo("ears", ("voice-activity", "turn-end"), (".onnx",), EARS, extra="speech"),
        EngineInfo("piper", ("synthesize",), (".onnx",), "myna_speech.voices.worker.piper:PiperEngine", extra="speech"),
        EngineInfo("espeak-ng", ("synthesize",), ("espeak-ng",), "myna_speech.voices.worker.espeak:EspeakEngine"),
        EngineInfo("sound-encoder", ("encode",), ("sound",), ENCODER, extra="speech"),
        EngineInfo("wake-word", ("wake-word",), (".onnx",), WAKE_WORD, extra="speech"),
    )


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (
        CommandInfo(
            "transcribe", "Turn the speech in a sound file into text", "myna_speech.recognition.command:transcribe"
        ),
        CommandInfo("say", "Speak a text, aloud or into a WAV file", "myna_speech.voices.say:say"),
        CommandInfo("talk", "Talk by voice", "myna_speech.session.talk:talk"),
        CommandInfo("wyoming", "Serve Home Assistant by the Wyoming protocol", "myna_speech.wyoming.command:wyoming"),
    )


@hookimpl
def myna_register_chat_commands() -> Sequence[ChatCommand]:
    return (ChatCommand("voice", "", "Speak and listen", "myna_speech.session.slash:voice"),)


@hookimpl
def myna_register_panels() -> Sequence[PanelInfo]:
    return (
        PanelInfo(
            "voice",
            "Voice",
            str(PANEL / "VoicePage.qml"),
            "myna_speech.panel.panel:VoicePanel",
            icon="microphone",
            order=110,
            translations=str(PANEL / "i18n"),
        ),
    )


@hookimpl
def myna_register_demo_steps() -> Sequence[DemoStep]:
    return (DemoStep("A spoken question, answered aloud", 200, "myna_speech.session.demo:spoken"),)


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return (
        BenchInfo(
            "speech",
            "Speech to text beside faster-whisper, and voices beside piper",
            "myna_speech.benchmarks.speech:run",
        ),
    )


@hookimpl(tryfirst=True)
def myna_resolve_model(name: str, task: Task, settings: Settings) -> ResolvedModel | None:
    if task == "transcribe":
        from myna.paths import Paths

        from .recognition.models import resolve_transcriber

        return resolve_transcriber(name, settings, Paths.find())
    if task == "synthesize" and name == "espeak-ng":
        from .voices.voice import resolve_espeak

        return resolve_espeak(name)
    if task == "encode" and not name:
        return ResolvedModel(name="sound-encoder", task="encode", format="sound", files={})
    return None


@hookimpl
def myna_read_aloud(text: str, language: str, voice: str, settings: Settings) -> Sequence[Utterance]:
    from myna.paths import Paths

    from .voices.aloud import utterances

    return utterances(text, language, voice, settings, Paths.find())


@hookimpl
async def myna_open_voice(call: VoiceCall) -> VoiceTalk:
    from .session.calling import open_call

    return await open_call(call)


@hookimpl
def myna_check_health(settings: Settings) -> Sequence[Finding]:
    from .devices.health import check_devices

    return check_devices(settings.speech)
