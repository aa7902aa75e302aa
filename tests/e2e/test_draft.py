"""A large file of the default model with the small one writing ahead: the same answers, in fewer steps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from conftest import DEFAULT_MODEL, Myna
from myna.engine.tuning import REQUANTIZE

FLOATS = "0"
"""llama.cpp's number of the file type."""


def test_a_large_model_answers_the_same_with_a_small_one_that_writes_ahead(
    myna: Myna, default_model_file: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.gguf"
    command = [sys.executable, "-P", "-m", REQUANTIZE, str(default_model_file), str(large), FLOATS, "-1", "2"]
    # It ends when its standard input does.
    with subprocess.Popen(command, stdin=subprocess.PIPE) as writing:
        assert writing.wait(120) == 0
    asked = ("ask", "Tell me about the river Nile.", "--model", str(large), "--temperature", "0", "--max-tokens", "96")
    alone = myna(*asked, "--json")
    with_draft = {"MYNA_ENGINE_DRAFT": DEFAULT_MODEL}
    helped = myna(*asked, "--json", env=with_draft)
    assert (alone.status, helped.status) == (0, 0), (alone.err, helped.err)
    mine, theirs = json.loads(helped.out), json.loads(alone.out)
    # Several tokens at once take other sums than one, whose last bits decide near ties.
    assert mine["text"][:150] == theirs["text"][:150]
    assert mine["usage"]["completion_tokens"] > 40

    told = myna("doctor", "--json", env={**with_draft, "MYNA_CHAT_MODEL": str(large)})
    found = [finding["text"] for finding in json.loads(told.out)["findings"]]
    assert f"{default_model_file.name} writes ahead for {large.stem}" in found

    # One that is gone only makes answers slower, and is told where people look for what is wrong.
    gone = {"MYNA_ENGINE_DRAFT": "no-such-model"}
    assert json.loads(myna(*asked, "--json", env=gone).out)["text"] == theirs["text"]
    told = myna("doctor", "--json", env={**gone, "MYNA_CHAT_MODEL": str(large)})
    assert any("no-such-model" in finding["text"] for finding in json.loads(told.out)["findings"])
