"""Sound as it flows through Myna: mono, 16 bits a sample, in small frozen chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import numpy as np

SPEECH_RATE = 16_000
"""Samples a second (Hz) that speech recognition, voice activity and turn end work on."""

SAMPLE_BYTES = 2


class AudioChunk(msgspec.Struct, frozen=True):
    """A piece of a stream of sound, one channel."""

    data: bytes
    """Signed 16-bit little-endian samples."""
    rate: int = SPEECH_RATE
    """Samples a second (Hz)."""
    position: int = 0
    """Of the first sample, counted in samples from the start of its stream."""

    def __len__(self) -> int:
        """Samples."""
        return len(self.data) // SAMPLE_BYTES

    @property
    def seconds(self) -> float:
        return len(self) / self.rate

    def samples(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """Shape (samples,), a view of `data`; read only."""
        import numpy as np

        return np.frombuffer(self.data, dtype="<i2")

    def floats(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Shape (samples,), between -1 and 1."""
        import numpy as np

        return self.samples().astype(np.float32) / np.float32(32768)


def pcm(samples: Any) -> bytes:
    """`samples` (between -1 and 1, shape (n,)) as `AudioChunk.data`; what is louder is clipped, NaN is silence."""
    import numpy as np

    scaled = np.nan_to_num(np.asarray(samples, dtype=np.float32), nan=0.0, posinf=1.0, neginf=-1.0) * 32768
    return np.clip(np.rint(scaled), -32768, 32767).astype("<i2").tobytes()


def silence(seconds: float, rate: int = SPEECH_RATE) -> bytes:
    """`AudioChunk.data` of nothing."""
    return bytes(SAMPLE_BYTES * round(seconds * rate))
