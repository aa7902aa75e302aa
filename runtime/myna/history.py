"""Where a conversation keeps its messages: in the store, or in memory alone."""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from .errors import UsageError
from .messages import Message
from .store import ConversationStore
from .store.records import NO_META, MessageMeta, StoredMessage


class History(Protocol):
    """A tree of messages with one active branch."""

    conversation: str

    async def append(
        self, message: Message, *, parent: str | None, turn: str, meta: MessageMeta = NO_META
    ) -> StoredMessage:
        """Add below `parent`, and make it the end of the active branch."""
        ...

    async def amend(self, message: str, meta: MessageMeta) -> None:
        """Say how `message` (an id) came about, in place of what was said of it before."""
        ...

    async def path(self, leaf: str | None = None) -> list[StoredMessage]:
        """From the beginning to `leaf`, or to the end of the active branch."""
        ...

    async def switch(self, message: str) -> None:
        """Make the branch that `message` is on the active one."""
        ...

    async def turn(self, turn: str) -> list[StoredMessage]:
        """What the turn with this id has left: its question, where it had a new one, and its answer."""
        ...

    async def branches(self) -> list[tuple[str, ...]]:
        """Messages (ids) that are alternatives of one another, oldest first; those without any are left out."""
        ...


class NewConversation(msgspec.Struct, frozen=True):
    """What a conversation is created with, once it has something to keep."""

    model: str
    system: str


class StoredHistory:
    """Messages in the conversation store."""

    def __init__(
        self,
        open_store: Callable[[], Awaitable[ConversationStore]],
        conversation: str,
        *,
        new: NewConversation | None = None,
    ) -> None:
        """With `new`, the conversation is created with its first message: no empty ones are left behind."""
        self.conversation = conversation
        self._open_store = open_store
        self._new = new

    async def append(
        self, message: Message, *, parent: str | None, turn: str, meta: MessageMeta = NO_META
    ) -> StoredMessage:
        store = await self._open_store()
        if self._new is not None:
            new, self._new = self._new, None
            await store.create(model=new.model, system=new.system, conversation=self.conversation)
        return await store.append(self.conversation, message, parent=parent, turn=turn, meta=meta)

    async def amend(self, message: str, meta: MessageMeta) -> None:
        await (await self._open_store()).amend(message, meta)

    async def path(self, leaf: str | None = None) -> list[StoredMessage]:
        if self._new is not None:
            return []
        return await (await self._open_store()).path(self.conversation, leaf)

    async def switch(self, message: str) -> None:
        await (await self._open_store()).set_head(self.conversation, message)

    async def turn(self, turn: str) -> list[StoredMessage]:
        return [] if self._new is not None else await (await self._open_store()).turn(self.conversation, turn)

    async def branches(self) -> list[tuple[str, ...]]:
        return [] if self._new is not None else await (await self._open_store()).branches(self.conversation)


class MemoryHistory:
    """Messages that are gone when the conversation is."""

    def __init__(self) -> None:
        self.conversation = uuid.uuid4().hex
        self._messages: dict[str, StoredMessage] = {}
        self._head: str | None = None

    async def append(
        self, message: Message, *, parent: str | None, turn: str, meta: MessageMeta = NO_META
    ) -> StoredMessage:
        if parent is not None:
            self._find(parent)
        stored = StoredMessage(uuid.uuid4().hex, self.conversation, parent, message, turn, meta, time.time())
        self._messages[stored.id] = stored
        self._head = stored.id
        return stored

    async def amend(self, message: str, meta: MessageMeta) -> None:
        self._messages[message] = msgspec.structs.replace(self._find(message), meta=meta)

    async def path(self, leaf: str | None = None) -> list[StoredMessage]:
        path: list[StoredMessage] = []
        at = leaf or self._head
        while at is not None:
            path.append(self._find(at))
            at = path[-1].parent
        return path[::-1]

    async def switch(self, message: str) -> None:
        at = self._find(message).id
        # Insertion order is age: the last child found is the newest.
        for stored in self._messages.values():
            if stored.parent == at:
                at = stored.id
        self._head = at

    async def turn(self, turn: str) -> list[StoredMessage]:
        return [stored for stored in self._messages.values() if stored.turn == turn]

    async def branches(self) -> list[tuple[str, ...]]:
        found: dict[str | None, list[str]] = {}
        for stored in self._messages.values():
            found.setdefault(stored.parent, []).append(stored.id)
        return [tuple(alternatives) for alternatives in found.values() if len(alternatives) > 1]

    def _find(self, message: str) -> StoredMessage:
        try:
            return self._messages[message]
        except KeyError:
            raise UsageError(f"this conversation has no message {message}") from None
