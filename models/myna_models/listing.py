"""What the catalog and the store say together about each model, as data for `--json` and for tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from myna.errors import BadConfig, ModelMissing
from myna.suggest import did_you_mean

from .catalog import Catalog
from .installed import Conversion, Installed, LockedPart, Store
from .manifest import Manifest
from .tuning.state import State, state, states


class Row(msgspec.Struct, frozen=True):
    id: str
    name: str
    task: str
    format: str
    licence: str
    languages: tuple[str, ...]
    parameters: int
    quantization: str
    size: int
    """Bytes on disk, or to download; 0 when it is not known beforehand."""
    installed: bool
    recommended: bool
    elsewhere: Literal["", "answers", "silent", "route"] = ""
    """Of a model that is no file: whether its server answers now; or that its name chooses among models."""
    optimized: str = ""
    """`optimized`, `best as it is`, `stale`, `paused` or `never`; empty: not installed, or it cannot be."""


class FileRow(msgspec.Struct, frozen=True):
    role: str
    name: str
    size: int
    sha256: str
    sources: tuple[str, ...]
    pins: tuple[str, ...] = ()
    path: str = ""


class Details(msgspec.Struct, frozen=True):
    id: str
    name: str
    summary: str
    task: str
    format: str
    licence: str
    licence_url: str
    languages: tuple[str, ...]
    parameters: int
    quantization: str
    context: int
    size: int
    installed: str
    """When, UTC; empty when it is not."""
    files: tuple[FileRow, ...]
    conversion: Conversion | None = None
    optimized: State = State("")
    """How it was fitted to this machine."""


def rows(catalog: Catalog, store: Store) -> tuple[list[Row], list[BadConfig]]:
    """All models, those of the catalog and those that are installed without being in it, and what is broken."""
    manifests, problems = catalog.load()
    installed, broken = store.load()
    here = {model.id: model for model in installed}
    fitted = {name: one.state for name, one in states(installed, store).items()}
    found = [_row(manifest, here.pop(manifest.id, None)) for manifest in manifests]
    found += [_installed_row(model) for model in here.values()]
    found = [msgspec.structs.replace(row, optimized=fitted.get(row.id, "")) for row in found]
    return sorted(found, key=lambda row: (row.task, row.id)), problems + broken


def details(name: str, catalog: Catalog, store: Store) -> Details:
    """All that is known of the model called `name`.

    Raises:
        ModelMissing: it is neither in the catalog nor installed.
    """
    manifest, model = catalog.get(name), store.get(name)
    if manifest is None:
        if model is None:
            raise unknown(name, catalog, store)
        return _installed_details(model, store)
    files = []
    for file in manifest.files:
        locked = model.file(file.role) if model else None
        files.append(
            FileRow(
                file.role,
                file.name,
                locked.size if locked else file.size,
                locked.sha256 if locked else file.sha256,
                tuple(source for part in file.pieces() for source in part.sources),
                _pins(locked.parts) if locked else (),
                str(store.path(name, locked)) if locked else "",
            )
        )
    return Details(
        id=manifest.id,
        name=manifest.name,
        summary=manifest.summary,
        task=manifest.task,
        format=manifest.format,
        licence=manifest.licence.id,
        licence_url=manifest.licence.url,
        languages=manifest.languages,
        parameters=manifest.parameters,
        quantization=manifest.quantization,
        context=manifest.context,
        size=model.size if model else manifest.size,
        installed=model.installed if model else "",
        files=tuple(files),
        optimized=state(model, store) if model else State(""),
    )


def unknown(name: str, catalog: Catalog, store: Store) -> ModelMissing:
    known = {*catalog.names(), *store.names()}
    return ModelMissing(f"there is no model called {name!r}{did_you_mean(name, known)}")


def _row(manifest: Manifest, model: Installed | None) -> Row:
    return Row(
        manifest.id,
        manifest.name,
        manifest.task,
        manifest.format,
        manifest.licence.id,
        manifest.languages,
        manifest.parameters,
        manifest.quantization,
        model.size if model else manifest.size,
        model is not None,
        manifest.recommended,
    )


def _installed_row(model: Installed) -> Row:
    return Row(
        model.id,
        model.name,
        model.task,
        model.format,
        model.licence,
        model.languages,
        model.parameters,
        model.quantization,
        model.size,
        installed=True,
        recommended=False,
    )


def _installed_details(model: Installed, store: Store) -> Details:
    return Details(
        id=model.id,
        name=model.name,
        summary="",
        task=model.task,
        format=model.format,
        licence=model.licence,
        licence_url="",
        languages=model.languages,
        parameters=model.parameters,
        quantization=model.quantization,
        context=0,
        size=model.size,
        installed=model.installed,
        files=tuple(
            FileRow(
                file.role,
                file.name,
                file.size,
                file.sha256,
                tuple(part.source for part in file.parts),
                _pins(file.parts),
                str(store.path(model.id, file)),
            )
            for file in model.files
        ),
        conversion=model.conversion,
        optimized=state(model, store),
    )


def _pins(parts: Sequence[LockedPart]) -> tuple[str, ...]:
    return tuple(part.pin for part in parts)
