"""Behind the page of what is judged: which policy counts and why, a text to try, and what was found."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from myna.errors import BadPolicy, MynaError, UsageError

from ..cases import run_cases
from ..classifiers.judges import judges_of
from ..classifiers.troubles import Troubles
from ..elapsed import since
from ..findings import Judge, Origin
from ..judging import judged
from ..policies.active import ActivePolicy, folders_of
from ..policies.compiled import CompiledPolicy
from ..policies.layers import layered
from .explaining import choices, classifiers, explained
from .recent import Recent
from .recorded import recorded
from .trying import tried

if TYPE_CHECKING:
    from myna.engine.classify import Classified
    from myna.panel import Desk

LOOK_S = 1.0
"""How often the files of policies are looked at while the page is open: soon enough for whoever edits one beside it."""

LONGEST = 5_000_000
"""Characters of a text to try, some ten seconds of reading."""

HELP_LINE = 200
"""Characters of a help line."""

Values = Mapping[str, Any]
Files = list[tuple[str, int, int]]
"""Path, time of change (ns) and size."""


class SafetyPanel:
    """A `myna.panel.Panel`."""

    def __init__(self, desk: Desk, active: ActivePolicy, recent: Recent, judges: Sequence[Judge] = ()) -> None:
        """`active` is what judges turns; `judges` are asked besides the classifiers that the policy names."""
        self._desk = desk
        self._active = active
        self._recent = recent
        self._judges = judges
        self._troubles = Troubles()
        self._watching: asyncio.Task[None] | None = None
        self._actions: dict[str, Callable[[Values], Awaitable[Any]]] = {
            "refresh": self._refresh,
            "use": self._use,
            "help-line": self._help_line,
            "try": self._try,
            "clear": self._clear,
        }

    async def open(self) -> None:
        self._desk.show(policy={}, tests={}, choices=[], classifiers=[], tried={}, recent=[], recorded=[], audit="off")
        self._recent.listen(self._show_recent)
        # Before the policies are read, so that no change after it is missed.
        seen = await asyncio.to_thread(self._files)
        await self._refresh({})
        self._watching = asyncio.create_task(self._watch(seen))

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        return await self._actions[action](values)

    async def close(self) -> None:
        self._recent.leave(self._show_recent)
        if self._watching is not None:
            self._watching.cancel()

    # what counts

    async def _refresh(self, values: Values) -> None:
        del values
        self._desk.show(help_line=self._desk.settings.guard.help_line)
        await self._show_policies()
        self._show_recent()
        self._desk.show(**await asyncio.to_thread(self._record))

    async def _show_policies(self) -> None:
        """What counts, then what its own tests say, which may ask classifiers."""
        shown, compiled = await asyncio.to_thread(self._policies)
        self._desk.show(**shown)
        if compiled is None:
            return
        judges = self._asked(compiled)
        tested = await run_cases(compiled, lambda text, origin: judged(compiled, text, origin, judges))
        self._desk.show(tests={"count": tested.count, "failed": list(tested.failed), "skipped": len(tested.skipped)})

    def _policies(self) -> tuple[dict[str, Any], CompiledPolicy | None]:
        settings = self._desk.settings.guard
        about: dict[str, Any] = {
            "names": list(settings.policies),
            "locked": self._origin() == "environment",
            "folder": str(self._desk.assistant.paths.config / "policies"),
            "error": {},
            "stale": False,
        }
        try:
            compiled = self._active.get(settings)
            explanation = explained(compiled, settings.policies)
        except BadPolicy as error:
            return {"policy": about | {"error": self._told(error)}, "choices": self._choices(), "classifiers": []}, None
        if self._active.error is not None:
            # The files are wrong now, and what counted before goes on.
            about |= {"error": self._told(self._active.error), "stale": True}
        shown = {"policy": about | explanation, "classifiers": classifiers(compiled.policy)}
        return shown | {"choices": self._choices()}, compiled

    def _choices(self) -> list[dict[str, Any]]:
        """Read after the policy that counts: a file that broke it is then listed as broken."""
        settings = self._desk.settings.guard
        return choices(folders_of(settings, self._desk.assistant.paths), settings.policies, self._told)

    def _origin(self) -> str:
        """Where the setting `guard.policies` comes from."""
        from myna.settings import sources

        listed = sources(self._desk.assistant.paths, environ=os.environ)
        return next(source.origin for source in listed if source.key == "guard.policies")

    async def _use(self, values: Values) -> None:
        """Let another policy count from now on."""
        value = str(values["policy"])
        folders = folders_of(self._desk.settings.guard, self._desk.assistant.paths)
        await asyncio.to_thread(layered, (value,), folders)
        await self._desk.change("guard.policies", json.dumps([value]))
        await self._refresh({})

    async def _help_line(self, values: Values) -> None:
        text = " ".join(str(values["text"]).split())
        if len(text) > HELP_LINE:
            raise UsageError(f"a help line has at most {HELP_LINE} characters")
        await self._desk.change("guard.help_line", text)
        self._desk.show(help_line=text)

    async def _watch(self, seen: Files) -> None:
        """Show the policies again when one of their files is other than `seen`."""
        while True:
            await asyncio.sleep(LOOK_S)
            now = await asyncio.to_thread(self._files)
            if now != seen:
                seen = now
                await self._show_policies()

    def _files(self) -> Files:
        """Of all folders of the person's own."""
        settings = self._desk.settings.guard
        folders = [*map(Path, settings.folders), self._desk.assistant.paths.config / "policies"]
        files = [Path(name) for name in settings.policies if name.endswith(".toml")]
        for folder in folders:
            files += _listed(folder)
        found = []
        for path in files:
            try:
                stat = path.expanduser().stat()
            except OSError:
                found.append((str(path), 0, -1))
            else:
                found.append((str(path), stat.st_mtime_ns, stat.st_size))
        return found

    # a text to try

    async def _try(self, values: Values) -> None:
        text, origin = str(values["text"]), _origin_of(str(values["origin"]))
        if len(text) > LONGEST:
            raise UsageError(f"the text has more than {LONGEST:,} characters")
        policy = await asyncio.to_thread(self._ready, origin)
        started = time.perf_counter()
        judgement = await judged(policy, text, origin, self._asked(policy))
        ms = since(started)
        result = await asyncio.to_thread(tried, policy, text, judgement)
        self._desk.show(tried=result | {"ms": ms, "origin": origin})

    async def _clear(self, values: Values) -> None:
        del values
        self._desk.show(tried={})

    def _ready(self, origin: Origin) -> CompiledPolicy:
        policy = self._active.get(self._desk.settings.guard)
        policy.screen(origin)
        return policy

    def _asked(self, policy: CompiledPolicy) -> Sequence[Judge]:
        assistant = self._desk.assistant

        async def classify(model: str, text: str, labels: tuple[str, ...]) -> Classified:
            return await (await assistant.classifier(model)).classify(text, labels)

        limit_s = self._desk.settings.guard.time_limit_s
        return [*self._judges, *judges_of(policy, classify, limit_s=limit_s, troubles=self._troubles)]

    # what was found

    def _show_recent(self) -> None:
        self._desk.show(recent=self._recent.rows())

    def _record(self) -> dict[str, Any]:
        audit = self._desk.assistant.audit
        try:
            mode = audit.policy().mode
        except MynaError:
            # The policy cannot be read, which the page says elsewhere.
            mode = "off"
        return {"audit": mode, "recorded": recorded(audit.journal) if mode != "off" else []}

    def _told(self, error: MynaError) -> dict[str, str]:
        return self._desk.error(error.info())


def _origin_of(text: str) -> Origin:
    for origin in get_args(Origin):
        if origin == text:
            known: Origin = origin
            return known
    raise UsageError(f"no text comes from {text}")


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.expanduser().iterdir())
    except OSError:
        # A folder that is not there holds no policies.
        return []
