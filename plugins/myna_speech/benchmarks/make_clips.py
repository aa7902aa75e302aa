"""Makes the clips of the speech benchmark with the synthesizers' own calls.

    python make_clips.py VOICE.onnx TARGET.npz SENTENCES.json

Run as a script of its own; nothing of Myna is imported here, and nothing of Myna imports this. The target
holds `<variant>-<n>`, 16-bit samples at 16 kHz.

plain    Piper at its own speed
fast     Piper, a quarter faster
noisy    `plain` with white noise, 10 dB below the speech
espeak   espeak-ng, a synthesizer of another kind (formants)
"""

import io
import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import soxr
from piper import PiperVoice, SynthesisConfig

RATE = 16_000
FAST = 0.8
"""Piper's length scale for a quarter faster."""
NOISE_DB = 10.0
ESPEAK = ["espeak-ng", "-v", "en-us", "-s", "160", "--stdout"]


def resampled(samples, rate):
    return soxr.resample(samples.astype(np.float32) / 32768, rate, RATE) if rate != RATE else samples / 32768


def piper(voice, text, length_scale):
    chunks = list(voice.synthesize(text, syn_config=SynthesisConfig(length_scale=length_scale)))
    samples = np.concatenate([np.frombuffer(chunk.audio_int16_bytes, "<i2") for chunk in chunks])
    return resampled(samples, chunks[0].sample_rate)


def espeak(text):
    spoken = subprocess.run([*ESPEAK, text], check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:  # the length in the header of a stream is not to be trusted
        return resampled(np.frombuffer(file.readframes(1 << 30), "<i2"), file.getframerate())


def noisy(clean, rng):
    loudness = np.sqrt(np.mean(clean[np.abs(clean) > 0.01] ** 2))
    return clean + rng.normal(0, loudness * 10 ** (-NOISE_DB / 20), len(clean))


def main():
    model, target, listing = sys.argv[1:]
    sentences = json.loads(Path(listing).read_text(encoding="utf-8"))
    voice = PiperVoice.load(model)
    rng = np.random.default_rng(3)
    clips = {}
    for number, text in enumerate(sentences):
        plain = piper(voice, text, 1.0)
        made = {"plain": plain, "fast": piper(voice, text, FAST), "noisy": noisy(plain, rng), "espeak": espeak(text)}
        for variant, samples in made.items():
            clips[f"{variant}-{number}"] = (np.clip(samples, -1, 32767 / 32768) * 32768).astype("<i2")
    unfinished = Path(target).with_suffix(".part.npz")
    np.savez(unfinished, **clips)
    unfinished.replace(target)


if __name__ == "__main__":
    main()
