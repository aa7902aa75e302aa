"""The spoken part of `myna demo`: a question made of sound is answered with sound."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from myna.audio import SPEECH_RATE, AudioChunk, silence
from myna.cli.terminal import printable
from myna.draft import AskOptions
from myna.engine.protocols import Sampling
from myna.engine.speech import SynthesizeRequest
from myna.errors import EngineError, from_info
from myna.voice_events import Final, Told, TurnDone

if TYPE_CHECKING:
    from rich.console import Console

    from myna.assistant import Assistant

QUESTION = "What is the capital of France?"


async def spoken(assistant: Assistant, console: Console) -> dict[str, float]:
    """Ask aloud, be answered aloud; both into WAV files. Returns milliseconds from the end of the question."""
    from .opening import devices, open_session

    folder = assistant.paths.cache / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / "answer.wav"
    told: list[Told] = []
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        question = Path(scratch) / "question.wav"
        await _say(assistant, question)
        settings = assistant.settings.speech
        microphone, loudspeaker = devices(settings, question, output)
        conversation = await assistant.conversation(record=False)
        options = AskOptions(sampling=Sampling(temperature=0), max_tokens=80)
        session = await open_session(
            assistant, conversation, settings, microphone, loudspeaker, show=told.append, options=options
        )
        await session.run()
    for event in told:
        if isinstance(event, Final):
            console.print(f"› {printable(event.text)}", style="cyan", markup=False, highlight=False)
    done = next((event for event in told if isinstance(event, TurnDone)), None)
    if done is None:
        raise EngineError("the spoken question was not understood")
    if done.error is not None:
        raise from_info(done.error)
    console.print(printable(done.text.strip()), markup=False, highlight=False)
    console.print(str(output), style="dim", markup=False, highlight=False)
    kept = ("voice_transcript", "voice_first_token", "voice_audio_played")
    return {stage: done.timings[stage] for stage in kept if stage in done.timings}


async def _say(assistant: Assistant, path: Path) -> None:
    """The question, spoken by the voice, with silence around it."""
    import wave

    from myna.audio import pcm
    from myna_speech.devices.resample import Resampler
    from myna_speech.voices.voice import Voices

    voice = await Voices(assistant).voice("en")
    pieces = [piece async for piece in voice.synthesize(SynthesizeRequest(QUESTION, "en"))]
    sound = AudioChunk(b"".join(piece.data for piece in pieces), pieces[0].rate)
    resampler = Resampler(sound.rate, SPEECH_RATE)
    import numpy as np

    samples = np.concatenate([resampler.feed(sound.floats()), resampler.finish()])
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SPEECH_RATE, 0, "NONE", ""))
        file.writeframes(silence(0.5) + pcm(samples) + silence(1.5))
