"""Where a model stands: optimized, not yet, or no longer; for lists, `doctor` and the desktop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from myna.errors import BadConfig

from ..installed import Installed, Store
from .record import Optimized, load, stale, work_folder


class State(msgspec.Struct, frozen=True):
    state: Literal["", "never", "paused", "optimized", "best as it is", "stale"]
    """Empty: it is of a kind that cannot be optimized."""
    why: str = ""
    """Of a stale one (English)."""
    setup: str = ""
    """What it runs as, for example `Q8_0 ubatch=256`."""
    prefill_ratio: float = 0.0
    """Beside the file as it was fetched; 0 where nothing is used."""
    decode_ratio: float = 0.0


def state(model: Installed, store: Store) -> State:
    if not can_be_optimized(model):
        return State("")
    try:
        record = load(store, model.id)
    except BadConfig as error:
        return State("stale", error.message)
    if record is None:
        return State("paused" if (work_folder(store, model.id) / "journal.jsonl").is_file() else "never")
    why = stale(record, model, store)
    if why:
        return State("stale", why)
    return _current(record)


def _current(record: Optimized) -> State:
    chosen = record.chosen()
    if not record.better or chosen is None or chosen.speed is None:
        return State("best as it is")
    return State("optimized", "", chosen.name, chosen.speed.prefill_ratio, chosen.speed.decode_ratio)


def can_be_optimized(model: Installed) -> bool:
    return model.task == "chat" and model.format == ".gguf" and model.file("model") is not None


def states(models: Sequence[Installed], store: Store) -> dict[str, State]:
    """By id, of those that can be optimized."""
    return {model.id: state(model, store) for model in models if can_be_optimized(model)}
