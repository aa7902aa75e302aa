"""Writes the trained model as two GGUF files: the language model, and the projector file with the part that sees."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import gguf
import numpy as np
import torch

from . import language, vision
from .conversations import CHAT_TEMPLATE
from .pixels import DEVIATION, MEAN, SIZE
from .tokens import BEGIN, DONE, SPECIAL, Tokenizer

NAMES = ("easy-vqa.gguf", "easy-vqa-mmproj.gguf")
LICENCE = "easy-vqa.LICENSE"
SOURCE = "https://github.com/vzhou842/easy-VQA"


def notice() -> str:
    """The licence of the package, as it is in the package."""
    found = distribution("easy-vqa").read_text("LICENSE")
    if not found:
        raise SystemExit("the easy-vqa package that is installed has no licence file")
    return found


def matrix(weights: torch.Tensor) -> np.ndarray:
    """Matrices in half precision; vectors, which are few, stay as they are."""
    found = weights.detach().contiguous().numpy()
    return found.astype(np.float16 if found.ndim > 1 else np.float32)


def describe(writer: gguf.GGUFWriter, name: str) -> None:
    writer.add_name(name)
    writer.add_description(f"Trained on the pictures and questions of easy-vqa 1.0, for tests.\n\n{notice()}")
    writer.add_license("mit")
    writer.add_source_url(SOURCE)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_language(model: language.Language, tokenizer: Tokenizer, target: Path) -> None:
    writer = gguf.GGUFWriter(target, "llama")
    describe(writer, "easy-vqa")
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_vocab_size(len(tokenizer.tokens))
    writer.add_context_length(language.CONTEXT)
    writer.add_embedding_length(language.WIDTH)
    writer.add_block_count(language.LAYERS)
    writer.add_feed_forward_length(language.HIDDEN)
    writer.add_head_count(language.HEADS)
    writer.add_head_count_kv(language.HEADS)
    writer.add_key_length(language.HEAD)
    writer.add_value_length(language.HEAD)
    writer.add_rope_dimension_count(language.HEAD)
    writer.add_rope_freq_base(language.ROPE_BASE)
    writer.add_layer_norm_rms_eps(language.EPSILON)

    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokenizer.tokens)
    writer.add_token_types(
        [gguf.TokenType.CONTROL if token in SPECIAL else gguf.TokenType.NORMAL for token in tokenizer.tokens]
    )
    writer.add_token_merges([" ".join(merge) for merge in tokenizer.merges])
    writer.add_bos_token_id(tokenizer.numbers[BEGIN])
    writer.add_eos_token_id(tokenizer.numbers[DONE])
    writer.add_eot_token_id(tokenizer.numbers[DONE])
    # The template writes it.
    writer.add_add_bos_token(value=False)
    writer.add_chat_template(CHAT_TEMPLATE)

    writer.add_tensor("token_embd.weight", matrix(model.token_embd.weight))
    writer.add_tensor("output_norm.weight", matrix(model.output_norm.weight))
    for name, weights in model.blk.named_parameters(prefix="blk"):
        writer.add_tensor(name, matrix(weights))
    finish(writer)


def write_vision(model: vision.Vision, projector: vision.Projector, target: Path) -> None:
    writer = gguf.GGUFWriter(target, "clip")
    describe(writer, "easy-vqa projector")
    writer.add_type(gguf.GGUFType.MMPROJ)
    writer.add_clip_has_vision_encoder(value=True)
    writer.add_clip_projector_type("janus_pro")
    writer.add_vision_projection_dim(language.WIDTH)
    writer.add_vision_image_size(SIZE)
    writer.add_vision_patch_size(vision.PATCH)
    writer.add_vision_embedding_length(vision.WIDTH)
    writer.add_vision_feed_forward_length(vision.HIDDEN)
    writer.add_vision_block_count(vision.LAYERS)
    writer.add_vision_head_count(vision.HEADS)
    writer.add_vision_attention_layernorm_eps(vision.EPSILON)
    writer.add_vision_image_mean([MEAN] * 3)
    writer.add_vision_image_std([DEVIATION] * 3)
    writer.add_vision_use_gelu(value=True)

    writer.add_tensor("v.patch_embd.weight", matrix(model.patch_embd.weight))
    writer.add_tensor("v.patch_embd.bias", matrix(model.patch_embd.bias))
    # Added to float32, which not every backend can do with half precision.
    writer.add_tensor("v.position_embd.weight", model.position_embd.detach().numpy())
    for part, prefix in ((model.blk, "v.blk"), (model.post_ln, "v.post_ln")):
        for name, weights in part.named_parameters(prefix=prefix):
            writer.add_tensor(name, matrix(weights))
    for number, layer in enumerate((projector.first, projector.second)):
        writer.add_tensor(f"mm.{number}.weight", matrix(layer.weight))
        writer.add_tensor(f"mm.{number}.bias", matrix(layer.bias))
    finish(writer)
