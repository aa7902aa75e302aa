"""A model that was put together in a folder beside the others appears among them all at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from .installed import LOCK, Installed, Store


def appear(store: Store, record: Installed, staging: Path) -> None:
    """Rename the folder `staging`, whose files are whole, to what `record` calls it; one of that name is replaced."""
    lock = msgspec.toml.encode(record)
    (staging / LOCK).write_bytes(lock)
    sync(staging / LOCK)
    _sync_folder(staging)
    final = store.folder / record.id
    old = store.staging / f"{record.id}.old"
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    staging.rename(final)
    _sync_folder(store.folder)
    shutil.rmtree(old, ignore_errors=True)
    store.pins.mkdir(exist_ok=True)
    pins = store.pins / f"{record.id}.toml"
    pins.with_suffix(".new").write_bytes(lock)
    pins.with_suffix(".new").replace(pins)


def sync(path: Path) -> None:
    """Make what was written to a file last."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Make renames in `path` last; not every platform lets a folder be opened for it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)
