"""Piper voices on ONNX Runtime. Imported in the worker alone: piper-tts is GPL, and slow to import."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec
import numpy as np
import onnxruntime
from piper.config import PiperConfig
from piper.voice import PiperVoice

from myna.audio import pcm
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.speech import Speech, SynthesizeRequest

from ..manner import check_manner, items
from ..voice_file import read_voice_file
from .loudness import Loudness
from .pieces import cleaned, pieces
from .vits import Array, Samples, Vits

LONGEST_RUN = 240
"""Phonemes that get one melody: about 12 s. Their latents cannot be cancelled, and take about 0.2 s on two cores;
nearly all sentences are shorter."""

QUIET = 0.02
"""Of full scale. A voice is below it before its first sound (Joe: for 40 to 60 ms)."""

LEAD_S = 0.01
"""Seconds of that silence that are kept, so that no consonant is cut."""

SEED = 0
"""Of the chance in a voice; any would do."""

MOST_THREADS = 4
"""That are taken unasked: a voice makes sentences, too little work for more."""


class PiperOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`EngineSpec.options` of a voice."""

    threads: int = 0
    """0: the processors that this process may use, up to `MOST_THREADS`."""


class PiperEngine(SerialEngine):
    """Speaks with one voice; files by role: `model`, `config`."""

    operations: ClassVar = {"synthesize": SynthesizeRequest}

    def __init__(self, spec: EngineSpec) -> None:
        """Raises `BadModelFile` for files that are no Piper voice."""
        options = msgspec.convert(spec.options, PiperOptions)
        self._name = spec.name
        self._file = read_voice_file(spec.files)
        self._vits = Vits(spec.files["model"], self._file.rate, _opener(options))
        self._voice = PiperVoice(session=self._vits.encoder, config=PiperConfig.from_dict(self._file.raw))
        # The first run allocates buffers, which whoever asks first should not wait for. It also tells how loud the
        # voice is.
        warm = [self._sound(phonemes, self._file.default_speaker, 1.0) for phonemes in self._voice.phonemize("a.")]
        self._peak = max((float(np.max(np.abs(samples))) for sound in warm for samples in sound), default=0.0)
        details = {"language": self._file.language, "rate": str(self._file.rate)}
        if self._file.speaker_count > 1:
            details["speakers"] = ", ".join(self._file.speakers) or str(self._file.speaker_count)
        super().__init__(
            ModelInfo(
                f"Piper voice {self._file.language}, {self._file.rate:,} Hz",
                weights_bytes=Path(spec.files["model"]).stat().st_size,
                details=details,
            )
        )

    def run(self, operation: str, body: SynthesizeRequest) -> Iterator[Speech | None]:
        del operation
        check_manner(body)
        speaker = self._file.speaker(body.speaker, self._name)
        scale = self._file.length_scale / body.speed
        loudness = Loudness(self._peak)
        begun = False
        for piece in pieces(cleaned(body.text, self._name, self._file.language)):
            for sentence in self._voice.phonemize(piece):
                for phonemes in runs(sentence):
                    yield None
                    for samples in self._sound(phonemes, speaker, scale):
                        made = loudness.scaled(samples)
                        if not begun:
                            made = _without_lead(made, self._file.rate)
                        begun = begun or len(made) > 0
                        yield from items(pcm(made * np.float32(body.volume)), self._file.rate)
                        yield None

    def _sound(self, phonemes: list[str], speaker: int, length_scale: float) -> Iterator[Samples]:
        """Stretches of shape (samples,), as loud as the voice makes them."""
        ids = self._voice.phonemes_to_ids(phonemes)
        feed: dict[str, Array] = {
            "input": np.array([ids], dtype=np.int64),
            "input_lengths": np.array([len(ids)], dtype=np.int64),
            "scales": np.array([self._file.noise_scale, length_scale, self._file.noise_w], dtype=np.float32),
        }
        if self._file.speaker_count > 1:
            feed["sid"] = np.array([speaker], dtype=np.int64)
        return self._vits.sound(feed)


def runs(phonemes: Sequence[str]) -> Iterator[list[str]]:
    """The phonemes of a sentence in runs of at most `LONGEST_RUN`, cut between clauses or words where there are any."""
    at = 0
    while at < len(phonemes):
        end = min(at + LONGEST_RUN, len(phonemes))
        if end < len(phonemes):
            later = range(end - 1, at + LONGEST_RUN // 2, -1)
            ends = (place + 1 for bounds in (",:;", " ") for place in later if phonemes[place] in bounds)
            end = next(ends, end)
        yield list(phonemes[at:end])
        at = end


def _opener(options: PiperOptions) -> Callable[[str | bytes], onnxruntime.InferenceSession]:
    # A voice draws its rhythm and melody by chance; this way it sounds the same after every start.
    onnxruntime.set_seed(SEED)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads or _threads()
    settings.inter_op_num_threads = 1
    # A thread that spins while it waits takes the processor from the model that writes the next sentence.
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    wanted = ("CUDAExecutionProvider", "CPUExecutionProvider")
    there = set(onnxruntime.get_available_providers())
    providers = [name for name in wanted if name in there]
    return lambda file: onnxruntime.InferenceSession(file, settings, providers=providers)


def _threads() -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MOST_THREADS)


def _without_lead(samples: Samples, rate: int) -> Samples:
    """`samples` without most of the silence at their start, which would be heard as a slow answer."""
    sounding = np.flatnonzero(np.abs(samples) > QUIET)
    return samples[max(0, int(sounding[0]) - int(LEAD_S * rate)) if len(sounding) else len(samples) :]
