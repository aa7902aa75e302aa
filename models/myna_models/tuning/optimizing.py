"""One optimization from beginning to end: lock, search, and what was found beside the model, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

from myna.config import Settings
from myna.engine.chosen import OPEN, engine_options
from myna.engine.gguf import read_header
from myna.errors import BadModelFile, ModelMissing, UsageError
from myna.locking import hold
from myna.paths import Paths

from .. import admission
from ..catalog import Catalog
from ..installed import Installed, LockedFile, Store, sha256_of
from ..listing import unknown
from ..manifest import Manifest
from ..space import disk_errors
from .journal import Journal, Subject
from .lab import WorkerLab, pool
from .quality import spoken
from .record import RECORD, REPORT, Optimized, busy, engine, folder, lock, machine, work_folder
from .report import html
from .search import Found, Search
from .setups import RECIPES, Recipe
from .trials import Trials
from .writing import Writer

BUSY = 0.25
"""Of a core that others may use on a machine that counts as idle."""


class Progress(msgspec.Struct, frozen=True):
    stage: str
    """`write`, `load`, `speed`, `quality`."""
    setup: str
    """What is measured or written."""
    spent_s: float
    time_s: float
    done: int = 0
    """Bytes, while a file is written."""
    total: int = 0


class Optimizer:
    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        report: Callable[[Progress], None],
        *,
        recipes: Sequence[Recipe] = RECIPES,
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._store = Store(paths.models)
        self._report = report
        self._recipes = recipes

    async def run(self, name: str, *, budget: float, time_s: float) -> tuple[Optimized, tuple[str, ...]]:
        """Find how the model called `name` runs best here at most `budget` (a part) more perplexity, and use that from
        now on. Also returns what there was no time for. Stopped in between, it goes on where it was.

        Raises:
            ModelMissing: it is not installed, or was removed meanwhile.
            UsageError: it is of a kind that cannot be optimized, or another process is at it.
            DiskFull: there is no room for a candidate.
            EngineError: the original cannot be measured.
        """
        model, main = self.target(name)
        with disk_errors(f"what is measured for {name}"), hold(lock(self._store, name), lambda: busy(name)):
            return await self._run(model, main, budget, time_s)

    def target(self, name: str) -> tuple[Installed, LockedFile]:
        """The model and its file. Raises: as `run`."""
        model = self._store.get(name)
        if model is None:
            catalog = Catalog.find(self._paths, self._settings)
            if catalog.get(name) is not None:
                raise ModelMissing(f"the model {name} is not installed", hint=f"myna models pull {name}")
            raise unknown(name, catalog, self._store)
        main = model.file("model")
        if model.task != "chat" or model.format != ".gguf" or main is None:
            raise UsageError(
                f"only GGUF models for chat can be optimized; {name} is a {model.format} model for {model.task}",
                hint="myna models list --task chat --installed",
            )
        path = self._store.path(name, main)
        if not path.is_file():
            raise ModelMissing(f"{name} lacks its file {main.name}", hint=f"myna models pull {name}")
        if path.stat().st_size != main.size:
            raise BadModelFile(
                f"{main.name} of {name} has {path.stat().st_size:,} bytes instead of {main.size:,}",
                hint=f"myna models pull {name} --update",
            )
        return model, main

    async def _run(
        self, model: Installed, main: LockedFile, budget: float, time_s: float
    ) -> tuple[Optimized, tuple[str, ...]]:
        work = work_folder(self._store, model.id)
        work.mkdir(parents=True, exist_ok=True)
        source = self._store.path(model.id, main)
        admission.ensure([source], self._paths.cache)
        journal = Journal(work / "journal.jsonl", Subject(main.sha256, machine(), engine()))
        now = ["load", ""]
        trials: Trials | None = None

        def tell(stage: str, setup: str, done: int = 0, total: int = 0) -> None:
            now[:] = stage, setup
            self._report(Progress(stage, setup, trials.spent_s if trials else 0.0, time_s, done, total))

        def check() -> None:
            if self._store.get(model.id) is None or not source.is_file():
                raise ModelMissing(f"{model.id} was removed while it was optimized")

        logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        cores = max(1, min(logical, psutil.cpu_count(logical=False) or logical))
        header = read_header(source)
        writer = Writer(
            source,
            header,
            work,
            self._paths.cache,
            threads=logical,
            report=lambda name, done, total: tell("write", name, done, total),
        )
        workers = pool(self._settings.workers, self._paths.logs)
        own = engine_options(self._settings.engine, {})
        lab = WorkerLab(
            model.id, source, writer, workers, options=own, reserve_mb=self._settings.workers.memory_reserve_mb
        )
        trials = Trials(lab, journal, tell)
        try:
            search = Search(
                trials,
                lab,
                budget=budget,
                time_s=time_s,
                languages=spoken(self._languages(model)),
                cores=cores,
                logical=logical,
                idle=_idle(),
                fixed=[key for key in OPEN if key in own],
                recipes=self._recipes,
                check=check,
            )
            found = await search.run()
            check()
            if found.chosen.recipe:
                await lab.loaded(found.chosen)
        finally:
            await workers.close()
        record = self._adopt(model, main, found, budget, work)
        if not found.untried:
            shutil.rmtree(work, ignore_errors=True)
        return record, found.untried

    def _languages(self, model: Installed) -> tuple[str, ...]:
        manifest: Manifest | None = Catalog.find(self._paths, self._settings).get(model.id)
        return model.languages or (manifest.languages if manifest else ())

    def _adopt(self, model: Installed, main: LockedFile, found: Found, budget: float, work: Path) -> Optimized:
        """Put what was found beside the model, in one step, and clear up."""
        fresh = work / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        name = size = sha256 = None
        if found.chosen.recipe:
            written = work / f"model.{found.chosen.recipe}.gguf"
            name, size, sha256 = written.name, written.stat().st_size, sha256_of(written)
            written.rename(fresh / name)
        record = Optimized(
            model=model.id,
            source_sha256=main.sha256,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            machine=machine(),
            engine=engine(),
            budget=budget,
            options=found.chosen.options,
            file=name,
            size=size or 0,
            sha256=sha256 or "",
            figures=found.figures,
        )
        (fresh / REPORT).write_text(html(record), encoding="utf-8")
        # TOML knows no nothing.
        (fresh / RECORD).write_bytes(msgspec.toml.encode(_without_nothing(record)))
        final = folder(self._store, model.id)
        shutil.rmtree(final, ignore_errors=True)
        fresh.rename(final)
        for rest in work.glob("*.gguf"):
            rest.unlink()
        return record


def _without_nothing(record: Optimized) -> object:
    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if inner is not None}
        return [strip(inner) for inner in value] if isinstance(value, list | tuple) else value

    return strip(msgspec.to_builtins(record))


def _idle() -> bool:
    return psutil.cpu_percent(interval=0.3) / 100 * (os.cpu_count() or 1) < BUSY


def be_modest() -> None:
    """Give way to all other programs, with the workers that are started from here on; where the system refuses that,
    only others notice."""
    own = psutil.Process()
    with contextlib.suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            own.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            own.nice(10)
        if sys.platform == "linux":
            own.ionice(psutil.IOPRIO_CLASS_IDLE)
