from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

import pytest

from myna.errors import BadModelFile
from myna_models.archive import extract


def test_a_file_that_the_archive_does_not_hold(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", b"1")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.add(tmp_path / "a.zip", "a")
    for name in ("a.zip", "a.tar"):
        with pytest.raises(BadModelFile, match=rf"{name} holds no file b"):
            extract(tmp_path / name, "b", tmp_path / "out")


def test_a_file_that_unpacks_to_far_too_much(tmp_path: Path) -> None:
    (tmp_path / "zeros").write_bytes(bytes(20_000_000))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "zeros", "bomb")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "zeros", "bomb")
    for name in ("a.zip", "a.tar.gz"):
        with pytest.raises(BadModelFile, match="not credible"):
            extract(tmp_path / name, "bomb", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    link = tarfile.TarInfo("model")
    link.type = tarfile.SYMTYPE
    link.linkname = "/etc/passwd"
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.addfile(link)
    with pytest.raises(BadModelFile):
        extract(tmp_path / "a.tar", "model", tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(BadModelFile):
        extract(tmp_path / "a.zip", "model", tmp_path / "out")
