"""Responses and conversations that are kept: each belongs to the key that made it, and goes when it was told to."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from pydantic import TypeAdapter

from myna.errors import MynaError
from myna.store.records import KeptObject
from myna_serve.chat.request import MOST_MESSAGES
from myna_serve.faults import Fault, bad, fault_of

from .items import items_of, passed
from .request import Item, ResponseRequest
from .shapes import conversation_of, new_id

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

Kind = Literal["response", "conversation"]

MOST_KEPT = 10_000
"""Of one key: a year of a question each hour. The oldest go first."""

MOST_BYTES = 256 << 20
"""Of one key, so that nobody fills the disk: some hundred pictures, or more words than anybody says."""

DAY_S = 86_400.0

_ID = re.compile(r"(?:resp|conv)_[0-9a-f]{32}")
_ITEMS: TypeAdapter[list[Item]] = TypeAdapter(list[Item])


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a response, or of a conversation."""

    shown: dict[str, Any]
    """As its client gets it."""
    items: list[dict[str, Any]]
    """What was asked; of a conversation, what it began with."""
    previous: str = ""
    """Id of the response that it follows."""

    def said(self) -> list[dict[str, Any]]:
        """What was asked, if it may be asked again, and what was answered, without a call that broke off: its
        arguments are no JSON that could be asked again."""
        answered = [item for item in self.shown.get("output", ()) if item["status"] != "incomplete"]
        return [*self.items, *answered] if self.items else []


class Shelf:
    """What one client has kept, and what its request adds."""

    def __init__(self, service: Service, who: Identity, asked: ResponseRequest | None = None) -> None:
        """`asked`: the request whose response may be kept."""
        self._service = service
        self._who = who
        self._asked = asked
        settings = service.assistant.settings
        wanted = settings.chat.record if asked is None or asked.store is None else asked.store
        self.wanted = wanted and settings.serve.keep_days > 0
        """Whether the response is to be kept."""

    async def earlier(self) -> list[Item]:
        """What was said before, as the request says. Raises `Fault`: it is not here."""
        asked = self._asked
        if asked is None:
            return []
        if asked.previous_response_id is not None and asked.conversation is not None:
            raise bad("conversation and previous_response_id exclude each other", "conversation")
        if asked.previous_response_id is not None:
            return _parsed(await self._before(asked.previous_response_id))
        if named := conversation_of(asked):
            return _parsed(await self.said_in(named))
        return []

    async def get(self, object_id: str, kind: Kind) -> Kept:
        """Raises `Fault` (404)."""
        found = await self._find(object_id, kind)
        if found is None:
            raise Fault(404, f"there is no {kind} of this name here", code="not_found")
        return found

    async def delete(self, object_id: str, kind: Kind) -> None:
        """Raises `Fault` (404)."""
        try:
            found = _ID.fullmatch(object_id) and await (await self._service.assistant.store()).discard(
                object_id, self._who.id, kind
            )
        except MynaError as error:
            raise fault_of(error) from error
        if not found:
            raise Fault(404, f"there is no {kind} of this name here", code="not_found")

    async def said_in(self, conversation: str) -> list[dict[str, Any]]:
        """Items of a conversation, in order. Raises `Fault` (404)."""
        begun = await self.get(conversation, "conversation")
        try:
            made = await (await self._service.assistant.store()).kept_with(conversation, self._who.id)
        except MynaError as error:
            raise fault_of(error) from error
        items = list(begun.items)
        for one in made:
            items += msgspec.json.decode(one.body, type=Kept).said()
        return items

    async def keep(self, shown: dict[str, Any], *, blocked: bool) -> None:
        """Keep the response `shown`. What was asked is kept as the guard lets it pass. Raises `Fault`."""
        asked = self._asked
        if asked is None or not self.wanted:
            return
        conversation = conversation_of(asked)
        if conversation and await self._find(conversation, "conversation") is None:
            return  # it was deleted meanwhile
        items = [] if blocked else await passed(self._service, items_of(asked.input))
        kept = Kept(shown, items, asked.previous_response_id or "")
        await self._put(shown["id"], "response", kept, conversation or None)

    async def begin(self, items: list[dict[str, Any]], metadata: dict[str, str]) -> dict[str, Any]:
        """A new conversation. Raises `Fault`."""
        if not self.wanted:
            raise Fault(501, "nothing is kept here (serve.keep_days, chat.record)", code="not_stored")
        created = int(time.time())
        name = new_id("conv")
        shown = {"id": name, "object": "conversation", "created_at": created, "metadata": metadata}
        allowed = await passed(self._service, items)
        if items and not allowed:
            raise Fault(400, "the policy of this machine does not allow it", code="content_filter", param="items")
        await self._put(name, "conversation", Kept(shown, allowed), None)
        return shown

    async def _put(self, object_id: str, kind: Kind, kept: Kept, parent: str | None) -> None:
        now = time.time()
        expires = now + self._service.assistant.settings.serve.keep_days * DAY_S
        made = KeptObject(object_id, self._who.id, kind, parent, now, expires, msgspec.json.encode(kept).decode())
        try:
            store = await self._service.assistant.store()
            await store.discard_expired()
            await store.keep(made, most=MOST_KEPT, most_bytes=MOST_BYTES)
        except MynaError as error:
            raise fault_of(error) from error

    async def _find(self, object_id: str, kind: Kind) -> Kept | None:
        if not _ID.fullmatch(object_id):
            return None
        try:
            found = await (await self._service.assistant.store()).kept(object_id, self._who.id, kind)
        except MynaError as error:
            raise fault_of(error) from error
        return None if found is None else msgspec.json.decode(found.body, type=Kept)

    async def _before(self, response: str) -> list[dict[str, Any]]:
        """Items of a response and of those that it follows, oldest first."""
        found: list[list[dict[str, Any]]] = []
        count = 0
        while response and count < MOST_MESSAGES:
            one = await self._find(response, "response")
            if one is None:
                raise bad(
                    "the response that this one follows is not here",
                    "previous_response_id",
                    "previous_response_not_found",
                )
            said = one.said()
            found.append(said)
            count += max(1, len(said))
            if named := (one.shown.get("conversation") or {}).get("id"):
                # What came before it is in its conversation.
                found.append(await self._until(named, one.shown["id"]))
                break
            response = one.previous
        return [item for items in reversed(found) for item in items]

    async def _until(self, conversation: str, response: str) -> list[dict[str, Any]]:
        begun = await self.get(conversation, "conversation")
        items = list(begun.items)
        for one in await (await self._service.assistant.store()).kept_with(conversation, self._who.id):
            if one.id == response:
                break
            items += msgspec.json.decode(one.body, type=Kept).said()
        return items


def _parsed(items: list[dict[str, Any]]) -> list[Item]:
    return _ITEMS.validate_python(items)
