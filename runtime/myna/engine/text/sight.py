"""What a picture is to a prompt and to the request that holds it; who encodes it is the engine's business."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from ...errors import MynaError
from .spans import Patch

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class Layout(msgspec.Struct, frozen=True, eq=False):
    """What a picture becomes in a prompt: tokens of the model, such as a begin and an end, and patches."""

    parts: tuple[list[int] | Patch, ...]

    @property
    def tokens(self) -> int:
        return sum(len(part) if isinstance(part, list) else len(part.tokens) for part in self.parts)

    @property
    def patches(self) -> list[Patch]:
        return [part for part in self.parts if isinstance(part, Patch)]


class Look:
    """A picture that somebody wants encoded."""

    def __init__(self, sha256: str, data: bytes, release: Callable[[Look], None]) -> None:
        self.sha256 = sha256
        self.data = data
        self._release = release
        self.wanted = 1
        """Requests that wait for it."""
        self.abandoned = False
        self.rows: tuple[Vectors, ...] | None = None
        """For each patch, shape (tokens, width); None until it is encoded."""
        self.error: MynaError | None = None
        self.milliseconds = 0.0
        """What decoding and encoding took; 0 for what was known."""

    @property
    def done(self) -> bool:
        return self.rows is not None or self.error is not None

    def release(self) -> None:
        """One request less wants it. What is being encoded goes on up to the end of its current patch."""
        self._release(self)
