"""The picture encoder of a vision model: whether its file belongs to a model, and the memory that it takes."""

from __future__ import annotations

from pathlib import Path

from ..errors import BadModelFile
from .gguf import GgufHeader

BESIDE = "use the projector file (mmproj) that was published with this model, or take this one away from beside it"

_OWN_WIDTH = frozenset({"", "mlp", "mlp_norm", "ldp", "ldpv2", "resampler", "adapter"})
"""Projectors of the first files of this kind, which state the encoder's width in `projection_dim` and have the
model's only in their tensors. llama.cpp compares those itself."""


def check_projector(projector: GgufHeader, model: GgufHeader) -> None:
    """Compare two headers, so that a pair that cannot work is told before llama.cpp ends the process over it.

    Raises:
        BadModelFile: `projector` is no picture encoder, or not the one of `model`.
    """
    name, model_name = Path(projector.path).name, Path(model.path).name
    if projector.kind != "projector":
        raise BadModelFile(f"{name} is a {projector.kind} and no picture encoder", hint=BESIDE)
    if projector.metadata.get("clip.has_vision_encoder") is not True:
        raise BadModelFile(f"{name} encodes no pictures", hint=BESIDE)
    tensors = {tensor.name for tensor in projector.tensors}
    if "v.blk.0.attn_out.weight" in tensors and "v.patch_embd.weight" not in tensors:
        # llama.cpp takes it for one that has none, and ends the process over it.
        raise BadModelFile(f"{name} is not whole: it lacks the tensor v.patch_embd.weight", hint=BESIDE)
    width = projector.integer("clip.vision.projection_dim")
    wanted = model.integer(f"{model.architecture}.embedding_length")
    if width != wanted and _kind(projector) not in _OWN_WIDTH:
        raise BadModelFile(
            f"{name} does not belong to {model_name}: it makes vectors of {width:,} numbers, and the model takes "
            f"{wanted:,}",
            hint=BESIDE,
        )


def projector_memory(projector: GgufHeader) -> int:
    """Bytes that loading it and encoding one picture take, about.

    Beside its weights, the largest is one layer over all patches of a picture: the feed-forward part and six times
    its width, and the scores of attention where they are kept.
    """
    side, patch = projector.integer("clip.vision.image_size"), projector.integer("clip.vision.patch_size")
    width = projector.integer("clip.vision.embedding_length")
    hidden = projector.integer("clip.vision.feed_forward_length")
    heads = projector.integer("clip.vision.attention.head_count")
    patches = (side // patch) ** 2 if patch else 0
    layer = patches * (max(hidden, heads * patches) + 6 * width)
    # The picture as numbers, once as it is and once as it is handed over.
    return projector.tensor_bytes + 4 * (layer + 2 * 3 * side * side)


def _kind(projector: GgufHeader) -> str:
    kinds = (projector.metadata.get(key) for key in ("clip.projector_type", "clip.vision.projector_type"))
    return next((kind for kind in kinds if isinstance(kind, str)), "")
