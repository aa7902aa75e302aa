"""A smaller model that guesses how answers of a larger one go on: whether it can, by the headers of both files."""

from __future__ import annotations

from pathlib import Path

from ..errors import BadModelFile
from .gguf import GgufHeader
from .memory import estimate

SPARE_WORDS = 128
"""By which vocabularies of one family differ at most: larger models of Qwen2.5 are padded with words that nobody says.
llama.cpp allows as many."""

_WORDS = ("tokenizer.ggml.model", "tokenizer.ggml.pre")


def check_draft(draft: GgufHeader, model: GgufHeader) -> None:
    """Raises `BadModelFile` where `draft` cannot guess what `model` says, as far as the files tell."""
    name, model_name = Path(draft.path).name, Path(model.path).name
    if draft.kind != "model":
        raise BadModelFile(f"{name} is a {draft.kind} and no model that can answer")
    same = all(draft.metadata.get(key) == model.metadata.get(key) for key in _WORDS)
    if not same or abs(draft.vocabulary - model.vocabulary) > SPARE_WORDS:
        raise BadModelFile(f"{name} has other words than {model_name}, so it cannot guess for it")
    if draft.tensor_bytes > model.tensor_bytes:
        raise BadModelFile(f"{name} is larger than {model_name}, so it cannot write ahead of it")
    for header in (draft, model):
        if is_recurrent(header):
            raise BadModelFile(f"{Path(header.path).name} cannot take back what was guessed wrong")


def is_recurrent(header: GgufHeader) -> bool:
    """Whether some of its layers keep a state that holds all that was read, which cannot go back."""
    arch = header.architecture
    return any(key.startswith((f"{arch}.ssm.", f"{arch}.wkv.", f"{arch}.shortconv.")) for key in header.metadata)


def draft_memory(draft: GgufHeader, *, context: int, batch: int) -> int:
    """Bytes that it takes at most, for a text of `context` tokens, read `batch` at a time."""
    return estimate(draft, context=context, batch=batch, flash_attention=False).total


def draft_context(draft: GgufHeader, model: GgufHeader, context: int) -> int:
    """Tokens of the longest text that `draft` guesses for, where `model` is to have `context` (0: all it knows)."""
    known = [one for one in (context, draft.context, model.context) if one]
    return min(known) if known else 0
