"""What Myna keeps on disk only to be quicker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

KEPT = ("downloads", "kiosk")
"""What has arrived of models that are being fetched would have to come again; a kiosk's folder is in use."""


def cached(cache: Path) -> int:
    """Bytes that `empty` would free."""
    return sum(_size(path) for path in _disposable(cache))


def empty(cache: Path) -> int:
    """Delete what can be made again; the bytes freed. What cannot be deleted stays."""
    before = cached(cache)
    for path in _disposable(cache):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            try:
                path.unlink()
            except OSError:
                continue
    return before - cached(cache)


def _disposable(cache: Path) -> list[Path]:
    try:
        return [path for path in cache.iterdir() if path.name not in KEPT]
    except OSError:
        return []


def _size(path: Path) -> int:
    if path.is_symlink():
        return 0
    return sum(_bytes(file) for file in (_files(path) if path.is_dir() else (path,)))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        # Somebody deleted it meanwhile.
        return 0
