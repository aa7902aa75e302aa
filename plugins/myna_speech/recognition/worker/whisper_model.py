"""A Whisper model on CTranslate2: sound to states of the encoder, states to tokens.

Whisper was trained on windows of 30 s, and its encoder takes most of the time for short speech. A shorter window
alone sends the decoder into loops: it has never seen one that ends so soon after the speech. So the encoder gets
the speech and a second of silence, and what it makes of silence is appended, computed once. Over 112 clips as in
`myna bench speech` (tiny.en, int8, 2 cores) the full window took 0.42 s a clip, speech with 8 s of silence 0.15 s,
and this 0.055 s, at the same word error rate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from myna.errors import ModelLoadFailed

from .mel import FRAMES_A_SECOND, HOP, Floats, log_mel
from .vocabulary import Vocabulary

WINDOW_S = 30
"""Seconds that the model hears at a time."""
MARGIN_S = 1.0
"""Silence that is encoded after the speech. With 0.6 s the word error rate rose from 6.6 to 7.3 %."""
TAIL_S = 6.0
"""Silence that is appended to the encoded speech; 4 to 12 s made no difference that could be told from chance."""
LONG_MARGIN_S = 8.0
"""Silence that is encoded for a second opinion; less without a tail makes loops."""
Window = Literal["short", "long", "full"]
"""`short`: speech, `MARGIN_S` and the known states of silence; `long`: speech and `LONG_MARGIN_S`; `full`: 30 s."""
_STATES_A_SECOND = FRAMES_A_SECOND // 2
"""Two frames make a state."""
_STEP_FRAMES = 50
"""Windows are rounded up to half seconds: CTranslate2 keeps memory for each length that it meets."""
_MARGIN_FRAMES: dict[Window, int] = {
    "short": int(MARGIN_S * FRAMES_A_SECOND),
    "long": int(LONG_MARGIN_S * FRAMES_A_SECOND),
    "full": WINDOW_S * FRAMES_A_SECOND,
}
_SHORT_S = 17
"""Silence that is made at first; enough for utterances of 10 s."""
_QUIET = -1.0
"""A log-mel band with nothing in it, as `log_mel` scales it: -80 dB."""
SMALL = 200_000_000
"""Bytes of a model (tiny and base) that one thread decodes fastest: its steps are so short that threads wait for one
another longer than they work. On 2 cores two threads took 72 ms for the tokens of a clip and one 28 ms (tiny.en), or
135 and 57 (base), and a window of 3 s was encoded in the same time. The other core is left to the chat model."""
LONGEST = 224
"""Tokens of one window; CTranslate2 gives half of Whisper's 448 to the answer."""


