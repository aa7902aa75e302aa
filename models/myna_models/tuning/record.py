"""What a search found for a model, kept beside it:

<models>/.optimized/smollm2-135m-instruct/optimized.toml      how it runs best here, and where that comes from
<models>/.optimized/smollm2-135m-instruct/model.Q8_0.gguf     its weights in another format, if that was better
<models>/.optimized/smollm2-135m-instruct/report.html
<models>/.optimized/.work/smollm2-135m-instruct/              a search under way
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import msgspec

from myna.errors import BadConfig, UsageError
from myna.locking import hold

from ..installed import Installed, Store
from ..machine import processor
from ..manifest import FileName, ModelId
from .quality import Judged
from .speed import Speed

RECORD = "optimized.toml"
REPORT = "report.html"

Stale = Literal[
    "", "the model was fetched anew", "this machine has another processor or other cores", "its file is damaged"
]


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that was measured of one setup."""

    name: str
    """As people read it: the format, and the options that differ."""
    recipe: str
    options: dict[str, Any] = {}
    size: int = 0
    """Bytes of the weights' file."""
    memory: int = 0
    """Bytes that the process held at most."""
    load_ms: float = 0.0
    speed: Speed | None = None
    quality: dict[str, Judged] = {}
    """By language."""
    perplexity: dict[str, float] = {}
    """By language, over the pieces that were measured."""
    counted: tuple[str, ...] = ()
    """Languages that the model says it knows, and that the budget is about."""
    outcome: str = ""
    """`chosen`, `original`, or why it was left: `costs too much quality`, `slower` ..."""


class Optimized(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: ModelId
    source_sha256: str
    """Of the original model file."""
    made: str
    """UTC, ISO 8601."""
    machine: str
    engine: str
    """llama.cpp's bindings and their version."""
    budget: float
    """As a part: 0.01 is 1 %."""
    options: dict[str, Any] = {}
    file: FileName | None = None
    """None: the original file is used, with `options`."""
    size: int = 0
    sha256: str = ""
    figures: tuple[Figures, ...] = ()

    @property
    def better(self) -> bool:
        """Whether anything was found that beats the original as it is."""
        return bool(self.file or self.options)

    def chosen(self) -> Figures | None:
        return next((one for one in self.figures if one.outcome == "chosen"), None)

    def original(self) -> Figures | None:
        return next((one for one in self.figures if one.outcome == "original"), None)


def folder(store: Store, name: str) -> Path:
    return store.optimized / name


def work_folder(store: Store, name: str) -> Path:
    return store.optimized / ".work" / name


def load(store: Store, name: str) -> Optimized | None:
    """What was found for the model called `name`; None when it was never optimized.

    Raises:
        BadConfig: it cannot be read.
    """
    path = folder(store, name) / RECORD
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Optimized)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadConfig(
            f"what was measured for {name} cannot be read: {error}", hint=f"myna models optimize {name} --reset"
        ) from error


def stale(record: Optimized, model: Installed, store: Store) -> Stale:
    """Why `record` does not count any more; empty when it does."""
    main = model.file("model")
    if main is None or main.sha256 != record.source_sha256:
        return "the model was fetched anew"
    if record.machine != machine():
        return "this machine has another processor or other cores"
    if record.file is not None:
        try:
            if (folder(store, model.id) / record.file).stat().st_size != record.size:
                return "its file is damaged"
        except OSError:
            return "its file is damaged"
    return ""


def current(model: Installed, store: Store) -> Optimized | None:
    """What counts for `model` now; None also when it is stale, damaged, or no better than the original."""
    try:
        record = load(store, model.id)
    except BadConfig:
        return None
    if record is None or not record.better or stale(record, model, store):
        return None
    return record


def lock(store: Store, name: str) -> Path:
    """Held by whoever searches, or changes what was found."""
    return store.optimized / ".work" / f"{name}.lock"


def forget(store: Store, name: str, waiting: Callable[[], None] | None = None) -> int:
    """Delete what was found for a model, and what a search has left; the bytes freed. `waiting` is called while a
    search is under way, and may raise to give up."""
    freed = 0
    places = [place for place in (folder(store, name), work_folder(store, name)) if place.is_dir()]
    if not places:
        return freed
    with hold(lock(store, name), waiting):
        for place in places:
            freed += sum(entry.stat().st_size for entry in place.iterdir() if entry.is_file())
            shutil.rmtree(place)
    return freed


def busy(name: str) -> None:
    """For whoever does not want to wait for a search.

    Raises:
        UsageError: always.
    """
    raise UsageError(
        f"another process is optimizing {name} at the moment", hint="wait for it, or stop it with Ctrl-C where it runs"
    )


def machine() -> str:
    """What the figures hold for: the processor, and the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{processor()}, {platform.machine()}, {cores} cores"


def engine() -> str:
    """The library that computes; formats are as fast as it is."""
    try:
        return f"llama-cpp-python {metadata.version('llama-cpp-python')}"
    except metadata.PackageNotFoundError:
        return "llama-cpp-python"
