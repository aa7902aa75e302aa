"""What is wrong with a file, a setting or a folder is said in one line by the real program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ENORMOUS = 200_000_000_000
"""Bytes of the largest weight in a model that fits no machine on which tests run."""


@pytest.fixture
def enormous_model(tmp_path: Path) -> Path:
    """A model whose header and size agree, in a sparse file that takes some kilobytes of disk."""
    gguf = pytest.importorskip("gguf")
    import numpy as np

    path = tmp_path / "enormous.gguf"
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(4096)
    writer.add_embedding_length(4096)
    writer.add_block_count(1)
    writer.add_feed_forward_length(4096)
    writer.add_head_count(32)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tensor_info("token_embd.weight", [ENORMOUS // 4 // 4096, 4096], np.dtype(np.float32), ENORMOUS)
    writer.add_tensor_info("output_norm.weight", [4096], np.dtype(np.float32), 4096 * 4)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    with path.open("rb+") as file:
        alignment = 32
        header = -(-path.stat().st_size // alignment) * alignment
        file.truncate(header + ENORMOUS + 4096 * 4)
    if path.stat().st_blocks * 512 > 1_000_000:
        pytest.skip("this file system has no sparse files")
    return path


def test_a_model_larger_than_memory_is_refused_before_it_is_loaded(myna, enormous_model: Path) -> None:
    ended = myna("ask", "--model", str(enormous_model), "Hello")
    message, hint = ended.err.splitlines()
    assert (ended.status, ended.out) == (5, "")
    assert message.startswith("myna: enormous.gguf needs 2")  # 200 GB and what its context takes
    assert " GB may be used" in message
    assert "myna models fit" in hint


def test_a_model_larger_than_memory_is_said_not_to_fit(myna, enormous_model: Path) -> None:
    ended = myna("models", "fit", str(enormous_model), "--json")
    assert ended.status == 0
    (fit,) = json.loads(ended.out)
    assert fit["verdict"] == "too large"


@pytest.mark.parametrize("context", ["1", "3"])
def test_a_context_of_almost_nothing_is_no_crash(myna, context: str) -> None:
    ended = myna("ask", "Hello", env={"MYNA_ENGINE_CONTEXT": context})
    assert (ended.status, ended.out) == (6, "")
    assert f"in a context of {context}" in ended.err.splitlines()[0]


def test_without_a_place_for_its_cache_it_answers(myna, myna_home: Path) -> None:
    (myna_home / "cache").write_text("in the way", encoding="utf-8")
    ended = myna("ask", "What is the capital of France?", "--temperature", "0", "--max-tokens", "16")
    assert (ended.status, ended.err) == (0, "")
    assert "Paris" in ended.out
