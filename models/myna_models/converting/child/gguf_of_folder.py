"""A folder as transformers writes it as a GGUF file, for the families of `families.py`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .families import FAMILIES, Family, of_folder
from .folder_of_gguf import rotated_heads
from .telling import Refused, Telling
from .texts import PROSE
from .tokenizer_for_gguf import add_tokenizer

TYPES = {"f32": ("F32", 0), "f16": ("F16", 1), "bf16": ("BF16", 32), "q8_0": ("Q8_0", 7)}
"""By what is asked for: gguf's type of matrices, and `general.file_type` (llama.cpp's `llama_ftype`)."""

PASSAGES, LONGEST = 4, 64
"""Texts that the file is compared on, and tokens of each."""


def convert(job: dict[str, Any], telling: Telling) -> dict[str, Any]:
    """Writes `model.gguf`, and beside the work `expected.npz`: token rows, and what transformers makes of them."""
    source, out, work = Path(job["source"]), Path(job["out"]), Path(job["work"])
    config = read_config(source)
    family = of_folder(str(config.get("model_type")))
    if family is None:
        known = ", ".join(family.model_type for family in FAMILIES)
        raise Refused(f"the architecture {config.get('model_type')!r} cannot be converted to GGUF; {known} can")
    if not (source / "tokenizer.json").is_file():
        raise Refused(f"{source.name} holds no tokenizer.json", "put the tokenizer of the model beside its weights")
    telling.stage("exporting", 0.0)
    write_gguf(
        source,
        config,
        family,
        out / "model.gguf",
        kind=job["quantize"],
        progress=lambda share: telling.stage("exporting", share),
    )
    telling.stage("comparing")
    _expect(source, work / "expected.npz")
    return {"report": {}, "expected": str(work / "expected.npz")}


def read_config(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    inner = found.get("text_config")
    return {**inner, "architectures": found.get("architectures")} if isinstance(inner, dict) else found


def write_gguf(
    source: Path,
    config: dict[str, Any],
    family: Family,
    target: Path,
    *,
    kind: str,
    progress: Callable[[float], None],
) -> None:
    """Raises: Refused: a tensor or the tokenizer is none of the family's."""
    import gguf

    writer = gguf.GGUFWriter(target, family.architecture)
    _add_settings(writer, source, config, family, TYPES[kind][1])
    add_tokenizer(writer, source, config)
    wanted = gguf.GGMLQuantizationType[TYPES[kind][0]]
    plain = gguf.GGMLQuantizationType.F32
    tensors = list(_tensors(source, config, family))
    for at, (name, load) in enumerate(tensors):
        array = load()
        # Rows of 32 weights share a scale in Q8_0; what does not divide by that stays whole.
        small = array.ndim > 1 and not name.endswith("norm.weight") and array.shape[-1] % 32 == 0
        chosen = wanted if small else plain
        writer.add_tensor(name, gguf.quants.quantize(array, chosen), raw_dtype=chosen)
        progress(0.9 * (at + 1) / len(tensors))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensors(source: Path, config: dict[str, Any], family: Family) -> Iterator[tuple[str, Callable[[], Any]]]:
    """GGUF names, and what brings each tensor as llama.cpp keeps it."""
    import torch
    from safetensors import safe_open

    tied = bool(config.get("tie_word_embeddings", family.always_tied))
    for path in sorted(source.glob("*.safetensors")):
        opened = safe_open(path, "pt")
        for theirs in opened.keys():  # noqa: SIM118 - it is no mapping
            plain = theirs.removeprefix("language_model.").replace("model.language_model.", "model.")
            if plain == "lm_head.weight" and tied:
                continue
            name = family.to_gguf(plain)
            if name is None:
                raise Refused(f"{source.name} has a tensor {theirs}, which {family.model_class} has not")

            def load(path: Any = opened, theirs: str = theirs, plain: str = plain) -> Any:
                array = path.get_tensor(theirs).to(torch.float32).numpy()
                return to_neighbours(array, plain, family, config)

            yield name, load


