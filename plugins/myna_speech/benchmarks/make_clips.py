"""Makes the clips of the speech benchmark with the synthesizers' own calls.

    python make_clips.py VOICE.onnx TARGET.npz < sentences.json

Run as a script of its own; nothing of Myna is imported here, and nothing of Myna imports this. The target
holds `<variant>-<n>`, 16-bit samples at 16 kHz.

plain    Piper at its own speed
fast     Piper, a quarter faster
noisy    `plain` with white noise, 10 dB below the speech
espeak   espeak-ng, a synthesizer of another kind (formants); left out where it is not installed
"""

import io
import json
import shutil
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import soxr
from piper import PiperVoice, SynthesisConfig

RATE = 16_000
FAST = 0.8
"""Piper's length scale for a quarter faster."""
NOISE_DB = 10.0
ESPEAK = ("-v", "en-us", "-s", "160", "--stdout")


def resampled(samples: Any, rate: int) -> Any:
    floats = samples.astype(np.float32) / 32768
    return floats if rate == RATE else soxr.resample(floats, rate, RATE)


def piper(voice: Any, text: str, length_scale: float) -> Any:
    chunks = list(voice.synthesize(text, syn_config=SynthesisConfig(length_scale=length_scale)))
    samples = np.concatenate([np.frombuffer(chunk.audio_int16_bytes, "<i2") for chunk in chunks])
    return resampled(samples, chunks[0].sample_rate)


def espeak(program: str, text: str) -> Any:
    spoken = subprocess.run([program, *ESPEAK, text], check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        # The header of a stream does not know how long it is: all that there is.
        return resampled(np.frombuffer(file.readframes(1 << 28), "<i2"), file.getframerate())


def noisy(clean: Any, chance: np.random.Generator) -> Any:
    loudness = np.sqrt(np.mean(clean[np.abs(clean) > 0.01] ** 2))
    return clean + chance.normal(0, loudness * 10 ** (-NOISE_DB / 20), len(clean))


def main() -> None:
    model, target = sys.argv[1:]
    # A voice draws its rhythm and melody by chance: the same clips each time they are made.
    onnxruntime.set_seed(0)
    voice = PiperVoice.load(model)
    program = shutil.which("espeak-ng")
    chance = np.random.default_rng(3)
    clips: dict[str, Any] = {}
    for number, text in enumerate(json.load(sys.stdin)):
        plain = piper(voice, text, 1.0)
        made = {"plain": plain, "fast": piper(voice, text, FAST), "noisy": noisy(plain, chance)}
        if program:
            made["espeak"] = espeak(program, text)
        for variant, samples in made.items():
            clips[f"{variant}-{number}"] = (np.clip(samples, -1, 32767 / 32768) * 32768).astype("<i2")
    unfinished = Path(target).with_suffix(".part.npz")
    np.savez(unfinished, **clips)
    unfinished.replace(target)


if __name__ == "__main__":
    main()
