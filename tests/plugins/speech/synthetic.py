"""Sounds that are the same every time: something like a voice, and a room."""

from __future__ import annotations

import numpy as np


def voice(seconds: float, rate: int, pitch: float = 120, seed: int = 1) -> np.ndarray:
    """Harmonics of a gliding pitch in syllables and pauses, with hisses between; at most 0.3."""
    noise = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    glide = pitch * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * time) + 0.05 * np.sin(2 * np.pi * 2.3 * time))
    phase = 2 * np.pi * np.cumsum(glide) / rate
    hum = sum(np.sin(number * phase) / number**0.7 for number in range(1, 28))
    syllables = np.clip(np.sin(2 * np.pi * 2.1 * time) + 0.3, 0, 1) * (np.sin(2 * np.pi * 0.21 * time) > -0.6)
    hiss = 0.3 * noise.standard_normal(len(time)) * np.clip(np.sin(2 * np.pi * 3.3 * time + 1), 0, 1) ** 4
    spoken = hum * syllables + hiss
    return 0.3 * spoken / np.abs(spoken).max()


def room(sound: np.ndarray, rate: int, *, delay: float = 0.012, decay: float = 0.08, seed: int = 2) -> np.ndarray:
    """`sound` as a microphone hears it from a loudspeaker, half as loud: by the straight way after `delay`, then by
    echoes that fall by 60 dB in about 0.2 s."""
    noise = np.random.default_rng(seed)
    count = round(0.25 * rate)
    answer = 0.1 * noise.standard_normal(count) * np.exp(-3 * np.arange(count) / rate / decay)
    answer[0] = 0.6
    answer /= np.linalg.norm(answer)
    size = len(sound) + count
    heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(answer, size), size)[: len(sound)] * 0.5
    return np.concatenate([np.zeros(round(delay * rate)), heard])[: len(sound)]


def decibels(samples: np.ndarray) -> float:
    """Mean power, full scale being 0 dB."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-12))
