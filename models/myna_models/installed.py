"""What is installed: one folder for each model, and in it `lock.toml` that says what each file is.

<models>/smollm2-135m-instruct/lock.toml
<models>/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf
<models>/.pins/smollm2-135m-instruct.toml      a copy of the lock that outlives removal
<models>/.staging/                             a model before it appears
<models>/.optimized/smollm2-135m-instruct/     how it runs best here; see `tuning/record.py`
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from myna.engine.protocols import Task
from myna.errors import BadConfig, ModelMissing

from .manifest import FileName, ModelId, Role
from .space import disk_errors

LOCK = "lock.toml"


class LockedPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    pin: str = ""
    """What exactly the source brought: a commit, a package with its hash."""


class LockedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: Role
    name: FileName
    size: int
    sha256: str
    parts: tuple[LockedPart, ...] = ()


class Conversion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a model was made here, for one that was."""

    source: str
    """The name of the model, file or folder that it was made from."""
    source_sha256: str
    quantization: str
    """`none`, `int8`, `int4` ..., as it was asked for."""
    tools: dict[str, str] = {}
    """Versions of what made it, by name."""
    report: dict[str, Any] = {}
    """Size, quality and speed beside the source's, as they were measured here."""


class Installed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A model as it lies on disk; also what its pins are."""

    id: ModelId
    name: str
    task: Task
    format: str
    licence: str
    installed: str
    """UTC, ISO 8601."""
    files: tuple[LockedFile, ...]
    parameters: int = 0
    quantization: str = ""
    languages: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    conversion: Conversion | None = None

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def file(self, role: str) -> LockedFile | None:
        return next((file for file in self.files if file.role == role), None)


class FileCheck(msgspec.Struct, frozen=True):
    """What hashing an installed file again showed."""

    model: str
    file: str
    result: Literal["ok", "missing", "wrong size", "wrong hash", "unreadable"]


class Store:
    """The folder of installed models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def staging(self) -> Path:
        return self.folder / ".staging"

    @property
    def pins(self) -> Path:
        return self.folder / ".pins"

    @property
    def optimized(self) -> Path:
        return self.folder / ".optimized"

    def names(self) -> list[str]:
        """Installed models, without reading their locks."""
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if (entry / LOCK).is_file())

    def get(self, name: str) -> Installed | None:
        """The installed model called `name`, or None.

        Raises:
            BadConfig: its lock file is broken.
        """
        return self._read(self.folder / name / LOCK) if _plain(name) else None

    def pinned(self, name: str) -> Installed | None:
        """What was fetched for `name` the first time, also when it was removed since."""
        return self._read(self.pins / f"{name}.toml") if _plain(name) else None

    def path(self, name: str, file: LockedFile) -> Path:
        return self.folder / name / file.name

    def inside(self, model: Installed) -> bool:
        """Whether all of `model` lies in the models folder: that may be a link itself, and no link in it leads out.
        What one brings was put there by whoever owns the machine, who may name it; requests and defaults get none."""
        folder = self.folder.resolve()
        files = [self.folder / model.id / LOCK, *(self.path(model.id, file) for file in model.files)]
        files += (self.optimized / model.id).glob("*")
        return all(file.resolve().is_relative_to(folder) for file in files)

    def load(self) -> tuple[list[Installed], list[BadConfig]]:
        """All installed models, and an error for each lock file that is broken."""
        read = [self._try(name) for name in self.names()]
        return (
            [item for item in read if isinstance(item, Installed)],
            [item for item in read if isinstance(item, BadConfig)],
        )

    def _try(self, name: str) -> Installed | BadConfig | None:
        try:
            return self.get(name)
        except BadConfig as error:
            return error

    def _read(self, path: Path) -> Installed | None:
        try:
            return msgspec.toml.decode(path.read_bytes(), type=Installed)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadConfig(
                f"the lock file of {path.parent.name} cannot be read: {error}", hint=f"delete {path} and pull again"
            ) from error

    def remove(self, name: str, *, forget: bool = False) -> int:
        """Delete the model called `name`, and what was made of it here; returns the bytes freed. `forget` deletes its
        pins too.

        Raises:
            ModelMissing: it is not installed.
            Missing: the folder may not be changed.
        """
        folder = self.folder / name
        if not _plain(name) or not (folder / LOCK).is_file():
            raise ModelMissing(f"{name} is not installed")
        with disk_errors(name):
            freed = sum(entry.stat().st_size for entry in folder.iterdir() if entry.is_file())
            # Renamed first, so that a reader never sees half a model.
            self.staging.mkdir(parents=True, exist_ok=True)
            grave = self.staging / f"removed-{name}-{os.getpid()}"
            folder.rename(grave)
            if grave.is_symlink():
                grave.unlink()  # what it leads to is not ours
            else:
                shutil.rmtree(grave)
            for made in (self.optimized / name, self.optimized / ".work" / name):
                if made.is_dir():
                    freed += sum(entry.stat().st_size for entry in made.iterdir() if entry.is_file())
                    shutil.rmtree(made)
            if forget:
                (self.pins / f"{name}.toml").unlink(missing_ok=True)
        return freed

    def check(self, name: str, progress: Callable[[int, int], None] | None = None) -> list[FileCheck]:
        """Hash every file of the model called `name` again; `progress` gets bytes so far and in all.

        Raises:
            ModelMissing: it is not installed.
        """
        model = self.get(name)
        if model is None:
            raise ModelMissing(f"{name} is not installed")
        results, before = [], 0
        for file in model.files:
            results.append(FileCheck(name, file.name, self._check(name, file, progress, before, model.size)))
            before += file.size
        return results

    def _check(
        self, name: str, file: LockedFile, progress: Callable[[int, int], None] | None, before: int, total: int
    ) -> Literal["ok", "missing", "wrong size", "wrong hash", "unreadable"]:
        path = self.path(name, file)
        try:
            if not path.is_file():
                return "missing"
            if path.stat().st_size != file.size:
                return "wrong size"
            digest = sha256_of(path, (lambda done: progress(before + done, total)) if progress else None)
        except OSError:
            return "unreadable"
        return "ok" if digest == file.sha256 else "wrong hash"


def sha256_of(path: Path, progress: Callable[[int], None] | None = None) -> str:
    """Lower-case hexadecimal SHA-256 of a file; `progress` gets the bytes hashed so far."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(done)
    return digest.hexdigest()


def _plain(name: str) -> bool:
    """Whether `name` can be a folder in the store and nothing else."""
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\\0:")
