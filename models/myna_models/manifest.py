"""What a model is: one TOML file in the catalog, typed. `docs/models.md` shows one with comments."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import msgspec

from myna.engine.protocols import Task
from myna.errors import BadConfig

ModelId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$")]
Role = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=1 << 46)]
Format = Annotated[str, msgspec.Meta(pattern=r"^\.[a-z0-9.]{1,20}$")]

MAX_MANIFEST = 256 << 10
"""Bytes of a manifest."""

_SOURCE = re.compile(r"[a-z][a-z0-9+.-]*:\S.*")


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    """SPDX identifier, or `LicenseRef-...` for a licence that SPDX does not list."""
    url: str = ""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a file; the pieces of a file are joined in their order."""

    sources: tuple[str, ...]
    member: str = ""
    """Path inside the archive (zip, tar) that the source brings; empty when it brings the piece itself."""
    size: Bytes = 0
    sha256: Sha256 = ""


class ModelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: Role
    """What the file is to the engine: `model`, `projector`, `tokenizer`, `config` ..."""
    name: FileName
    """Under which it is installed."""
    sources: tuple[str, ...] = ()
    """Tried in order, each `scheme:location`; or else `parts` are given."""
    member: str = ""
    """As in `Part`."""
    parts: tuple[Part, ...] = ()
    size: Bytes = 0
    """0: not known beforehand."""
    sha256: Sha256 = ""
    """Given only for a file that was hashed; empty: what the source reports is pinned at first use."""

    def pieces(self) -> tuple[Part, ...]:
        """`parts`, or the file as its only part."""
        return self.parts or (Part(self.sources, self.member, self.size, self.sha256),)


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: ModelId
    """What people type; also the name of the manifest's file."""
    name: str
    task: Task
    format: Format
    """Chooses the engine, for example `.gguf`."""
    licence: Licence
    files: tuple[ModelFile, ...]
    summary: str = ""
    languages: tuple[str, ...] = ()
    """BCP 47 tags; `*` for many."""
    parameters: int = 0
    active_parameters: int = 0
    """Used for one token, in a mixture of experts; 0: all."""
    quantization: str = ""
    context: int = 0
    """Tokens that the model was trained for."""
    cache_bytes_per_token: int = 0
    """KV cache in f16: 4 x layers x KV heads x head size, unless K and V differ."""
    recommended: bool = False
    """What to take for its task; `myna models pull` without a name chooses among the chat models that have it."""
    options: dict[str, Any] = {}
    """Engine options that this model wants."""

    @property
    def size(self) -> int:
        """Bytes of all files; 0 when one of them is not known."""
        sizes = [file.size for file in self.files]
        return sum(sizes) if all(sizes) else 0


def load_manifest(path: Path) -> Manifest:
    """Read the manifest at `path`; relative `file:` sources are taken from its folder.

    Raises:
        BadConfig: it cannot be read, has unknown or wrong entries, or contradicts itself.
    """
    try:
        if path.stat().st_size > MAX_MANIFEST:
            raise BadConfig(f"{path.name} has more than {MAX_MANIFEST >> 10} KB; a manifest is a small text")
        manifest = msgspec.toml.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path.name} is no model manifest: {error}", hint="see docs/models.md") from error
    _check(manifest, path)
    return _anchored(manifest, path.parent)


def _check(manifest: Manifest, path: Path) -> None:
    def wrong(what: str) -> BadConfig:
        return BadConfig(f"{path.name}: {what}", hint="see docs/models.md")

    if path.stem != manifest.id:
        raise wrong(f"the id is {manifest.id!r}, so the file should be called {manifest.id}.toml")
    if not manifest.files:
        raise wrong("there are no files")
    for label, values in (
        ("role", [file.role for file in manifest.files]),
        ("name", [file.name for file in manifest.files]),
    ):
        for value in values:
            if values.count(value) > 1:
                raise wrong(f"two files have the {label} {value!r}")
    if "model" not in {file.role for file in manifest.files}:
        raise wrong("no file has the role 'model'")
    for file in manifest.files:
        fault = _file_fault(file)
        if fault:
            raise wrong(fault)


def _file_fault(file: ModelFile) -> str:
    """What contradicts itself in `file`; empty when nothing does."""
    if bool(file.sources) == bool(file.parts):
        return f"{file.name} needs either sources or parts"
    if file.parts and file.member:
        return f"{file.name} is joined from parts, so 'member' belongs to the parts"
    for part in file.pieces():
        if not part.sources:
            return f"a part of {file.name} has no source"
        for source in part.sources:
            if not _SOURCE.fullmatch(source):
                return f"the source {source!r} of {file.name} is not of the form scheme:location"
    return ""


def _anchored(manifest: Manifest, folder: Path) -> Manifest:
    def anchor(sources: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            f"file:{folder / Path(source.removeprefix('file:')).expanduser()}" if source.startswith("file:") else source
            for source in sources
        )

    files = tuple(
        msgspec.structs.replace(
            file,
            sources=anchor(file.sources),
            parts=tuple(msgspec.structs.replace(part, sources=anchor(part.sources)) for part in file.parts),
        )
        for file in manifest.files
    )
    return msgspec.structs.replace(manifest, files=files)
