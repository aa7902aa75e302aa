"""A smaller model that guesses how answers of a larger one go on: whether it can, by the headers of both files."""

from __future__ import annotations

from pathlib import Path

from ..errors import BadModelFile, OutOfMemory
from .gguf import GgufHeader
from .memory import available_memory, estimate

SPARE_WORDS = 128
"""By which vocabularies of one family differ at most: larger models of Qwen2.5 are padded with words that nobody says.
llama.cpp allows as many."""

_WORDS = ("tokenizer.ggml.model", "tokenizer.ggml.pre")


def check_draft(draft: GgufHeader, model: GgufHeader) -> None:
    """Raises `BadModelFile` where `draft` cannot guess what `model` says, as far as the files tell."""
    name = Path(draft.path).name
    if draft.kind != "model":
        raise BadModelFile(f"{name} is a {draft.kind} and no model that can answer")
    same = all(draft.metadata.get(key) == model.metadata.get(key) for key in _WORDS)
    if not same or abs(draft.vocabulary - model.vocabulary) > SPARE_WORDS:
        raise BadModelFile(f"{name} has other words than {Path(model.path).name}, so it cannot guess for it")


def draft_memory(draft: GgufHeader, *, context: int, batch: int) -> int:
    """Bytes that it takes at most, for a text of `context` tokens (0: as many as it knows), read `batch` at a time."""
    return estimate(draft, context=draft_context(draft, context), batch=batch, flash_attention=False).total


def draft_context(draft: GgufHeader, context: int) -> int:
    """Tokens of the longest text that it guesses for, where `context` are wanted."""
    return min(context, draft.context) if context and draft.context else context or draft.context


def check_room(draft: GgufHeader, model: GgufHeader, *, context: int, parallel: int, batch: int, reserve: int) -> None:
    """Raises `OutOfMemory` where there is no room for both with the whole context, `reserve` bytes left to others."""
    wanted = draft_context(model, context)
    need = estimate(model, context=wanted, sequences=parallel, batch=batch).total
    need += draft_memory(draft, context=wanted, batch=batch)
    if need > available_memory() - reserve:
        raise OutOfMemory(f"{Path(draft.path).name} does not fit beside {Path(model.path).name}")
