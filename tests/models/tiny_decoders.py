"""Decoders of every family that can be converted, small and with random weights, as folders of Hugging Face."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from myna_models.converting.child.families import Family
from myna_models.converting.child.safetensors_out import write_tensors

LAYERS, WIDTH, HEADS, KV_HEADS, INNER, WORDS = 2, 64, 4, 2, 128, 320


_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def head_of(family: Family) -> int:
    """Size of a head; llama.cpp knows Qwen 2 with the usual one alone."""
    return WIDTH // HEADS if family.model_type == "qwen2" else 32


def config_of(family: Family) -> dict[str, Any]:
    tied = family.always_tied or family.model_type == "qwen2"
    head = head_of(family)
    fixed = {"use_sliding_window": False} if "qwen" in family.model_type else {}
    return {
        "architectures": [family.model_class], "model_type": family.model_type, "hidden_size": WIDTH,
        "intermediate_size": INNER, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
        "num_key_value_heads": KV_HEADS, "head_dim": head, "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "vocab_size": WORDS, "tie_word_embeddings": tied, "torch_dtype": "float32",
        "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1, "sliding_window": 64,
        "query_pre_attn_scalar": head, **fixed, **family.settings,
    }  # fmt: skip


def shapes_of(family: Family) -> dict[str, tuple[int, ...]]:
    """As transformers' model class has them."""
    head = head_of(family)
    biased = family.model_type == "qwen2"
    normed = family.model_type in ("qwen3", "gemma3_text")
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (WORDS, WIDTH), "model.norm.weight": (WIDTH,)}
    if not config_of(family)["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (WORDS, WIDTH)
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        for part, rows in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            shapes[f"{name}.self_attn.{part}_proj.weight"] = (rows * head, WIDTH)
            if biased:
                shapes[f"{name}.self_attn.{part}_proj.bias"] = (rows * head,)
        shapes[f"{name}.self_attn.o_proj.weight"] = (WIDTH, HEADS * head)
        for part in ("q", "k") if normed else ():
            shapes[f"{name}.self_attn.{part}_norm.weight"] = (head,)
        shapes |= {f"{name}.mlp.{part}_proj.weight": (INNER, WIDTH) for part in ("gate", "up")}
        shapes[f"{name}.mlp.down_proj.weight"] = (WIDTH, INNER)
        norms = ["input_layernorm", "post_attention_layernorm"]
        norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"] if family.norms_from_zero else []
        shapes |= {f"{name}.{norm}.weight": (WIDTH,) for norm in norms}
    return shapes


def write_decoder(folder: Path, family: Family, split: dict[str, Any]) -> Path:
    """A folder with random weights, whose tokenizer cuts texts as `split` (an entry `pre_tokenizer`) says."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(3)
    shapes = shapes_of(family)

    def value(name: str) -> np.ndarray:
        scale, middle = (0.1, 0.0 if family.norms_from_zero else 1.0) if "norm" in name else (0.15, 0.0)
        return (middle + draw.normal(scale=scale, size=shapes[name])).astype("<f4")

    write_tensors(folder / "model.safetensors", "F32", shapes, ((name, value(name)) for name in shapes))
    (folder / "config.json").write_text(json.dumps(config_of(family)), encoding="utf-8")
    write_tokenizer(folder, split)
    return folder


def write_tokenizer(folder: Path, split: dict[str, Any]) -> None:
    import tokenizers

    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    special = ["<s>", "</s>"]
    vocabulary = {word: at for at, word in enumerate([*special, *letters, "th", "the"])}
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [
            {"id": at, "content": word, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False}
            for at, word in enumerate(special)
        ],
        "pre_tokenizer": split, "decoder": {**_BYTE_LEVEL, "add_prefix_space": True},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": ["t h", "th e"], "byte_fallback": False},
    }  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(whole), encoding="utf-8")
    settings = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
