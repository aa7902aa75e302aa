"""The tokenizer of a folder as metadata of a GGUF file: the way back of `tokenizer_of_gguf.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .pretokenizers import like
from .telling import Refused
from .tokenizer_of_gguf import BYTE, CONTROL, NORMAL, UNKNOWN, UNUSED, USER_DEFINED


def add_tokenizer(writer: Any, folder: Path, config: dict[str, Any]) -> None:
    """Raises: Refused: it is of a kind that is not known here."""
    whole = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    model = whole["model"]
    if model.get("type") != "BPE":
        raise Refused(
            f"the tokenizer is of the kind {model.get('type')!r}; byte-level and SentencePiece's BPE are known"
        )
    tokens, types = _tokens(whole, int(config["vocab_size"]))
    if model.get("byte_fallback"):
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_scores(_scores(tokens, types, model))
        prefix = '"prepend"' in json.dumps(whole.get("normalizer")) or _prepends(whole.get("pre_tokenizer"))
        writer.add_add_space_prefix(prefix)
    else:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(like(whole.get("pre_tokenizer")).names[0])
        writer.add_token_merges([one if isinstance(one, str) else " ".join(one) for one in model["merges"]])
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    _add_special(writer, folder, config, whole)


def _prepends(step: dict[str, Any] | None) -> bool:
    return step is not None and step.get("type") == "Metaspace" and step.get("prepend_scheme", "always") != "never"


def _tokens(whole: dict[str, Any], size: int) -> tuple[list[str], list[int]]:
    """Texts and types by id; a vocabulary is often filled up to a round number."""
    tokens = [f"[PAD{at}]" for at in range(size)]
    types = [UNUSED] * size
    fallback = whole["model"].get("byte_fallback")
    for token, at in whole["model"]["vocab"].items():
        if at >= size:
            raise Refused("the tokenizer has more tokens than the model")
        tokens[at], types[at] = token, BYTE if fallback and _is_byte(token) else NORMAL
    unknown = whole["model"].get("unk_token")
    for one in whole.get("added_tokens", ()):
        if one["id"] >= size:
            raise Refused("the tokenizer has more tokens than the model")
        kind = CONTROL if one.get("special") else USER_DEFINED
        tokens[one["id"]] = one["content"]
        types[one["id"]] = UNKNOWN if fallback and one["content"] == unknown else kind
    return tokens, types


def _is_byte(token: str) -> bool:
    return len(token) == 6 and token.startswith("<0x") and token.endswith(">")


def _scores(tokens: list[str], types: list[int], model: dict[str, Any]) -> list[float]:
    """By the order in which tokens are joined: the earlier, the better, as SentencePiece numbers them."""
    rank: dict[str, int] = {}
    for at, merge in enumerate(model["merges"]):
        left, right = merge.split(" ", 1) if isinstance(merge, str) else merge
        rank.setdefault(left + right, at)
    worst = len(model["merges"]) + 1
    return [-float(rank.get(token, worst)) if types[at] == NORMAL else 0.0 for at, token in enumerate(tokens)]


def _add_special(writer: Any, folder: Path, config: dict[str, Any], whole: dict[str, Any]) -> None:
    ids = {one["content"]: one["id"] for one in whole.get("added_tokens", ())} | whole["model"]["vocab"]
    settings: dict[str, Any] = {}
    if (folder / "tokenizer_config.json").is_file():
        settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    for role, add in (
        ("bos", writer.add_bos_token_id),
        ("eos", writer.add_eos_token_id),
        ("unk", writer.add_unk_token_id),
        ("pad", writer.add_pad_token_id),
    ):
        token = settings.get(f"{role}_token")
        token = token.get("content") if isinstance(token, dict) else token
        at = ids.get(token) if token else config.get(f"{role}_token_id")
        at = at[0] if isinstance(at, list) else at
        if isinstance(at, int):
            add(at)
    begins = settings.get("add_bos_token")
    writer.add_add_bos_token(
        bool(begins) if begins is not None else "SpecialToken" in json.dumps(whole.get("post_processor"))
    )
    template = settings.get("chat_template")
    if (folder / "chat_template.jinja").is_file():
        template = (folder / "chat_template.jinja").read_text(encoding="utf-8")
    if isinstance(template, str) and template:
        writer.add_chat_template(template)
