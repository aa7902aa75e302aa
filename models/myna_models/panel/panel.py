"""What stands behind the page for models."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from myna.audit.actions import Actions
from myna.errors import BadModelFile, EngineError, HashMismatch, MynaError, UsageError
from myna.hookspecs import ModelSource
from myna.panel import Desk

from .. import admission
from ..importing import add_file, forget_file, is_imported
from ..installed import Installed, Store
from ..machine import Machine, look
from ..manifest import Manifest
from ..sources.offers import built_in
from ..space import disk_errors
from ..tuning.record import forget
from .names import LANGUAGES, TASKS
from .pulls import Pulls
from .rows import SETTING_OF, Shelf
from .thread import in_thread
from .tunings import Tunings


class ModelsPanel:
    """State: `models`, `suggested`, `pulls`, `tunings` and `checks` by id, `defaults`, `machine`, `problems`, `names`,
    `offline`.

    Actions: `pull`, `online` (allow the network, then pull), `pause`, `cancel`, `remove`, `check`, `optimize`,
    `pause-optimizing` and `as-fetched` (undo what was optimized) with `id`;
    `default` with `key` and `id`; `import` with `files`, paths or `file:` URLs; `refresh`.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._machine: Machine | None = None
        self._shelf: Shelf | None = None
        self._checks: dict[str, dict[str, Any]] = {}
        self._pulls = Pulls(
            desk.assistant.paths,
            self._sources,
            changed=self._show_pulls,
            arrived=self._arrived,
            recorded=lambda name: self._recorded("models.pull", name),
        )
        self._tunings = Tunings(changed=self._show_tunings, arrived=self._tuned)
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        names = {
            "tasks": [name.shown(task) for task, name in TASKS.items()],
            "languages": [name.shown(code) for code, name in LANGUAGES.items() if code != "*"],
        }
        self._desk.show(
            names=names,
            models=[],
            suggested=[],
            defaults=[],
            problems=[],
            pulls={},
            tunings={},
            checks={},
            machine={},
            loaded=False,
        )
        try:
            self._machine = await asyncio.to_thread(self._look)
        except EngineError:
            # Without a measurement there is no estimate, and everything else works.
            self._machine = None
        await self._reload()

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action == "refresh":
            return await self._reload()
        if action == "import":
            return await self._import([str(file) for file in values.get("files", ())])
        if action == "default":
            return await self._choose(str(values.get("key", "")), str(values.get("id", "")))
        name = str(values.get("id", ""))
        if action == "online":
            await self._desk.change("models.offline", "false")
            self._desk.show(offline=False)
        if action in {"pull", "online"}:
            for manifest in [self._manifest(str(one)) for one in values.get("ids", [name])]:
                # Of a file that somebody brought, what it is now is what is wanted.
                self._pulls.start(manifest, update=is_imported(manifest, self._desk.assistant.paths))
        elif action == "pause":
            self._pulls.pause(name)
        elif action == "cancel":
            await self._cancel(name)
        elif action == "remove":
            return await self._remove(name)
        elif action == "check":
            await self._check(name)
        else:
            await self._fit(action, name)
        return None

    async def _fit(self, action: str, name: str) -> None:
        if action == "optimize":
            self._tunings.start(name)
        elif action == "pause-optimizing":
            self._tunings.pause(name)
        elif action == "as-fetched":
            await self._as_fetched(name)
        else:
            raise UsageError(f"the page for models cannot {action}")

    async def close(self) -> None:
        await self._pulls.close()
        await self._tunings.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # showing

    def _look(self) -> Machine:
        settings = self._desk.settings
        return look(self._desk.assistant.paths.cache, settings.workers.memory_reserve_mb)

    async def _reload(self) -> None:
        paths, settings = self._desk.assistant.paths, self._desk.settings
        shelf = self._shelf = await asyncio.to_thread(Shelf, paths, settings, self._machine)
        self._pulls.find(shelf.manifests())
        machine = {} if self._machine is None else {"memory": float(self._machine.memory)}
        pulls = self._pulls.shown()
        self._desk.show(
            # What is on its way stands below what is here, and above what else there is.
            models=sorted(shelf.models, key=lambda row: (not row["installed"], row["id"] not in pulls)),
            suggested=shelf.suggested,
            problems=[{"code": one.code, "message": one.message, "hint": one.hint} for one in shelf.problems],
            defaults=shelf.defaults(settings),
            pulls=pulls,
            machine=machine,
            offline=settings.models.offline,
            loaded=True,
        )

    def _show_pulls(self) -> None:
        self._desk.show(pulls=self._pulls.shown())

    def _show_tunings(self) -> None:
        self._desk.show(tunings=self._tunings.shown())

    def _tuned(self, name: str) -> None:
        """A run has ended: what it found is used from the next answer on."""
        self._desk.assistant.forget_models()
        self._soon()

    def _arrived(self, installed: Installed) -> None:
        self._desk.assistant.forget_models()
        self._soon()

    def _soon(self) -> None:
        """Show what there is now."""
        task = asyncio.create_task(self._reload())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # doing

    def _sources(self) -> dict[str, ModelSource]:
        """Those of all plugins; ours follow the settings as they are now."""
        found = dict(self._desk.assistant.host.model_sources())
        for source in built_in(self._desk.settings.models):
            if type(found.get(source.scheme)) is type(source):
                found[source.scheme] = source
        return found

    def _manifest(self, name: str) -> Manifest:
        manifest = self._shelf.manifests().get(name) if self._shelf else None
        if manifest is None:
            raise UsageError(f"there is no model called {name!r}")
        return manifest

    @contextmanager
    def _recorded(self, action: str, name: str) -> Iterator[None]:
        assistant = self._desk.assistant
        with Actions.of(assistant.paths, assistant.settings, assistant.host).recorded(action, models=(name,)):
            yield

    async def _cancel(self, name: str) -> None:
        self._pulls.cancel(name)
        row = self._row(name)
        if row.get("imported") and not row.get("installed"):
            # It is in the catalog only because it was to be copied.
            await asyncio.to_thread(forget_file, name, self._desk.assistant.paths)
            await self._reload()

    async def _remove(self, name: str) -> float:
        paths = self._desk.assistant.paths
        self._tunings.pause(name)
        imported = bool(self._row(name).get("imported"))

        def remove() -> int:
            with self._recorded("models.remove", name):
                freed = Store(paths.models).remove(name, forget=imported)
                if imported:
                    forget_file(name, paths)
                return freed

        pool = self._desk.assistant.pool
        if any(worker.name == name for worker in pool.status()):
            # What a worker holds open cannot be deleted everywhere, and its memory and disk would stay taken.
            await pool.unload(name)
        freed = await asyncio.to_thread(remove)
        for key in SETTING_OF.values():
            if _setting(self._desk, key) == name:
                await self._desk.change(key, "")
        self._checks.pop(name, None)
        self._desk.assistant.forget_models()
        await self._reload()
        self._desk.show(checks=dict(self._checks))
        return float(freed)

    async def _as_fetched(self, name: str) -> None:
        self._tunings.pause(name)

        def undo() -> None:
            store = Store(self._desk.assistant.paths.models)
            with self._recorded("models.optimize.reset", name), disk_errors(name):
                forget(store, name)

        await asyncio.to_thread(undo)
        self._desk.assistant.forget_models()
        await self._reload()

    async def _check(self, name: str) -> None:
        """Hash the files of a model again, and let the throw-away process look at them."""
        paths = self._desk.assistant.paths
        self._tell_check(name, state="running", done=0.0, total=0.0)

        def check() -> None:
            store = Store(paths.models)
            bad = [result for result in store.check(name, progress) if result.result != "ok"]
            if bad:
                raise HashMismatch(
                    f"{bad[0].file} of {name} is damaged: {bad[0].result}", hint="remove it and fetch it again"
                )
            model = store.get(name)
            if model is not None:
                admission.admit([store.path(name, file) for file in model.files])

        def progress(done: int, total: int) -> None:
            loop.call_soon_threadsafe(
                lambda: self._tell_check(name, state="running", done=done * 1.0, total=total * 1.0)
            )

        loop = asyncio.get_running_loop()
        try:
            await in_thread(check, f"check {name}")
        except MynaError as error:
            info = error.info()
            problem = {"code": info.code, "message": info.message, "hint": info.hint}
            self._tell_check(name, state="bad", error=problem)
        else:
            self._tell_check(name, state="ok")

    def _tell_check(self, name: str, **values: Any) -> None:
        self._checks[name] = values
        self._desk.show(checks=dict(self._checks))

    async def _choose(self, key: str, name: str) -> None:
        if key not in SETTING_OF.values():
            raise UsageError(f"{key} chooses no model")
        await self._desk.change(key, name)
        if self._shelf is not None:
            self._desk.show(defaults=self._shelf.defaults(self._desk.settings))

    async def _import(self, files: list[str]) -> list[str]:
        """Look at dropped files and begin to copy them; the ids under which they are listed."""
        assistant = self._desk.assistant
        added: list[Manifest] = []
        try:
            for file in files:
                path = _path(file)
                added.append(await asyncio.to_thread(add_file, path, assistant.paths, self._desk.settings))
        finally:
            if added:
                await self._reload()
                store = Store(assistant.paths.models)
                for manifest in added:
                    here = store.get(manifest.id)
                    if here is None or here.size != manifest.size:
                        self._pulls.start(manifest, update=True)
        return [manifest.id for manifest in added]

    def _row(self, name: str) -> dict[str, Any]:
        rows = self._shelf.models if self._shelf else []
        return next((row for row in rows if row["id"] == name), {})


def _setting(desk: Desk, key: str) -> str:
    from myna.settings import get

    return str(get(desk.settings, key))


def _path(dropped: str) -> Path:
    """The path that a `file:` URL or a text stands for.

    Raises:
        BadModelFile: it is an address in the network.
    """
    if dropped.startswith("file:"):
        return Path(url2pathname(urlsplit(dropped).path))
    if "://" in dropped:
        raise BadModelFile(
            f"{dropped} is not a file on this machine", hint="download it first, then drop the file here"
        )
    return Path(dropped).expanduser()