class WhisperOptions(msgspec.Struct, frozen=True):
    threads: int = 0
    """0: the physical cores that this process may use, or one for a small model."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    voice_model: str = ""
    """Path of a Silero model; empty: the level of the sound decides alone."""


class Encoded(msgspec.Struct, frozen=True):
    states: Any
    """A `ctranslate2.StorageView`, shape (1, states, dimensions)."""
    frames: int
    """Of the speech and its margin, 100 a second."""
    window: Window
    """What the encoder had; `full` also where the speech fills it."""


class Decoded(msgspec.Struct, frozen=True):
    tokens: tuple[int, ...]
    logprob: float
    """Mean of the tokens, the end counted."""
    no_speech: float
    cut: bool
    """No room was left before the decoder came to an end."""


class WhisperModel:
    """One model in memory."""

    def __init__(self, files: dict[str, str], options: WhisperOptions) -> None:
        """Raises `ModelLoadFailed`."""
        import ctranslate2

        self._ct2: Any = ctranslate2
        folder = Path(files["model"]).parent
        tokenizer = files.get("tokenizer") or str(folder / "tokenizer.json")
        if not Path(tokenizer).is_file():
            raise ModelLoadFailed(f"{folder} has no tokenizer.json beside its model")
        self.device = options.device
        if self.device == "auto":
            self.device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
        try:
            self._model: Any = ctranslate2.models.Whisper(
                str(folder),
                device=self.device,
                compute_type=self._compute_type(),
                intra_threads=options.threads or _threads(Path(files["model"])),
                inter_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise ModelLoadFailed(f"{folder}: {' '.join(str(error).split())[:300]}") from None
        self.compute_type: str = self._model.compute_type
        self.bands: int = self._model.n_mels
        self.vocabulary = Vocabulary(tokenizer, multilingual=self._model.is_multilingual)
        self._silence = self._encode_silence(_SHORT_S)

    def _compute_type(self) -> str:
        if self.device == "cpu":
            return "int8"
        return "float16" if "float16" in self._ct2.get_supported_compute_types(self.device) else "default"

    def features(self, samples: Floats, window: Window) -> Floats:
        """Log-mel bands of at most 30 s of `samples` (float, 16 kHz) and the silence after them in `window`."""
        wanted = -(-len(samples) // HOP) + _MARGIN_FRAMES[window]
        wanted = min(-(-wanted // _STEP_FRAMES) * _STEP_FRAMES, _MARGIN_FRAMES["full"])
        given = np.zeros(wanted * HOP, np.float32)
        given[: len(samples)] = samples[: len(given)]
        return log_mel(given, self.bands)

    def encode(self, features: Floats, window: Window) -> Encoded:
        """What the encoder makes of `features`; in a `short` window with the states of silence behind it."""
        states = self._encode(features)
        room = (_MARGIN_FRAMES["full"] - features.shape[1]) // 2
        if window == "short" and room:
            silence = self._silent_states(states.shape[1], min(int(TAIL_S * _STATES_A_SECOND), room))
            states = np.concatenate([states, silence.astype(states.dtype)], axis=1)
        return Encoded(self._view(states), features.shape[1], window if room else "full")

    def decode(
        self, encoded: Encoded, language: str, *, tokens: int, temperature: float = 0.0, opening: str = ""
    ) -> Decoded:
        """The likeliest tokens, greedily, at most `tokens`; drawn by chance, the best of three, at a `temperature`."""
        prompt = self.vocabulary.prompt(language, opening)
        limit = min(max(tokens, 1), LONGEST)
        drawn: dict[str, Any] = {}
        if temperature:
            drawn = {"sampling_topk": 0, "sampling_temperature": temperature, "num_hypotheses": 3}
        (found,) = self._model.generate(
            encoded.states,
            [prompt],
            beam_size=1,
            max_length=max(2 * limit, limit + len(prompt)),  # half of it is for the answer
            return_scores=True,
            return_no_speech_prob=True,
            **drawn,
        )
        best = int(np.argmax(found.scores))
        ids = tuple(found.sequences_ids[best])
        # A score is the sum of log probabilities over the number of tokens, the end not counted.
        logprob = found.scores[best] * len(ids) / (len(ids) + 1)
        return Decoded(ids, float(logprob), float(found.no_speech_prob), len(ids) >= limit)

    def language(self, encoded: Encoded, among: frozenset[str]) -> tuple[str, float]:
        """The likeliest language of `among`, and its probability among them."""
        (found,) = self._model.detect_language(encoded.states)
        known = {token.strip("<|>"): probability for token, probability in found}
        allowed = {code: known[code] for code in sorted(among) if code in known}
        best = max(allowed, key=lambda code: allowed[code])
        return best, allowed[best] / (sum(allowed.values()) or 1.0)

    def align(self, encoded: Encoded, language: str, tokens: list[int]) -> tuple[list[tuple[int, int]], list[float]]:
        """Pairs of (token, state of the encoder), and the probability of each token."""
        (found,) = self._model.align(encoded.states, self.vocabulary.prompt(language), [tokens], encoded.frames)
        return found.alignments, found.text_token_probs

    def reset_chance(self) -> None:
        """The same request gives the same answer, whatever came before."""
        self._ct2.set_random_seed(0)

    def _encode(self, features: Floats) -> Any:
        states = self._model.encode(self._view(features[None]), to_cpu=True)
        return np.array(states)

    def _view(self, array: Any) -> Any:
        return self._ct2.StorageView.from_array(np.ascontiguousarray(array))

    def _encode_silence(self, seconds: int) -> Any:
        return self._encode(np.full((self.bands, seconds * FRAMES_A_SECOND), _QUIET, np.float32))

    def _silent_states(self, start: int, count: int) -> Any:
        """From the same place of the window, since the states know where they are."""
        if start + count > self._silence.shape[1]:
            self._silence = self._encode_silence(WINDOW_S)
        return self._silence[:, start : start + count]


def _threads(model: Path) -> int:
    """More threads than physical cores slow CTranslate2 down."""
    import os

    import psutil

    if model.stat().st_size < SMALL:
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, psutil.cpu_count(logical=False) or usable))