def to_neighbours(array: Any, name: str, family: Family, config: dict[str, Any]) -> Any:
    """Values as llama.cpp keeps them, out of transformers'; see `Family`."""
    if family.norms_from_zero and name.endswith("norm.weight"):
        return array + 1
    heads = rotated_heads(name, family, config)
    if heads:
        rest = array.shape[1:]
        return array.reshape(heads, 2, array.shape[0] // heads // 2, *rest).swapaxes(1, 2).reshape(array.shape)
    return array


def _add_settings(writer: Any, source: Path, config: dict[str, Any], family: Family, file_type: int) -> None:
    heads = int(config["num_attention_heads"])
    head = int(config.get("head_dim") or config["hidden_size"] // heads)
    writer.add_type("model")
    writer.add_name(source.name)
    writer.add_file_type(file_type)
    writer.add_quantization_version(2)
    writer.add_vocab_size(int(config["vocab_size"]))
    writer.add_context_length(int(config["max_position_embeddings"]))
    writer.add_embedding_length(int(config["hidden_size"]))
    writer.add_block_count(int(config["num_hidden_layers"]))
    writer.add_feed_forward_length(int(config["intermediate_size"]))
    writer.add_head_count(heads)
    writer.add_head_count_kv(int(config.get("num_key_value_heads") or heads))
    writer.add_layer_norm_rms_eps(float(config["rms_norm_eps"]))
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    rope = config.get("rope_parameters") or {}
    writer.add_rope_freq_base(float(config.get("rope_theta") or _theta(rope)))
    _add_scaling(writer, config, head, family)
    if family.norms_from_zero:
        writer.add_sliding_window(int(config.get("sliding_window") or 4096))
    if family.architecture == "gemma2":
        writer.add_attn_logit_softcapping(float(config.get("attn_logit_softcapping") or 50.0))
        writer.add_final_logit_softcapping(float(config.get("final_logit_softcapping") or 30.0))


def _theta(rope: dict[str, Any]) -> float:
    """transformers 5 keeps the base by kind of layer where layers differ."""
    inner = rope.get("full_attention", rope)
    return float(inner.get("rope_theta", 10000.0))


def _add_scaling(writer: Any, config: dict[str, Any], head: int, family: Family) -> None:
    scaling = config.get("rope_scaling") or {}
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    if kind in ("default", None):
        return
    if kind == "linear":
        import gguf

        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(float(scaling["factor"]))
        return
    if kind == "llama3":
        writer.add_tensor("rope_freqs.weight", _llama3_factors(config, scaling, head))
        return
    raise Refused(f"it stretches its context in the way {kind!r}, which is not known here for {family.model_class}")


def _llama3_factors(config: dict[str, Any], scaling: dict[str, Any], head: int) -> Any:
    """What each frequency is divided by (transformers, `_compute_llama3_parameters`)."""
    import math

    import numpy as np

    base, length = float(config.get("rope_theta", 10000.0)), float(scaling["original_max_position_embeddings"])
    low, high = float(scaling["low_freq_factor"]), float(scaling["high_freq_factor"])
    factors = []
    for at in range(0, head, 2):
        wave = 2 * math.pi * base ** (at / head)
        if wave < length / high:
            factors.append(1.0)
        elif wave > length / low:
            factors.append(float(scaling["factor"]))
        else:
            smooth = (length / wave - low) / (high - low)
            factors.append(1 / ((1 - smooth) / float(scaling["factor"]) + smooth))
    return np.array(factors, np.float32)


def _expect(source: Path, target: Path) -> None:
    import numpy as np
    import tokenizers
    import torch
    from transformers import AutoModelForCausalLM

    from .running import spare_threads

    torch.set_num_threads(spare_threads())
    reader = tokenizers.Tokenizer.from_file(str(source / "tokenizer.json"))
    model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()
    rows: list[Sequence[int]] = [reader.encode(text).ids[:LONGEST] for text in PROSE[:PASSAGES]]
    saved: dict[str, Any] = {}
    with torch.inference_mode():
        for at, row in enumerate(rows):
            saved[f"tokens_{at}"] = np.array(row, np.int32)
            saved[f"logits_{at}"] = model(torch.tensor([list(row)])).logits[0].float().numpy()
    np.savez(target, **saved)
