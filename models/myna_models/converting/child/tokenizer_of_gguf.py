"""`tokenizer.json` out of a GGUF file's metadata, so that it gives the very tokens that llama.cpp gives.

transformers rebuilds these too, but takes every byte-level tokenizer for the same: SmolLM2's has to split digits one
by one, adds no space in front, and puts nothing around a text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .gguf_metadata import GgufFile
from .pretokenizers import named
from .telling import Refused

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = range(1, 7)
"""`gguf.TokenType`."""
SPACE = "\u2581"


def write_tokenizer(source: GgufFile, folder: Path) -> None:
    """Write `tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja`, where there is a template.

    Raises:
        Refused: the file holds no tokenizer, or one of a kind that is not known here.
    """
    tokens = source.get("tokenizer.ggml.tokens")
    if not tokens:
        raise Refused(f"{source.name} holds no tokenizer")
    kind = source.get("tokenizer.ggml.model", "")
    types = source.get("tokenizer.ggml.token_type") or [NORMAL] * len(tokens)
    if kind == "gpt2":
        parts = _byte_level(source, tokens)
    elif kind == "llama":
        parts = _pieces(source, tokens, types)
    else:
        raise Refused(f"{source.name} has a tokenizer of the kind {kind!r}; gpt2 and llama are known here")
    added = [
        {
            "id": at, "content": tokens[at], "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": kind_of == CONTROL or at == special_id(source, "unknown"),
        }
        for at, kind_of in enumerate(types) if kind_of in (UNKNOWN, CONTROL, USER_DEFINED)
    ]  # fmt: skip
    whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, **parts}
    (folder / "tokenizer.json").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    _write_config(source, tokens, folder)


def special_id(source: GgufFile, role: str) -> int:
    """-1: there is none."""
    return int(source.get(f"tokenizer.ggml.{role}_token_id", -1))


def _byte_level(source: GgufFile, tokens: list[str]) -> dict[str, Any]:
    cut = named(source.get("tokenizer.ggml.pre", ""))
    merges = source.get("tokenizer.ggml.merges")
    if not merges:
        raise Refused(f"{source.name} does not say which tokens are joined to which")
    model = {
        "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
        "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": cut.ignore_merges,
        "vocab": {token: at for at, token in enumerate(tokens)}, "merges": [merge.split(" ", 1) for merge in merges],
    }  # fmt: skip
    return {
        "normalizer": {"type": "NFC"} if cut.composed else None,
        "pre_tokenizer": cut.as_json(),
        "post_processor": _post_processor(source, tokens, default=cut.ignore_merges),
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": model,
    }


def _pieces(source: GgufFile, tokens: list[str], types: list[int]) -> dict[str, Any]:
    """SentencePiece's BPE (Llama 1 and 2, Mistral, Gemma): the token with the best score is joined first."""
    scores = source.get("tokenizer.ggml.scores")
    if not scores:
        raise Refused(f"{source.name} does not say how likely its tokens are")
    vocab = {token: at for at, token in enumerate(tokens)}
    prefix = bool(source.get("tokenizer.ggml.add_space_prefix", True))
    replace = {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}
    normalizer = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": SPACE}, replace]}
    steps = [{"type": "Replace", "pattern": {"String": SPACE}, "content": " "}, {"type": "ByteFallback"}]
    decoder = [*steps, {"type": "Fuse"}, *([{"type": "Strip", "content": " ", "start": 1, "stop": 0}] * prefix)]
    unknown = special_id(source, "unknown")
    model = {
        "type": "BPE", "dropout": None, "unk_token": tokens[unknown] if unknown >= 0 else None,
        "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
        "ignore_merges": False, "vocab": vocab, "merges": _merges(tokens, types, scores, vocab),
    }  # fmt: skip
    return {
        "normalizer": normalizer if prefix else replace,
        "pre_tokenizer": None,
        "post_processor": _post_processor(source, tokens, default=True),
        "decoder": {"type": "Sequence", "decoders": decoder},
        "model": model,
    }


def _merges(tokens: list[str], types: list[int], scores: list[float], vocab: dict[str, int]) -> list[list[str]]:
    """Every pair of tokens that makes a token, the best first; of one token's pairs, that of the earlier parts."""
    found = []
    for at, token in enumerate(tokens):
        if types[at] != NORMAL:
            continue
        for cut in range(1, len(token)):
            left, right = vocab.get(token[:cut]), vocab.get(token[cut:])
            if left is not None and right is not None:
                found.append((-scores[at], at, left, right))
    found.sort()
    return [[tokens[left], tokens[right]] for _, _, left, right in found]


def _post_processor(source: GgufFile, tokens: list[str], *, default: bool) -> dict[str, Any] | None:
    """Puts the beginning-of-text token before a text, where the file says so; `default` is llama.cpp's for the kind."""
    begin = special_id(source, "bos")
    if begin < 0 or not source.get("tokenizer.ggml.add_bos_token", default):
        return None
    token = tokens[begin]
    single = [{"SpecialToken": {"id": token, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    return {
        "type": "TemplateProcessing",
        "single": single,
        "pair": [*single, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {token: {"id": token, "ids": [begin], "tokens": [token]}},
    }


def _write_config(source: GgufFile, tokens: list[str], folder: Path) -> None:
    config: dict[str, Any] = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "model_max_length": source.own("context_length", 2048),
    }
    for role, name in (("bos", "bos"), ("eos", "eos"), ("unknown", "unk"), ("padding", "pad")):
        at = special_id(source, role)
        if 0 <= at < len(tokens):
            config[f"{name}_token"] = tokens[at]
    template = source.get("tokenizer.chat_template")
    if template:
        config["chat_template"] = template
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    text = json.dumps(config, ensure_ascii=False, indent=1)
    (folder / "tokenizer_config.json").write_text(text, encoding="utf-8")
