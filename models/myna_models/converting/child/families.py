"""The families of decoders that are known in both forms: a GGUF file, and a folder as transformers writes it.

Names of tensors and settings are those of llama.cpp (`gguf.constants`) and of transformers' model classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SHARED = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
    "blk.{}.attn_norm": "model.layers.{}.input_layernorm",
    "blk.{}.attn_q": "model.layers.{}.self_attn.q_proj",
    "blk.{}.attn_k": "model.layers.{}.self_attn.k_proj",
    "blk.{}.attn_v": "model.layers.{}.self_attn.v_proj",
    "blk.{}.attn_output": "model.layers.{}.self_attn.o_proj",
    "blk.{}.attn_q_norm": "model.layers.{}.self_attn.q_norm",
    "blk.{}.attn_k_norm": "model.layers.{}.self_attn.k_norm",
    "blk.{}.ffn_gate": "model.layers.{}.mlp.gate_proj",
    "blk.{}.ffn_up": "model.layers.{}.mlp.up_proj",
    "blk.{}.ffn_down": "model.layers.{}.mlp.down_proj",
}
_PLAIN = {"blk.{}.ffn_norm": "model.layers.{}.post_attention_layernorm"}
_SANDWICH = {
    "blk.{}.post_attention_norm": "model.layers.{}.post_attention_layernorm",
    "blk.{}.ffn_norm": "model.layers.{}.pre_feedforward_layernorm",
    "blk.{}.post_ffw_norm": "model.layers.{}.post_feedforward_layernorm",
}
"""A norm before and one after each half of a layer."""


@dataclass(frozen=True)
class Family:
    architecture: str
    """llama.cpp's name: `general.architecture`."""
    model_type: str
    """transformers' name: `model_type` of config.json."""
    model_class: str
    extra_names: Mapping[str, str]
    rotated_halves: bool = False
    """Query and key weights have their rows in another order: llama.cpp rotates neighbours, transformers halves."""
    norms_from_zero: bool = False
    """transformers keeps norm weights less 1, llama.cpp whole."""
    always_tied: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Entries of config.json that the GGUF does not hold, because the family has them all alike."""

    def names(self) -> dict[str, str]:
        """GGUF names to transformers' names, without `.weight` and `.bias`; `{}` stands for the layer."""
        return {**_SHARED, **self.extra_names}

    def to_folder(self, name: str) -> str | None:
        """The name in a folder of the tensor called `name` in a GGUF file; None when the family has none like it."""
        return _renamed(name, self.names())

    def to_gguf(self, name: str) -> str | None:
        """The other way."""
        return _renamed(name, {theirs: ours for ours, theirs in self.names().items()})


def _renamed(name: str, names: Mapping[str, str]) -> str | None:
    stem, _, kind = name.rpartition(".")
    layer = re.search(r"\.(\d+)\.", stem)
    template = stem.replace(layer[0], ".{}.", 1) if layer else stem
    other = names.get(template)
    if other is None or kind not in ("weight", "bias"):
        return None
    return f"{other.replace('{}', layer[1]) if layer else other}.{kind}"


FAMILIES = (
    Family("llama", "llama", "LlamaForCausalLM", _PLAIN, rotated_halves=True, settings={"hidden_act": "silu"}),
    Family("qwen2", "qwen2", "Qwen2ForCausalLM", _PLAIN, settings={"hidden_act": "silu"}),
    Family("qwen3", "qwen3", "Qwen3ForCausalLM", _PLAIN, settings={"hidden_act": "silu", "attention_bias": False}),
    Family(
        "gemma2", "gemma2", "Gemma2ForCausalLM", _SANDWICH, norms_from_zero=True, always_tied=True,
        settings={"hidden_activation": "gelu_pytorch_tanh", "hidden_act": "gelu_pytorch_tanh"},
    ),
    Family(
        "gemma3", "gemma3_text", "Gemma3ForCausalLM", _SANDWICH, norms_from_zero=True, always_tied=True,
        settings={"hidden_activation": "gelu_pytorch_tanh"},
    ),
)  # fmt: skip


def of_gguf(architecture: str) -> Family | None:
    return next((family for family in FAMILIES if family.architecture == architecture), None)


def of_folder(model_type: str) -> Family | None:
    return next((family for family in FAMILIES if family.model_type == model_type), None)
