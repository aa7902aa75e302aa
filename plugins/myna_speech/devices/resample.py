"""From one sample rate to another, as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from myna.errors import ExtraMissing

if TYPE_CHECKING:
    from .chunks import Samples


class Resampler:
    """One channel from `source` to `target` samples a second.

    Output is aligned with input in time, but comes later: soxr works in blocks of up to 58 ms (measured between 16,
    22.05, 44.1 and 48 kHz). At 16 kHz its quality HQ is flat to 7.5 kHz and lets nothing above 8.5 kHz through.
    """

    def __init__(self, source: int, target: int) -> None:
        self._rates = (source, target)
        self._stream: Any = None
        self._fed = self._given = 0

    def feed(self, samples: Samples) -> Samples:
        return self._resample(samples, last=False)

    @property
    def held(self) -> float:
        """Seconds of sound that are still inside."""
        return max(0.0, self._fed / self._rates[0] - self._given / self._rates[1])

    def finish(self) -> Samples:
        """What is still inside; the next `feed` begins a new stream."""
        import numpy as np

        if self._stream is None:
            return np.zeros(0, np.float32)
        rest = self._resample(np.zeros(0, np.float32), last=True)
        self._stream = None
        self._fed = self._given = 0
        return rest

    def _resample(self, samples: Samples, *, last: bool) -> Samples:
        source, target = self._rates
        if source == target:
            return samples
        if self._stream is None:
            self._stream = _soxr().ResampleStream(source, target, 1, dtype="float32", quality="HQ")
        resampled: Samples = self._stream.resample_chunk(samples, last=last)
        self._fed += len(samples)
        self._given += len(resampled)
        return resampled


def _soxr() -> Any:
    try:
        import soxr
    except ImportError:
        raise ExtraMissing(
            "sound cannot be resampled: soxr is not installed", hint="pip install 'myna[speech]'"
        ) from None
    return soxr
