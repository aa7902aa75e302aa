"""Versions side by side: by weight, by conversation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from myna.errors import BadPrompt, PromptMissing
from myna_prompts.library import Library
from myna_prompts.splitting import choose, read_splits, serve, write_splits

from .test_library import write


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "own"
    for version in ("1.0", "1.1"):
        write(folder, "sum", version=version)
    return Library([], own=folder)


def test_weights_are_kept_over_many_conversations_and_one_keeps_its_version() -> None:
    counted = Counter(choose({"1.0": 1, "1.1": 3}, f"conversation {number}") for number in range(4000))
    # Of 4,000 draws with p = 0.25 the standard deviation is 27; five of them.
    assert abs(counted["1.0"] - 1000) < 137
    assert len({choose({"1.0": 1, "1.1": 3}, "one") for _ in range(10)}) == 1
    assert {choose({"1.0": 0.0, "1.1": 1}, str(number)) for number in range(50)} == {"1.1"}


def test_a_split_template_is_served_by_it(library: Library) -> None:
    splits = {"sum:en": {"1.0": 1.0, "1.1": 1.0}}
    served = {serve(library, "sum", splits, f"c{number}").template.version for number in range(40)}
    assert served == {"1.0", "1.1"}
    assert {serve(library, "sum", {}, f"c{number}").template.version for number in range(9)} == {"1.1"}
    assert {serve(library, "sum@1.0", splits, f"c{number}").template.version for number in range(9)} == {"1.0"}


def test_a_version_that_is_gone_is_not_served(library: Library) -> None:
    assert serve(library, "sum", {"sum:en": {"0.9": 5.0, "1.0": 1.0}}, "c").template.version == "1.0"
    with pytest.raises(PromptMissing, match="no version that the template sum is split into"):
        serve(library, "sum", {"sum:en": {"0.9": 5.0}}, "c")


def test_the_file_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "splits.toml"
    assert read_splits(path) == {}
    write_splits(path, {"sum:en": {"1.0": 1.0, "1.1": 2.5}})
    assert read_splits(path) == {"sum:en": {"1.0": 1.0, "1.1": 2.5}}
    assert [file.name for file in path.parent.iterdir()] == ["splits.toml"]


@pytest.mark.parametrize("text", [b"x", b"[a]\n'1.0' = -1", b"[a]\n'1.0' = 'much'", b"\xff"])
def test_a_broken_file_is_told(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "splits.toml"
    path.write_bytes(text)
    with pytest.raises(BadPrompt, match="cannot be used"):
        read_splits(path)
