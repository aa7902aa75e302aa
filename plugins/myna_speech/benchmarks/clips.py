"""The clips of the speech benchmark: made when they are first wanted, and kept in the cache."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from myna.audio import SAMPLE_BYTES, SPEECH_RATE
from myna.benchmarks.children import PATIENCE_S, running
from myna.errors import EngineError

from .sentences import SENTENCES

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.bench import BenchContext

VOICE = "piper-en-us-joe"
_HERE = Path(__file__).parent
MAKER = _HERE / "make_clips.py"
_PAUSES_S = (0.4, 1.0, 2.5)
"""Between the sentences of the long file, in turn."""


class Clips(msgspec.Struct, frozen=True):
    path: Path
    """An `.npz` file of 16-bit samples at `SPEECH_RATE`, by name."""
    sounds: dict[str, bytes]
    long_file: Path
    """All `plain` clips one after the other, with pauses."""

    @property
    def seconds(self) -> float:
        return sum(len(sound) for sound in self.sounds.values()) / SAMPLE_BYTES / SPEECH_RATE

    @property
    def long_seconds(self) -> float:
        with wave.open(str(self.long_file)) as file:
            return float(file.getnframes() / file.getframerate())

    def said(self, name: str) -> str:
        return SENTENCES[int(name.partition("-")[2])]


def script(path: Path, *arguments: object) -> list[str]:
    """The command line of a script beside this module."""
    return [sys.executable, "-P", str(path), *map(str, arguments)]


def environment() -> dict[str, str]:
    """Of the scripts: as workers have it."""
    return {**os.environ, "ORT_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"}


async def clips(bench: BenchContext, assistant: Assistant) -> Clips:
    """Make them where they are not in the cache yet.

    Raises:
        ModelMissing: the voice that speaks them is not installed.
        EngineError: a synthesizer failed.
    """
    voice = await assistant.resolve(VOICE, "synthesize")
    listing = json.dumps(SENTENCES).encode()
    key = hashlib.sha256(listing + MAKER.read_bytes() + voice.sha256.encode()).hexdigest()[:16]
    folder = bench.paths.cache / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"clips-{key}.npz"
    if not path.is_file():
        bench.note("  making the clips")
        await _make(script(MAKER, voice.files["model"], path), listing)
    sounds = await asyncio.to_thread(_read, path)
    if not any(name.startswith("espeak") for name in sounds):
        bench.note("  without the clips of espeak-ng, which is not installed")
    return Clips(path, sounds, _long_file(path.with_suffix(".wav"), sounds))


async def _make(command: list[str], listing: bytes) -> None:
    async with running(command, environment()) as process:
        try:
            async with asyncio.timeout(PATIENCE_S):
                _, said = await process.communicate(listing)
        except TimeoutError:
            raise EngineError(f"the clips were not made after {PATIENCE_S:g} s") from None
    if process.returncode:
        words = " ".join(said.decode("utf-8", "replace").split())[-400:]
        raise EngineError(f"the clips could not be made: {words}")


def _read(path: Path) -> dict[str, bytes]:
    import numpy as np

    with np.load(path) as file:
        found: dict[str, Any] = {name: file[name] for name in file.files}
    return {name: samples.astype("<i2").tobytes() for name, samples in found.items()}


def _long_file(path: Path, sounds: dict[str, bytes]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SPEECH_RATE)
        for number in range(len(SENTENCES)):
            pause = _PAUSES_S[number % len(_PAUSES_S)]
            file.writeframes(sounds[f"plain-{number}"] + bytes(SAMPLE_BYTES * round(pause * SPEECH_RATE)))
    return path
