"""What an answer must fit, token by token: a schema or a grammar, whoever enforces it."""

from __future__ import annotations

import ctypes
from typing import Any, Protocol

import numpy as np

from ..bindings import C
from .cells import Logits

CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
"""`llama_token_data`."""


class Candidates:
    """All tokens with their logits, as llama.cpp's samplers take them."""

    def __init__(self, size: int) -> None:
        self.table = np.empty(size, dtype=CANDIDATE)
        self.native = C.llama_token_data_array()

    def fill(self, logits: Logits) -> None:
        """Start from `logits`, shape (size,)."""
        self.table["id"] = np.arange(len(self.table), dtype=np.int32)
        self.table["logit"] = logits
        self.native.data = self.table.ctypes.data_as(C.llama_token_data_p)
        self.native.size = len(self.table)
        self.native.selected = -1
        self.native.sorted = False

    def apply(self, sampler: Any) -> None:
        """Have one of llama.cpp's samplers, or a chain of them, change or choose."""
        C.llama_sampler_apply(sampler, ctypes.byref(self.native))

    @property
    def selected(self) -> int:
        """The token that was chosen; -1 for none."""
        selected = self.native.selected
        return int(self.native.data[selected].id) if selected >= 0 else -1


class Constraint(Protocol):
    """The state of one answer in its grammar."""

    def allows(self, token: int) -> bool:
        """Whether `token` may come next."""
        ...

    def restrict(self, candidates: Candidates) -> None:
        """Set the logits of all tokens that may not come next to minus infinity."""
        ...

    def accept(self, token: int) -> None:
        """`token` came."""
        ...

    def close(self) -> None: ...
