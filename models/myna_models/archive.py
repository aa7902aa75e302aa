"""Taking one file out of an archive, without trusting the archive."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from typing import IO

from myna.errors import BadModelFile

MAX_RATIO = 200
"""Unpacked bytes for each packed one; weights hardly compress, so more is an attack."""
_CHUNK = 1 << 20


def extract(archive: Path, member: str, target: Path) -> None:
    """Write the file called `member` in the zip or tar file `archive` to `target`.

    Raises:
        BadModelFile: it is no archive, has no such file, or would unpack to far more than it holds.
    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                extract_zip_member(opened, member, target, archive.name)
            return
        with tarfile.open(archive) as opened_tar:
            _extract_tar_member(opened_tar, member, target, archive)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise BadModelFile(f"{archive.name} is no readable archive: {error}") from error


def extract_zip_member(archive: zipfile.ZipFile, member: str, target: Path, name: str) -> None:
    """Write `member` of an open zip file to `target`; `name` is for messages."""
    try:
        info = archive.getinfo(member)
    except KeyError:
        raise BadModelFile(f"{name} holds no file {member}") from None
    if info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise BadModelFile(f"{member} in {name} unpacks to {info.file_size:,} bytes, which is not credible")
    with archive.open(info) as source:
        _copy(source, target, info.file_size, member)


def _extract_tar_member(archive: tarfile.TarFile, member: str, target: Path, path: Path) -> None:
    try:
        info = archive.getmember(member)
    except KeyError:
        raise BadModelFile(f"{path.name} holds no file {member}") from None
    source = archive.extractfile(info) if info.isreg() else None
    if source is None:
        raise BadModelFile(f"{member} in {path.name} is not a file")
    if info.size > MAX_RATIO * path.stat().st_size:
        raise BadModelFile(f"{member} in {path.name} unpacks to {info.size:,} bytes, which is not credible")
    with source:
        _copy(source, target, info.size, member)


def _copy(source: IO[bytes], target: Path, size: int, member: str) -> None:
    left = size
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise BadModelFile(f"{member} is larger than its archive says")
            file.write(chunk)
    if left:
        raise BadModelFile(f"{member} is smaller than its archive says")
