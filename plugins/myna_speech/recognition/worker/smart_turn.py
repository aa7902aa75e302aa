"""Smart Turn v3: has a speaker finished, by the sound of the last 8 s."""

from __future__ import annotations

import numpy as np

from myna.audio import SPEECH_RATE
from myna.engine.onnx_runtime import small_session
from myna.errors import ModelLoadFailed

from .mel import Floats, log_mel

SECONDS = 8
INPUT = "input_features"
_BANDS = 80


class SmartTurn:
    """The model; its output is a probability already, whatever its name (`logits`)."""

    def __init__(self, path: str) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = small_session(path)
        inputs = [(one.name, tuple(one.shape[1:])) for one in self._session.get_inputs()]
        if inputs != [(INPUT, (_BANDS, SECONDS * 100))]:
            raise ModelLoadFailed(f"{path} is no Smart Turn model: it takes {inputs}")

    def probability(self, samples: Floats) -> float:
        """That whoever said `samples` (float, 16 kHz, shape (n,)) has finished."""
        (found,) = self._session.run(None, {INPUT: turn_features(samples)[None]})
        return float(found[0, 0])


def turn_features(samples: Floats) -> Floats:
    """Shape (80, 800): silence comes first where there is less than 8 s, and all is scaled to unit variance.

    That is how the model was trained (pipecat-ai/smart-turn, `inference.py`).
    """
    wanted = SECONDS * SPEECH_RATE
    last = samples[-wanted:]
    padded = np.pad(last, (wanted - len(last), 0))
    scaled = (padded - padded.mean()) / np.sqrt(padded.var() + 1e-7)
    return log_mel(scaled.astype(np.float32), _BANDS)
