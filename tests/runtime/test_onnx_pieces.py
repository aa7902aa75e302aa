"""Vocabularies of SentencePiece's kind, which put a space before each text: answers that fit a schema begin without."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("llguidance", reason="the extra onnx is not installed")
pytest.importorskip("tokenizers", reason="the extra onnx is not installed")

from myna.engine.onnx.guidance import Guide
from myna.engine.onnx.vocabulary import TokenizerVocabulary
from myna.testing.tiny_onnx import tokenizer as byte_level

SPACE = "\u2581"
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "integer", "minimum": 1, "maximum": 5}, "on": {"type": "boolean"}},
    "required": ["a", "on"],
}


def pieces(*, normalizer: Any, pre_tokenizer: Any) -> dict[str, Any]:
    """As transformers and our own converter write them: bytes, letters, and a few longer words."""
    words = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), SPACE]
    words += [*string.ascii_letters, *string.digits, *'{}[]:,".-']
    merges = [("t", "r"), ("u", "e"), ("tr", "ue"), (SPACE, "t"), (SPACE, SPACE), ('"', ":")]
    words += ["".join(pair) for pair in merges]
    special = [
        {"id": at, "content": word, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True}
        for at, word in enumerate(words[:3])
    ]  # fmt: skip
    steps = [{"type": "Replace", "pattern": {"String": SPACE}, "content": " "}, {"type": "ByteFallback"}]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer, "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [*steps, {"type": "Fuse"}]},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
            "vocab": {word: at for at, word in enumerate(words)}, "merges": [list(pair) for pair in merges],
        },
    }  # fmt: skip


REPLACED = {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}
KINDS = {
    "prepended": pieces(
        normalizer={"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": SPACE}, REPLACED]},
        pre_tokenizer=None,
    ),
    "metaspace": pieces(
        normalizer=None,
        pre_tokenizer={"type": "Metaspace", "replacement": SPACE, "prepend_scheme": "first", "split": False},
    ),
    "no space": pieces(normalizer=REPLACED, pre_tokenizer=None),
    "byte level": byte_level(),
}


@pytest.fixture(params=KINDS)
def vocabulary(request: pytest.FixtureRequest, tmp_path: Path) -> TokenizerVocabulary:
    file = tmp_path / "tokenizer.json"
    whole = KINDS[request.param]
    file.write_text(json.dumps(whole), encoding="utf-8")
    size = 1 + max(whole["model"]["vocab"].values())
    size = max(size, 1 + max(one["id"] for one in whole["added_tokens"]))
    return TokenizerVocabulary(file, size=size, ends=[2], bos="", eos="", add_bos=False)


@pytest.mark.parametrize("text", ['{"a": 1', "true", " true", "", "中文 x", "\x02\x02"])
def test_inside_a_text_nothing_is_put_before_it(vocabulary: TokenizerVocabulary, text: str) -> None:
    tokens = vocabulary.tokenize_inside(text)
    assert b"".join(vocabulary.piece(token) for token in tokens) == text.encode()


@pytest.mark.parametrize("seed", range(4))
def test_an_answer_fits_its_schema(vocabulary: TokenizerVocabulary, seed: int) -> None:
    grammar = Guide(vocabulary).schema(json.dumps(SCHEMA))
    draw = np.random.default_rng(seed)
    answer = b""
    for _ in range(200):
        token = int(draw.choice(np.flatnonzero(grammar._allowed())))
        if vocabulary.ends(token):
            break
        answer += vocabulary.piece(token)
        grammar.accept(token)
    found = json.loads(answer)
    assert answer.startswith(b"{")
    assert (set(found), 1 <= found["a"] <= 5, type(found["on"])) == ({"a", "on"}, True, bool)
