"""What was said: a list with search, export and deletion."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myna.audit.actions import Actions
from myna.cli.export import form_of, render, writing
from myna.errors import UsageError

if TYPE_CHECKING:
    from myna.panel import Desk
    from myna.store.records import ConversationSummary, SearchHit

PAGE = 50
"""Conversations that are read at once: more than fit on a screen."""
SUFFIXES = (".md", ".json", ".txt", ".pdf")


class HistoryPanel:
    """Shows `conversations`, `more` (there are older ones), `query` and `hits`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shown = PAGE
        self._query = ""

    async def open(self) -> None:
        await self._list()

    async def close(self) -> None:
        return None

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action == "refresh":
            await self._find(self._query)
        elif action == "more":
            self._shown += PAGE
            await self._list()
        elif action == "search":
            await self._find(str(values.get("query", "")))
        elif action == "rename":
            await (await self._desk.assistant.store()).rename(str(values["id"]), str(values["title"]).strip())
            await self._find(self._query)
        elif action == "delete":
            return await self._delete(str(values["id"]))
        elif action == "export":
            return await self._export(str(values["id"]), Path(str(values["file"])))
        else:
            raise UsageError(f"the history has no action {action}")
        return None

    async def _list(self) -> None:
        store = await self._desk.assistant.store()
        found = await store.list(limit=self._shown + 1)
        self._desk.show(
            conversations=[_line(one) for one in found[: self._shown]], more=len(found) > self._shown, query="", hits=[]
        )

    async def _find(self, query: str) -> None:
        self._query = query.strip()
        if not self._query:
            await self._list()
            return
        hits = await (await self._desk.assistant.store()).search(self._query, limit=PAGE)
        self._desk.show(query=self._query, hits=[_hit(one) for one in hits])

    async def _delete(self, conversation: str) -> str:
        """Delete one for good; the open one is closed first. Returns its id."""
        assistant = self._desk.assistant
        store = await assistant.store()
        with Actions.of(assistant.paths, assistant.settings, assistant.host).recorded(
            "conversations.delete", conversations=[conversation]
        ):
            # The store stays open, so what is deleted must leave its log now.
            await store.wipe(conversation)
        await self._find(self._query)
        return conversation

    async def _export(self, conversation: str, file: Path) -> str:
        """Write it to a new file, in the form that its name says; the path."""
        store = await self._desk.assistant.store()
        record = await store.get(conversation)
        language = self._desk.language
        if file.suffix.lower() == ".pdf":
            from .pdf import write_pdf

            text = render(record, await store.path(record.id), "markdown", language)
            with writing(file):
                await asyncio.to_thread(write_pdf, file, record.title, text)
            return str(file)
        form = form_of(str(file))
        messages = await (store.tree(record.id) if form == "json" else store.path(record.id))
        document = render(record, messages, form, language)
        with writing(file), file.open("x", encoding="utf-8") as opened:
            opened.write(document)
        return str(file)


def _line(one: ConversationSummary) -> dict[str, Any]:
    return {"id": one.id, "title": one.title, "messages": one.messages, "when": _when(one.updated), "model": one.model}


def _hit(one: SearchHit) -> dict[str, Any]:
    pieces, at = [], 0
    for start, end in one.matches:
        pieces += [{"text": one.snippet[at:start], "found": False}, {"text": one.snippet[start:end], "found": True}]
        at = end
    pieces.append({"text": one.snippet[at:], "found": False})
    return {
        "id": one.conversation,
        "title": one.title,
        "role": one.role,
        "when": _when(one.created),
        "pieces": [piece for piece in pieces if piece["text"]],
    }


def _when(moment: float) -> str:
    """A Unix time as local date and time, without a zone, for QML to word: 2026-11-26T14:05."""
    return datetime.fromtimestamp(moment).isoformat(timespec="minutes")
