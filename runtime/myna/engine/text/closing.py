"""The shortest way out of a JSON document, for answers that come near their token limit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


class JsonPosition:
    """Follows a JSON document byte by byte, as far as needed to tell strings from structure."""

    def __init__(self) -> None:
        self.in_string = False
        self._escaped = False

    def feed(self, data: bytes) -> None:
        for byte in data:
            if self._escaped:
                self._escaped = False
            elif self.in_string and byte == 0x5C:
                self._escaped = True
            elif byte == 0x22:
                self.in_string = not self.in_string


def closing_ranks(pieces: Iterable[bytes]) -> np.ndarray[Any, np.dtype[np.int8]]:
    """How directly tokens lead to the end of a JSON document; higher is better.

    Returns:
        Shape (2, n): the ranks outside a string, and inside one.
    """
    pieces = list(pieces)
    return np.array([[_rank(piece) for piece in pieces], [_rank_in_string(piece) for piece in pieces]], dtype=np.int8)


def _rank(piece: bytes) -> int:
    """End what is open; else what must come, and as little of it as possible."""
    if not piece.strip():
        return -1
    if not piece.strip(b"}] \n\t"):
        return 4
    if piece == b'"':
        return 3
    if piece[:1] in b"}]":
        # Closes one thing and opens the next.
        return 1
    return 2 if piece in {b":", b","} else 0


def _rank_in_string(piece: bytes) -> int:
    if piece[:1] != b'"':
        return 0
    rest = piece[1:]
    if not rest.strip(b"}] \n\t"):
        return 3 if rest else 2
    return 1
