"""Picture encoders for the tiny model, small enough for a unit test, with random weights.

They see nothing, but what llama.cpp does around them is as with large ones: one for each way in which pictures
become tokens.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .tiny_gguf import WIDTH

if TYPE_CHECKING:
    import numpy as np

Kind = Literal["janus_pro", "gemma3", "idefics3", "qwen2vl_merger"]
"""A square picture in one piece; the same, whose tokens see one another; tiles with tokens between them; a picture of
any shape with positions of three axes (for `architecture="qwen2vl"`)."""

SIDE, PATCH, BROAD, HEADS = 32, 8, 32, 2
TILE_TOKENS = ("<fake_token_around_image>", "<global-img>", "\n\n")
"""What `idefics3` wants in the model's vocabulary."""


def write_tiny_projector(path: Path, kind: Kind = "janus_pro", *, width: int = WIDTH, seed: int = 3) -> Path:
    """Write the encoder to `path`: a layer, 32 x 32 pixels, vectors of `width` numbers."""
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(str(path), "clip")
    writer.add_type(gguf.GGUFType.MMPROJ)
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type(kind)
    writer.add_vision_projection_dim(width)
    writer.add_vision_image_size(SIDE)
    writer.add_vision_patch_size(PATCH)
    writer.add_vision_embedding_length(BROAD)
    writer.add_vision_feed_forward_length(2 * BROAD)
    writer.add_vision_block_count(1)
    writer.add_vision_head_count(HEADS)
    writer.add_vision_attention_layernorm_eps(1e-6)
    writer.add_vision_image_mean([0.5, 0.5, 0.5])
    writer.add_vision_image_std([0.5, 0.5, 0.5])
    writer.add_vision_use_gelu(True)
    if kind in ("gemma3", "idefics3"):
        writer.add_vision_projector_scale_factor(2)
    if kind == "idefics3":
        writer.add_vision_preproc_image_size(2 * SIDE)
    for name, weights in _weights(kind, width, np.random.default_rng(seed)).items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _weights(kind: Kind, width: int, random: np.random.Generator) -> dict[str, Any]:
    def matrix(*shape: int) -> Any:
        return (random.standard_normal(shape) * shape[-1] ** -0.5).astype("float32")

    def ones(size: int) -> Any:
        return 1 + matrix(1, size)[0] * 0.1

    weights = {"v.patch_embd.weight": matrix(BROAD, 3, PATCH, PATCH), "v.post_ln.weight": ones(BROAD)}
    weights["v.post_ln.bias"] = matrix(1, BROAD)[0]
    if kind == "qwen2vl_merger":
        weights["v.patch_embd.weight.1"] = matrix(BROAD, 3, PATCH, PATCH)
    else:
        weights["v.patch_embd.bias"] = matrix(1, BROAD)[0]
        weights["v.position_embd.weight"] = matrix((SIDE // PATCH) ** 2, BROAD)
    for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
        weights[f"v.blk.0.{part}.weight"] = matrix(BROAD, BROAD)
        weights[f"v.blk.0.{part}.bias"] = matrix(1, BROAD)[0]
    for part in ("ln1", "ln2"):
        weights[f"v.blk.0.{part}.weight"] = ones(BROAD)
        weights[f"v.blk.0.{part}.bias"] = matrix(1, BROAD)[0]
    weights["v.blk.0.ffn_up.weight"] = matrix(2 * BROAD, BROAD)
    weights["v.blk.0.ffn_up.bias"] = matrix(1, 2 * BROAD)[0]
    weights["v.blk.0.ffn_down.weight"] = matrix(BROAD, 2 * BROAD)
    weights["v.blk.0.ffn_down.bias"] = matrix(1, BROAD)[0]
    match kind:
        case "janus_pro":
            weights |= {"mm.0.weight": matrix(BROAD, BROAD), "mm.0.bias": matrix(1, BROAD)[0]}
            weights |= {"mm.1.weight": matrix(width, BROAD), "mm.1.bias": matrix(1, width)[0]}
        case "gemma3":
            weights |= {"mm.input_projection.weight": matrix(BROAD, width), "mm.soft_emb_norm.weight": ones(BROAD)}
        case "idefics3":
            weights |= {"mm.model.fc.weight": matrix(width, 4 * BROAD)}
        case "qwen2vl_merger":
            weights |= {"mm.0.weight": matrix(4 * BROAD, 4 * BROAD), "mm.0.bias": matrix(1, 4 * BROAD)[0]}
            weights |= {"mm.2.weight": matrix(width, 4 * BROAD), "mm.2.bias": matrix(1, width)[0]}
    return weights
