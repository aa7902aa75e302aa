"""A GGUF file as a folder that transformers opens: config.json, model.safetensors, tokenizer and chat template."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .families import Family, of_gguf
from .gguf_metadata import GgufFile
from .safetensors_out import write_tensors
from .telling import Refused
from .tokenizer_of_gguf import special_id, write_tokenizer


def write_folder(path: Path, folder: Path, progress: Callable[[float], None]) -> dict[str, Any]:
    """Write the model in the GGUF file `path` into `folder`, in 32-bit floats; `progress` gets shares from 0 to 1.

    Returns config.json's content.

    Raises:
        Refused: its architecture or tokenizer is not known here, or something is missing.
    """
    source = GgufFile(path)
    family = of_gguf(source.architecture)
    if family is None:
        known = "llama, qwen2, qwen3, gemma2, gemma3"
        raise Refused(f"{path.name} has the architecture {source.architecture!r}, which cannot be converted ({known})")
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(source, folder)
    config = _config(source, family)
    (folder / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    ends = {"bos_token_id": config["bos_token_id"], "eos_token_id": config["eos_token_id"]}
    (folder / "generation_config.json").write_text(json.dumps(ends), encoding="utf-8")
    _write_weights(source, family, config, folder, progress)
    return config


def _write_weights(
    source: GgufFile, family: Family, config: dict[str, Any], folder: Path, progress: Callable[[float], None]
) -> None:
    from gguf.quants import dequantize

    # A table of frequencies follows from the configuration.
    chosen = [tensor for tensor in source.reader.tensors if not tensor.name.startswith("rope_freqs")]
    named: dict[str, Any] = {}
    for tensor in chosen:
        name = family.to_folder(tensor.name)
        if name is None:
            raise Refused(f"{source.name} has a tensor {tensor.name}, which {family.model_class} has not")
        named[name] = tensor
    shapes = {name: tuple(int(size) for size in reversed(tensor.shape)) for name, tensor in named.items()}

    def values() -> Iterator[tuple[str, Any]]:
        done = 0
        whole = sum(int(tensor.n_elements) for tensor in named.values()) or 1
        for name, tensor in named.items():
            array = dequantize(tensor.data, tensor.tensor_type).astype("<f4").reshape(shapes[name])
            yield name, to_halves(array, name, family, config)
            done += int(tensor.n_elements)
            progress(done / whole)

    write_tensors(folder / "model.safetensors", "F32", shapes, values())


def to_halves(array: Any, name: str, family: Family, config: dict[str, Any]) -> Any:
    """Values as transformers keeps them, out of llama.cpp's; see `Family`."""
    if family.norms_from_zero and name.endswith("norm.weight"):
        return array - 1
    heads = rotated_heads(name, family, config)
    if heads:
        rest = array.shape[1:]
        return array.reshape(heads, array.shape[0] // heads // 2, 2, *rest).swapaxes(1, 2).reshape(array.shape)
    return array


def rotated_heads(name: str, family: Family, config: dict[str, Any]) -> int:
    """Heads of a tensor whose rows llama.cpp keeps in another order; 0: the order is the same."""
    if not family.rotated_halves:
        return 0
    if ".q_proj." in name:
        return int(config["num_attention_heads"])
    return int(config["num_key_value_heads"]) if ".k_proj." in name else 0


def _config(source: GgufFile, family: Family) -> dict[str, Any]:
    heads = int(source.need("attention.head_count"))
    width = int(source.need("embedding_length"))
    head = int(source.own("attention.key_length") or source.own("rope.dimension_count") or width // heads)
    tensors = {tensor.name for tensor in source.reader.tensors}
    tokens = source.get("tokenizer.ggml.tokens") or ()
    config: dict[str, Any] = {
        "architectures": [family.model_class],
        "model_type": family.model_type,
        "hidden_size": width,
        "intermediate_size": int(source.need("feed_forward_length")),
        "num_hidden_layers": int(source.need("block_count")),
        "num_attention_heads": heads,
        "num_key_value_heads": int(source.own("attention.head_count_kv", heads)),
        "head_dim": head,
        "max_position_embeddings": int(source.own("context_length", 2048)),
        "rms_norm_eps": float(f"{source.need('attention.layer_norm_rms_epsilon'):.7g}"),
        "rope_theta": float(source.own("rope.freq_base", 10000.0)),
        "vocab_size": len(tokens),
        "tie_word_embeddings": "output.weight" not in tensors,
        "torch_dtype": "float32",
        "bos_token_id": _or_none(special_id(source, "bos")),
        "eos_token_id": _or_none(special_id(source, "eos")),
        "pad_token_id": _or_none(special_id(source, "padding")),
        **family.settings,
    }
    if family.architecture == "llama":
        biased = "blk.0.attn_q.bias" in tensors
        config |= {"attention_bias": biased, "mlp_bias": "blk.0.ffn_up.bias" in tensors}
    if family.norms_from_zero:
        config |= _gemma(source, family, head)
    return config | _scaled_rope(source, family)


def _scaled_rope(source: GgufFile, family: Family) -> dict[str, Any]:
    """What a longer context than that of the training is reached by."""
    if any(tensor.name.startswith("rope_freqs") for tensor in source.reader.tensors):
        # Llama 3.1 and later: the factors are those of its paper and of every one of its config.json files.
        small = int(source.need("block_count")) <= 28
        return {
            "rope_scaling": {
                "rope_type": "llama3", "factor": 32.0 if small else 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 8192,
            }
        }  # fmt: skip
    kind = source.own("rope.scaling.type", "none")
    if kind in ("none", ""):
        return {}
    if kind == "linear":
        return {"rope_scaling": {"rope_type": "linear", "factor": float(source.need("rope.scaling.factor"))}}
    raise Refused(
        f"{source.name} stretches its context in the way {kind!r}, which is not known here for {family.model_class}"
    )


def _gemma(source: GgufFile, family: Family, head: int) -> dict[str, Any]:
    window = source.own("attention.sliding_window", 4096)
    config: dict[str, Any] = {"sliding_window": int(window), "query_pre_attn_scalar": head}
    if family.architecture == "gemma2":
        config["attn_logit_softcapping"] = float(source.own("attn_logit_softcapping", 50.0))
        config["final_logit_softcapping"] = float(source.own("final_logit_softcapping", 30.0))
    else:
        config["rope_local_base_freq"] = 10000.0
        config["sliding_window_pattern"] = 6
    return config


def _or_none(token: int) -> int | None:
    return token if token >= 0 else None
