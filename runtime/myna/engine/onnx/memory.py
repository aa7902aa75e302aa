"""How the keys and values of sequences are kept: what the cells ask of a layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from ..text.cells import Logits

State = np.ndarray[Any, np.dtype[Any]]
"""Shape (2 x layers, heads, tokens, width): keys and values of one sequence."""


class KvMemory(Protocol):
    """Sequences are numbers; one that holds nothing takes no memory."""

    def length(self, sequence: int) -> int:
        """Tokens that it holds."""
        ...

    def reserve(self, added: dict[int, int]) -> None:
        """Make room for so many more tokens of these sequences.

        Raises:
            NoRoom: there is none; nothing has changed.
        """
        ...

    def run(self, sequences: Sequence[int], tokens: Sequence[Sequence[int]], *, last: int = 1) -> Logits:
        """Compute as many tokens for each of `sequences`, which then hold them; room was reserved.

        Returns:
            Shape (sequences, last, vocabulary): logits of the `last` tokens of each; valid until the next run.
        """
        ...

    def keep_first(self, sequence: int, count: int) -> None: ...

    def forget(self, sequence: int) -> None: ...

    def read(self, sequence: int, count: int) -> State:
        """A copy of the first `count` tokens."""
        ...

    def write(self, sequence: int, state: State) -> None:
        """Fill a sequence that holds nothing; room was reserved."""
        ...

    def grow(self) -> bool: ...

    def close(self) -> None: ...
