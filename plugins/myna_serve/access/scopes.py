"""What a key allows."""

from __future__ import annotations

from typing import Literal, get_args

Scope = Literal["chat", "embeddings", "audio", "moderations", "models", "metrics"]

SCOPES: tuple[Scope, ...] = get_args(Scope)

DEFAULT_SCOPES: tuple[Scope, ...] = ("chat", "embeddings", "audio", "moderations", "models")
"""Of a new key: all that clients of such servers ask for. `metrics` is for who watches the machine."""
