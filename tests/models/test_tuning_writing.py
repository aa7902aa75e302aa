"""Formats are written by a process of their own: whole, or not at all."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from myna.engine.gguf import read_header
from myna.errors import BadModelFile, DiskFull, ModelMissing
from myna.testing.tiny_gguf import write_tiny_model
from myna_models.tuning import writing
from myna_models.tuning.setups import RECIPES, recipe
from myna_models.tuning.writing import Writer


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny.gguf")


def writer(source: Path, folder: Path) -> Writer:
    folder.mkdir(exist_ok=True)
    return Writer(source, read_header(source), folder, folder.parent / "cache", threads=1, report=lambda *_: None)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_format_is_written_once(source: Path, tmp_path: Path) -> None:
    made = writer(source, tmp_path / "work")
    path = asyncio.run(made.file(recipe("Q8_0")))
    assert {tensor.type for tensor in read_header(path).tensors} == {"F32", "Q8_0"}
    first = path.stat().st_mtime_ns
    assert asyncio.run(made.file(recipe("Q8_0"))).stat().st_mtime_ns == first
    assert path.stat().st_size == pytest.approx(made.size(recipe("Q8_0")), rel=0.5)
    made.discard(recipe("Q8_0"))
    assert not path.exists()


def test_a_format_can_keep_the_embedding(source: Path, tmp_path: Path) -> None:
    path = asyncio.run(writer(source, tmp_path / "work").file(recipe("Q4_0+")))
    types = {tensor.name: tensor.type for tensor in read_header(path).tensors}
    assert types["token_embd.weight"] == "F32"
    assert types["blk.0.attn_q.weight"] == "Q4_0"


def test_half_a_file_of_an_earlier_run_is_removed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    half = tmp_path / "work" / "part-model.Q8_0.gguf"
    half.write_bytes(b"GGUF half")
    writer(source, tmp_path / "work")
    assert not half.exists()


def test_a_disk_without_room_is_not_written_to(source: Path, small_disk: Path) -> None:
    with pytest.raises(DiskFull, match="free"):
        asyncio.run(writer(source, small_disk).file(recipe("Q8_0")))
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_fills_up_in_the_middle_leaves_nothing(
    source: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "require", lambda *_: None)
    with pytest.raises(DiskFull, match="no space left while Q8_0"):
        asyncio.run(writer(source, small_disk).file(recipe("Q8_0")))
    assert list(small_disk.iterdir()) == []


def test_a_model_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    whole = write_tiny_model(tmp_path / "whole.gguf")
    strange = tmp_path / "strange.gguf"
    strange.write_bytes(whole.read_bytes().replace(b"llama", b"lhama"))
    with pytest.raises(BadModelFile, match="Q8_0"):
        asyncio.run(writer(strange, tmp_path / "work").file(recipe("Q8_0")))
    assert list((tmp_path / "work").glob("*.gguf")) == []


def test_an_original_that_is_gone_is_said(source: Path, tmp_path: Path) -> None:
    made = writer(source, tmp_path / "work")
    source.unlink()
    with pytest.raises(ModelMissing, match="removed"):
        asyncio.run(made.file(recipe("Q8_0")))


def test_the_writing_process_ends_with_its_parent(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "myna.engine.llama.requantize", str(source), str(tmp_path / "x.gguf")]
    with subprocess.Popen([*command, "25", "-1", "1"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) in {0, 1}


def test_each_format_has_a_name_of_its_own() -> None:
    assert len({one.name for one in RECIPES}) == len(RECIPES)
