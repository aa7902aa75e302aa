"""The small model that sees, which the end-to-end tests look with, and its held-out questions."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from myna.engine.chat_template import ChatTemplate
from myna_models import admission

FOLDER = Path(__file__).parents[1] / "e2e" / "models"
MODEL = FOLDER / "easy-vqa.gguf"
PROJECTOR = FOLDER / "easy-vqa-mmproj.gguf"
QUESTIONS = FOLDER / "easy-vqa-held-out.zip"
LICENCE = FOLDER / "easy-vqa.LICENSE"

VIT_LAYER = [
    f"{part}.{kind}"
    for part in ("ln1", "ln2", "attn_q", "attn_k", "attn_v", "attn_out", "ffn_up", "ffn_down")
    for kind in ("weight", "bias")
]
LANGUAGE_LAYER = [
    f"{part}.weight"
    for part in ("attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up", "ffn_down")
]


def fields(path: Path) -> dict[str, Any]:
    return {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()}


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    return fields(MODEL)


@pytest.fixture(scope="module")
def projector() -> dict[str, Any]:
    return fields(PROJECTOR)


def test_model_projector_and_questions_are_small_enough_for_git() -> None:
    assert sum(path.stat().st_size for path in (MODEL, PROJECTOR, QUESTIONS)) < 5_000_000


def test_admission_takes_them_for_a_model_and_its_projector() -> None:
    assert [facts.kind for facts in admission.admit([MODEL, PROJECTOR])] == ["gguf model", "gguf projector"]


def test_the_projector_makes_what_the_model_takes(model: dict[str, Any], projector: dict[str, Any]) -> None:
    assert projector["clip.projector_type"] == "janus_pro"
    assert projector["clip.vision.projection_dim"] == model["llama.embedding_length"] == 128
    assert (projector["clip.vision.image_size"], projector["clip.vision.patch_size"]) == (64, 8)


def test_the_projector_says_how_pictures_were_prepared_in_training(projector: dict[str, Any]) -> None:
    # llama.cpp accepts any numbers here; with wrong ones the model sees something else.
    assert projector["clip.vision.image_mean"] == projector["clip.vision.image_std"] == [0.5, 0.5, 0.5]
    assert projector["clip.use_gelu"] is True


def test_no_tensor_is_missing_because_llama_cpp_would_end_the_process(
    model: dict[str, Any], projector: dict[str, Any]
) -> None:
    seen = {tensor.name for tensor in gguf.GGUFReader(PROJECTOR).tensors}
    assert seen == {
        "v.patch_embd.weight", "v.patch_embd.bias", "v.position_embd.weight", "v.post_ln.weight", "v.post_ln.bias",
        "mm.0.weight", "mm.0.bias", "mm.1.weight", "mm.1.bias",
        *(f"v.blk.{layer}.{name}" for layer in range(projector["clip.vision.block_count"]) for name in VIT_LAYER),
    }  # fmt: skip
    # The embeddings are tied: no `output.weight`.
    assert {tensor.name for tensor in gguf.GGUFReader(MODEL).tensors} == {
        "token_embd.weight", "output_norm.weight",
        *(f"blk.{layer}.{name}" for layer in range(model["llama.block_count"]) for name in LANGUAGE_LAYER),
    }  # fmt: skip


@pytest.mark.parametrize("path", [MODEL, PROJECTOR], ids=lambda path: path.stem)
def test_all_weights_are_numbers_and_matrices_have_half_precision(path: Path) -> None:
    for tensor in gguf.GGUFReader(path).tensors:
        assert np.isfinite(tensor.data).all(), tensor.name
        assert float(np.abs(tensor.data).max()) > 0, tensor.name
        if len(tensor.shape) > 1 and tensor.name != "v.position_embd.weight":
            assert tensor.tensor_type == gguf.GGMLQuantizationType.F16, tensor.name


def test_the_vocabulary_has_all_bytes_and_three_control_tokens(model: dict[str, Any]) -> None:
    tokens, types = model["tokenizer.ggml.tokens"], model["tokenizer.ggml.token_type"]
    assert len(tokens) == len(set(tokens)) == len(types) == 357
    control = [token for token, kind in zip(tokens, types, strict=True) if kind == gguf.TokenType.CONTROL]
    assert control == ["<|begin|>", "<|answer|>", "<|done|>"]
    assert sum(len(token) == 1 for token in tokens) == 256
    assert tokens[model["tokenizer.ggml.bos_token_id"]] == "<|begin|>"
    assert tokens[model["tokenizer.ggml.eos_token_id"]] == "<|done|>"


def test_its_template_puts_the_picture_first_and_leaves_the_system_message_out(model: dict[str, Any]) -> None:
    template = ChatTemplate(model["tokenizer.chat_template"], bos="<|begin|>", eos="<|done|>")
    messages = [
        {"role": "system", "content": "You are Myna."},
        {"role": "user", "content": "(picture)\nis there a circle?"},
        {"role": "assistant", "content": "yes"},
        {"role": "user", "content": "what color is it?"},
    ]
    expected = "<|begin|>(picture)\nis there a circle?<|answer|>yes<|done|>what color is it?<|answer|>"
    assert template.render(messages) == expected


def test_the_licence_goes_wherever_the_weights_and_pictures_go(
    model: dict[str, Any], projector: dict[str, Any]
) -> None:
    text = LICENCE.read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2019 Victor Zhou\n")
    assert "THE SOFTWARE IS PROVIDED" in text
    for described in (model, projector):
        assert described["general.license"] == "mit"
        assert text in described["general.description"]
    with zipfile.ZipFile(QUESTIONS) as archive:
        assert archive.read("LICENSE").decode() == text


def test_five_hundred_questions_are_held_out_with_their_pictures() -> None:
    with zipfile.ZipFile(QUESTIONS) as archive:
        asked = [tuple(row) for row in json.loads(archive.read("questions.json"))]
        # The same question about the same picture may not count twice.
        assert len(asked) == len(set(asked)) == 500
        pictures = {name for _, _, name in asked}
        assert pictures | {"questions.json", "LICENSE"} == set(archive.namelist())
        for name in pictures:
            # A PNG file's header tells its size.
            header = archive.read(name)[:24]
            assert (header[:8], header[16:]) == (b"\x89PNG\r\n\x1a\n", b"\0\0\0\x40\0\0\0\x40"), name
    assert {answer for _, answer, _ in asked} == {
        "yes", "no", "circle", "rectangle", "triangle",
        "black", "blue", "brown", "gray", "green", "red", "teal", "yellow",
    }  # fmt: skip
