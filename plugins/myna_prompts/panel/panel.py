"""Behind the page of prompt templates: what it shows, and what can be asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from myna.errors import BadPrompt, MynaError, PromptMissing, UsageError

from ..library import Entry, Library
from ..loading import Loaded, check
from ..opening import open_library
from ..template import INPUT
from . import splits, workshop
from .form import given
from .measuring import Runs, measure, shown
from .preview import broken, preview
from .shelf import detail, rows
from .votes import votes

if TYPE_CHECKING:
    from myna.panel import Desk

SEEDS = 3
"""Answers to each case, as `myna prompts eval` takes by default."""

Values = Mapping[str, Any]


class PromptsPanel:
    """A `myna.panel.Panel`. A template is named by `key`, the path of its file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        data = desk.assistant.paths.data
        self._drafts = workshop.Drafts(data / "prompt-drafts")
        self._runs = Runs(data / "prompt-evaluations")
        self._chosen = ""
        self._actions: dict[str, Callable[[Values], Awaitable[Any]]] = {
            "refresh": self._refresh,
            "choose": self._choose,
            "preview": self._preview,
            "use": self._use,
            "check": self._check,
            "keep": self._keep,
            "save": self._save,
            "save-version": self._save_version,
            "discard": self._discard,
            "duplicate": self._duplicate,
            "begin": self._begin,
            "delete": self._delete,
            "evaluate": self._evaluate,
            "split": self._split,
        }

    async def open(self) -> None:
        self._desk.show(templates=[], detail={}, preview={}, checked={}, run={}, votes=[], progress={}, models=[])
        self._desk.show(split=[])
        await self._refresh({})

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        return await self._actions[action](values)

    async def close(self) -> None:
        """Nothing is open: what was written and not saved lies in files already."""

    # the list, and one of it

    async def _refresh(self, values: Values) -> None:
        """Look at the files again, for somebody may have changed them elsewhere."""
        del values
        await self._list()
        self._desk.show(models=await asyncio.to_thread(self._models))
        if self._chosen:
            await self._choose({"key": self._chosen})

    async def _list(self) -> None:
        self._desk.show(templates=await asyncio.to_thread(rows, self._library(), self._drafts, self._told))

    async def _choose(self, values: Values) -> None:
        """Show a template; an empty key: none."""
        self._chosen = key = str(values.get("key", ""))
        if not key:
            self._desk.show(detail={}, preview={}, checked={}, run={}, votes=[], split=[])
            await self._list()
            return
        try:
            entry = await asyncio.to_thread(self._entry, key)
        except PromptMissing:
            self._chosen = ""
            self._desk.show(detail={})
            raise
        self._desk.show(
            detail=await asyncio.to_thread(self._detail, entry), preview={}, checked={}, run={}, votes=[], split=[]
        )
        if entry.loaded is not None:
            report = await asyncio.to_thread(self._runs.last, entry.loaded)
            store = await self._desk.assistant.store()
            name = entry.loaded.template.name
            self._desk.show(
                run={} if report is None else shown(report, self._desk), votes=votes(await store.prompt_votes(name))
            )
            await self._show_split(entry.loaded)

    def _detail(self, entry: Entry) -> dict[str, Any]:
        text = workshop.read(entry.path)
        draft = self._drafts.get(entry.path)
        return detail(entry, text, draft if draft != text else "", self._told)

    # trying it

    async def _preview(self, values: Values) -> None:
        try:
            loaded = await asyncio.to_thread(self._loaded, values)
        except BadPrompt as error:
            self._desk.show(preview=broken(self._told(error)))
        else:
            self._desk.show(preview=await asyncio.to_thread(preview, loaded, values["form"], self._told))

    async def _use(self, values: Values) -> None:
        """Ask in the conversation, with this template and these values."""
        loaded = await asyncio.to_thread(self._loaded, values)
        variables = given(loaded, values["form"])
        wrong = await asyncio.to_thread(preview, loaded, values["form"], self._told)
        question = variables.pop(INPUT, "")
        if wrong["error"] or wrong["missing"] or wrong["faults"] or not question:
            raise UsageError("some fields are still missing or wrong")
        template = loaded.template
        options = msgspec.structs.replace(
            self._desk.conversation.default_options(),
            prompt=f"{template.name}:{template.language}@{template.version}",
            variables=variables,
        )
        self._desk.ask(question, options)

    # writing it

    async def _check(self, values: Values) -> None:
        """Say whether the text in the editor can be used, and keep it until it is saved."""
        path, text = Path(values["key"]), str(values["text"])
        try:
            await asyncio.to_thread(workshop.checked, text, path)
            error: dict[str, str] = {}
        except MynaError as problem:
            error = self._told(problem)
        await asyncio.to_thread(self._drafts.keep, path, text)
        self._desk.show(checked={"key": str(path), "good": not error, "error": error})

    async def _keep(self, values: Values) -> None:
        """Keep the text in the editor, which is closed; the list says so."""
        await asyncio.to_thread(self._drafts.keep, Path(values["key"]), str(values["text"]))
        await self._list()

    async def _save(self, values: Values) -> str:
        path = Path(values["key"])
        self._require_own(path)
        return await self._saved(path, await asyncio.to_thread(workshop.save, path, str(values["text"])))

    async def _save_version(self, values: Values) -> str:
        path = Path(values["key"])
        made = await asyncio.to_thread(workshop.save_version, self._library(), path, str(values["text"]))
        return await self._saved(path, made)

    async def _saved(self, path: Path, made: Path) -> str:
        await asyncio.to_thread(self._drafts.drop, path)
        return await self._made(made)

    async def _discard(self, values: Values) -> None:
        """What was written into the editor counts no more."""
        await asyncio.to_thread(self._drafts.drop, Path(values["key"]))
        self._desk.show(checked={})
        await self._list()

    async def _duplicate(self, values: Values) -> str:
        loaded = await asyncio.to_thread(self._loaded, values)
        return await self._made(await asyncio.to_thread(workshop.duplicate, self._library(), loaded, values["name"]))

    async def _begin(self, values: Values) -> str:
        library = self._library()
        return await self._made(await asyncio.to_thread(workshop.begin, library, values["name"], values["language"]))

    async def _delete(self, values: Values) -> None:
        path = Path(values["key"])
        await asyncio.to_thread(workshop.delete, self._library(), path)
        await asyncio.to_thread(self._drafts.drop, path)
        self._chosen = ""
        self._desk.show(detail={})
        await self._refresh({})

    async def _made(self, path: Path) -> str:
        """Show what was written."""
        self._chosen = str(path)
        await self._refresh({})
        return self._chosen

    # versions side by side

    async def _split(self, values: Values) -> None:
        """Serve versions by `weights`, numbers by version; without any, the newest alone."""
        loaded = await asyncio.to_thread(self._loaded, values)
        weights = dict(values.get("weights", {}))
        await asyncio.to_thread(splits.set_split, self._library(), loaded, weights, self._desk.assistant)
        await self._show_split(loaded)

    async def _show_split(self, loaded: Loaded) -> None:
        self._desk.show(split=await asyncio.to_thread(splits.split, self._library(), loaded, self._desk.assistant))

    # measuring it

    async def _evaluate(self, values: Values) -> None:
        loaded = await asyncio.to_thread(self._loaded, values)
        if not loaded.template.cases:
            raise UsageError(f"the template {loaded.template.name} has no cases", hint="see docs/prompts.md")
        key = values["key"]

        def told(done: int, total: int) -> None:
            self._desk.show(progress={"key": key, "done": done, "total": total})

        # Until the model is loaded, nobody knows how many answers there will be.
        told(0, 0)
        try:
            model, seeds = str(values.get("model", "")), int(values.get("seeds", SEEDS))
            evaluation = await measure(self._desk.assistant, loaded, model, max(1, min(seeds, 20)), told)
            report = await asyncio.to_thread(self._runs.add, loaded, evaluation)
        finally:
            self._desk.show(progress={})
        if self._chosen == key:
            self._desk.show(run=shown(report, self._desk))

    # inside

    def _told(self, error: MynaError) -> dict[str, str]:
        return self._desk.error(error.info())

    def _library(self) -> Library:
        assistant = self._desk.assistant
        return open_library(assistant.host.prompt_sources(), self._desk.settings, assistant.paths)

    def _entry(self, key: str) -> Entry:
        for entry in self._library().entries:
            if str(entry.path) == key:
                return entry
        raise PromptMissing(f"{key} is no longer there")

    def _loaded(self, values: Values) -> Loaded:
        entry = self._entry(str(values["key"]))
        if entry.loaded is None:
            raise entry.error or BadPrompt(f"the template {entry.path.name} cannot be used")
        return check(entry.loaded)

    def _require_own(self, path: Path) -> None:
        if path.parent != self._library().own:
            raise UsageError("only templates of your own can be changed; duplicate this one")

    def _models(self) -> list[dict[str, str]]:
        """Installed models that chat, after the default."""
        from myna_models.installed import Store

        installed, _ = Store(self._desk.assistant.paths.models).load()
        chats = sorted((model.id, model.name) for model in installed if model.task == "chat")
        return [{"value": "", "text": self._desk.settings.chat.model}, *({"value": i, "text": n} for i, n in chats)]
