"""Engine options of a model: what the owner set, else what was measured to be best here, else the engine's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ..config import EngineSettings

if TYPE_CHECKING:
    from ..config import Settings
    from ..hookspecs import ResolvedModel

OPEN: Mapping[str, Any] = {
    "threads": 0,
    "batch": 0,
    "ubatch": 0,
    "gpu_layers": -1,
    "kv_type": "auto",
    "flash_attention": "auto",
}
"""Settings that may be left open, and the value that leaves them so."""


def engine_options(settings: EngineSettings, tuned: Mapping[str, Any]) -> dict[str, Any]:
    """Options by name for an engine; what is open and was not measured is left out.

    `tuned`: `ResolvedModel.tuned`. Of it, only what may be left open counts.
    """
    chosen = msgspec.structs.asdict(settings)
    # A file of its own, and no option.
    del chosen["draft"]
    for key, nothing in OPEN.items():
        if chosen[key] == nothing:
            del chosen[key]
            if key in tuned:
                chosen[key] = tuned[key]
    return chosen


DRAFTED = ".gguf"
"""The format of models whose answers another one can write ahead of."""


def can_be_drafted(model: ResolvedModel) -> bool:
    """Whether a smaller model can write ahead for `model`."""
    return model.task == "chat" and model.format == DRAFTED


def drafted(model: ResolvedModel, smaller: ResolvedModel) -> ResolvedModel:
    """`model` with `smaller` beside it, to write ahead; alone where that is the same or has another format."""
    if smaller.format != DRAFTED or smaller.files["model"] == model.files["model"]:
        return model
    return msgspec.structs.replace(model, files={**model.files, "draft": smaller.files["model"]})


def options_of(model: ResolvedModel, settings: Settings) -> dict[str, Any]:
    """With what `model` is loaded: what its manifest says, before what the settings say."""
    if model.task not in {"chat", "embed"}:
        return dict(model.options)
    reserve = {"memory_reserve_mb": settings.workers.memory_reserve_mb}
    return {**engine_options(settings.engine, model.tuned), **reserve, **model.options}
