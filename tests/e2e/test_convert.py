"""Conversions as people do them: real models, real environments, and what comes of it is used.

The environments lie beside the home that all end-to-end tests share, so that they are made once on a machine.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import _SHARED, DEFAULT_MODEL, Myna
from myna_models.converting.child.families import FAMILIES, Family
from tiny_decoders import write_decoder

FIRST_TIME_S = 1200
"""Making an environment: 380 s were measured on a machine with eight times the work it has processors."""
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
EMBEDDER = "all-minilm-l6-v2"
LANGUAGES = {
    "english": "The quick brown fox doesn't jump over 12 lazy dogs, we're told: it's (nearly) 3:45 p.m.!",
    "chinese": "港口主任有两本笔记本，第一本记着船名。价格是123元，对吗？“是的”，他说……",
    "code": "def f(x):\n\treturn x[1:-2] ** 3 != 0x1F  # no-op\n\n\nfor i in range(10):\n    print(f'{i!r:>4}')\n",
    "digits": "3.14159 1,000,000 2026-11-26 007 1e-9 ½ ² Ⅷ ٣٤ 100%",
    "emoji": "👍🏽 👩‍👩‍👧‍👦 😀😃 🇨🇳 ♥️ naïve café Ångström ﬁ ",
}


@pytest.fixture
def converting(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Myna:
    monkeypatch.setenv("MYNA_MODELS_ENVIRONMENTS", str(_SHARED.parent / "environments"))
    return Myna(own_home)


def texts() -> list[str]:
    """1,200 texts: pieces of every kind, alone and mixed."""
    draw = random.Random(7)
    pieces = list(LANGUAGES.values())
    found = []
    for _ in range(1200):
        parts = []
        for piece in draw.choices(pieces, k=draw.randint(1, 3)):
            start = draw.randrange(len(piece))
            parts.append(piece[start : start + draw.randint(1, 30)])
        found.append(draw.choice(("", " ", "\n", "  ")).join(parts))
    return found


def test_the_tokenizer_is_that_of_llama_cpp(default_model_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    pytest.importorskip("gguf")
    tokenizers = pytest.importorskip("tokenizers")
    from myna.engine.bindings import C as llama_cpp  # noqa: N811 - a module
    from myna_models.converting.child.gguf_metadata import GgufFile
    from myna_models.converting.child.tokenizer_of_gguf import write_tokenizer

    write_tokenizer(GgufFile(default_model_file), tmp_path)
    rebuilt = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(str(default_model_file).encode(), params)
    vocabulary = llama_cpp.llama_model_get_vocab(model)
    buffer = (llama_cpp.llama_token * 512)()
    different = []
    for text in texts():
        data = text.encode()
        count = llama_cpp.llama_tokenize(vocabulary, data, len(data), buffer, len(buffer), False, False)
        if rebuilt.encode(text).ids != list(buffer[:count]):
            different.append(text)
    llama_cpp.llama_model_free(model)
    assert different == []
    assert json.loads((tmp_path / "tokenizer_config.json").read_text())["eos_token"] == "<|im_end|>"


@pytest.mark.timeout(FIRST_TIME_S)
def test_the_chat_model_becomes_onnx_with_weights_of_8_bits_and_answers(myna_home: Path, converting: Myna) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    pytest.importorskip("tokenizers", reason="the extra onnx is not installed")
    ended = converting("models", "convert", DEFAULT_MODEL, "--quantize", "int8", "--json", timeout=FIRST_TIME_S)
    assert ended.status == 0, ended.err
    made = json.loads(ended.out)
    quality = made["conversion"]["report"]["quality"]
    assert quality["perplexity_rise"] <= 0.01
    # Of 811 places: 0.947 was measured.
    assert quality["agreement"] >= 0.94
    # A byte for each weight, a scale for 32 of them, and each matrix once.
    assert made["size"] < 1.6 * made["size_source"]
    folder = myna_home / "models" / made["id"]
    assert {"model.onnx", "model.onnx.data", "tokenizer.json", "genai_config.json"} <= {
        file.name for file in folder.iterdir()
    }

    asked = ("ask", "What is the capital of France?", "--model", made["id"], "--temperature", "0", "--json")
    answered = converting(*asked, "--max-tokens", "12")
    assert answered.status == 0, answered.err
    answer = json.loads(answered.out)
    assert (answer["model"], "Paris" in answer["text"]) == (made["id"], True), answer
    # What is said of it beside the models of the catalog.
    fitting = converting("models", "fit", "--json")
    assert fitting.status == 0, fitting.err
    assert {fit["model"]: fit["basis"] for fit in json.loads(fitting.out)}[made["id"]] == "file"


@pytest.mark.timeout(FIRST_TIME_S)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.model_type)
def test_a_folder_of_each_family_becomes_a_gguf_file_with_the_same_logits(
    family: Family, converting: Myna, tmp_path: Path
) -> None:
    folder = write_decoder(tmp_path / family.model_type, family, BYTE_LEVEL)
    ended = converting(
        "models", "convert", str(folder), "--to", "gguf", "--quantize", "f32", "--json", timeout=FIRST_TIME_S
    )
    assert ended.status == 0, ended.err
    quality = json.loads(ended.out)["conversion"]["report"]["quality"]
    assert quality["agreement"] >= 0.99
    # llama.cpp multiplies with 16-bit intermediates here and there; a wrong order of rows makes whole units.
    assert quality["largest_difference"] < 0.05


def test_the_embedder_is_converted_and_used(install: Callable[..., Path], converting: Myna) -> None:
    install(EMBEDDER)
    ended = converting("models", "convert", EMBEDDER, "--json")
    assert ended.status == 0, ended.err
    made = json.loads(ended.out)
    assert made["size"] <= 0.26 * made["size_source"]
    assert made["conversion"]["report"]["quality"]["cosine"] >= 0.99
    assert made["conversion"]["quantization"] == "int8"
