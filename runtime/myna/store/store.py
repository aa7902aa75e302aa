"""The store as the rest of Myna sees it: asynchronous, with one thread that does the work."""

from __future__ import annotations

import asyncio
import builtins
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ..errors import StoreFailed
from ..messages import Attachment, Message
from .attachments import AttachmentFolder
from .records import (
    NO_META,
    ConversationRecord,
    ConversationSummary,
    KeptObject,
    MessageMeta,
    PromptVotes,
    SearchHit,
    SearchOrder,
    StoredMessage,
)

if TYPE_CHECKING:
    from .ledger import Ledger

P = ParamSpec("P")
T = TypeVar("T")


class ConversationStore:
    """Conversations on disk. Make one with `await ConversationStore.open(...)`.

    A call that writes returns after the commit is on disk. Calls run one after another in the order in
    which they were made; cancelling one that has begun does not undo it. Any call may raise `StoreFailed`
    or `DiskFull`.
    """

    def __init__(self, ledger: Ledger, executor: ThreadPoolExecutor) -> None:
        self._ledger = ledger
        self._executor = executor
        self._closed = False
        self._unscrubbed = False

    @classmethod
    async def open(
        cls,
        url_or_path: str | Path,
        *,
        attachments: Path,
        full_text: bool = True,
        deleting: Callable[[str], None] | None = None,
    ) -> ConversationStore:
        """Open the database, create it when there is none, bring an older one up to date.

        Importing the database library takes a while (150 ms); it happens in the store's thread, so that
        a model may load at the same time. `full_text=False` forces the search that needs no FTS5.

        `deleting` is called in that thread with the id of a conversation before it is deleted, and may raise to keep
        it: whoever else has its texts lets go of them first.

        Raises:
            StoreFailed: it is damaged, newer than this program, or not to be written.
            DiskFull: there is no room to create or convert it.
            BadConfig, ExtraMissing: the URL names no database that can be used.
        """
        executor = ThreadPoolExecutor(1, thread_name_prefix="myna-store")

        def start() -> Ledger:
            from .ledger import Ledger

            return Ledger(url_or_path, AttachmentFolder(attachments), full_text=full_text, deleting=deleting)

        opening = executor.submit(start)
        try:
            ledger = await asyncio.wrap_future(opening)
        except BaseException:
            # Cancelled while it was opening: what comes of it is closed in its own thread.
            opening.add_done_callback(
                lambda done: None if done.cancelled() or done.exception() else done.result().close()
            )
            executor.shutdown(wait=False)
            raise
        return cls(ledger, executor)

    async def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._closed:
            raise StoreFailed("the conversation store is closed")
        return await asyncio.wrap_future(self._executor.submit(function, *args, **kwargs))

    async def create(
        self, *, title: str = "", model: str = "", system: str = "", conversation: str = ""
    ) -> ConversationRecord:
        """A new, empty conversation. Without a title it gets one from the first message of the user.

        `conversation` is its id, from an `IdClock`; empty: one is made.
        """
        return await self._run(self._ledger.create, title, model, system, conversation)

    async def get(self, conversation: str) -> ConversationRecord:
        """The conversation with this id, or the only one whose id begins so.

        Raises:
            ConversationMissing: there is none.
            UsageError: more than one id begins so.
        """
        return await self._run(self._ledger.get, conversation)

    async def append(
        self,
        conversation: str,
        message: Message,
        *,
        parent: str | None,
        turn: str = "",
        meta: MessageMeta = NO_META,
    ) -> StoredMessage:
        """Add `message` below `parent` and make it the head. Returns when it is safe on disk.

        The same parent again makes a branch: another user message is an edit, another answer a retry.

        Raises:
            ConversationMissing, MessageMissing: there is no such conversation, or no such parent in it.
        """
        return await self._run(self._ledger.append, conversation, message, parent, turn, meta)

    async def amend(self, message: str, meta: MessageMeta) -> None:
        """Say of a message, by its id, how it came about, in place of what was said of it before.

        Raises:
            MessageMissing: there is no such message.
        """
        await self._run(self._ledger.amend, message, meta)

    async def path(self, conversation: str, leaf: str | None = None) -> builtins.list[StoredMessage]:
        """The messages from the beginning to `leaf`, or to the head."""
        return await self._run(self._ledger.path, conversation, leaf)

    async def children(self, conversation: str, parent: str | None) -> builtins.list[StoredMessage]:
        """What follows `parent` (None: what begins the conversation), one message a branch, oldest first."""
        return await self._run(self._ledger.children, conversation, parent)

    async def tree(self, conversation: str) -> builtins.list[StoredMessage]:
        """All messages of all branches, in the order in which they were written."""
        return await self._run(self._ledger.tree, conversation)

    async def turn(self, conversation: str, turn: str) -> builtins.list[StoredMessage]:
        """What the turn with this id has left: its question, where it had a new one, and its answer."""
        return await self._run(self._ledger.turn, conversation, turn)

    async def branches(self, conversation: str) -> builtins.list[tuple[str, ...]]:
        """Messages (ids) that are alternatives of one another, oldest first; those without any are left out."""
        return await self._run(self._ledger.branches, conversation)

    async def set_head(self, conversation: str, leaf: str) -> str:
        """Switch to the branch that `leaf` is on, and to the newest message below it; the new head."""
        return await self._run(self._ledger.set_head, conversation, leaf)

    async def rename(self, conversation: str, title: str) -> None:
        """Change the title; an empty one is made again from the next message of the user."""
        await self._run(self._ledger.rename, conversation, title)

    async def configure(self, conversation: str, *, model: str | None = None, system: str | None = None) -> None:
        """Change what later turns use."""
        await self._run(self._ledger.configure, conversation, model, system)

    async def list(self, *, limit: int = 50, offset: int = 0) -> builtins.list[ConversationSummary]:
        """Conversations, the last changed first."""
        return await self._run(self._ledger.summaries, limit, offset)

    async def search(self, query: str, *, limit: int = 20, order: SearchOrder = "best") -> builtins.list[SearchHit]:
        """Messages of all branches that hold every word (or "quoted phrase") of `query`.

        Letter case, accents and full-width forms make no difference; the last word may be unfinished.
        """
        return await self._run(self._ledger.search, query, limit, order)

    async def rate(self, message: str, good: bool | None) -> None:
        """A thumb up (True) or down (False) for an answer, in place of an earlier one; None takes it back.

        Raises:
            MessageMissing: there is no such message.
            UsageError: it is no answer.
        """
        await self._run(self._ledger.rate, message, good)

    async def ratings(self, conversation: str) -> dict[str, bool]:
        """Answers (ids) of a conversation that have a thumb up (True) or down (False)."""
        return await self._run(self._ledger.ratings, conversation)

    async def prompt_votes(self, prompt: str = "") -> builtins.list[PromptVotes]:
        """What people thought of answers, by version of the prompt template; empty: of all templates."""
        return await self._run(self._ledger.prompt_votes, prompt)

    async def delete(self, conversation: str) -> None:
        """Delete a conversation, and the attachments that no other one has.

        Traces that the search index keeps of its words are removed by `scrub`, at the latest by `close`.
        """
        await self._run(self._ledger.delete, conversation)
        self._unscrubbed = True

    async def wipe(self, conversation: str) -> None:
        """Delete a conversation so that none of its words is left in the files of the store."""
        await self.delete(conversation)
        await self.scrub()

    async def forget_before(self, moment: float) -> int:
        """Wipe all conversations last changed before `moment` (Unix time, seconds); how many."""
        return await self._run(self._ledger.forget_before, moment)

    async def scrub(self) -> None:
        """Leave nothing of deleted messages in the files: rewrites the index, empties the log."""
        await self._run(self._ledger.scrub)
        self._unscrubbed = False

    async def keep(self, made: KeptObject, *, most: int, most_bytes: int) -> None:
        """Keep something for a client of a server; its owner's oldest go where it has more than `most`, or `most_bytes`
        together."""
        await self._run(self._ledger.kept.put, made, most, most_bytes)

    async def kept(self, object_id: str, owner: str, kind: str) -> KeptObject | None:
        """What was kept; None where there is none, it is another one's, or it has expired."""
        return await self._run(self._ledger.kept.get, object_id, owner, kind, time.time())

    async def kept_with(self, parent: str, owner: str) -> builtins.list[KeptObject]:
        """What was kept with `parent`, oldest first."""
        return await self._run(self._ledger.kept.children, parent, owner, time.time())

    async def discard(self, object_id: str, owner: str, kind: str) -> bool:
        """Delete what was kept, and what was kept with it; whether there was any. None of its words is left."""
        return await self._run(self._ledger.kept.delete, object_id, owner, kind)

    async def discard_expired(self) -> int:
        """Delete what was kept long enough; how many."""
        return await self._run(self._ledger.kept.forget, time.time())

    async def put(self, data: bytes, media_type: str) -> Attachment:
        """Keep a picture or a sound under its hash. It must come into a message within a day.

        What is written beside the pixels of a picture (PNG, JPEG, WebP, GIF) is left out; for other kinds of pictures
        see `Pictures.plain`.

        Raises:
            BadInput: it is empty, too large, or plainly not of that type.
        """
        return await self._run(self._ledger.attachments.put, data, media_type)

    async def read(self, sha256: str) -> bytes:
        """The content of an attachment.

        Raises:
            AttachmentMissing: it is not on this machine, or not in the database that machines share.
            StoreFailed: it is damaged.
        """
        return await self._run(self._ledger.attachments.read, sha256)

    async def close(self) -> None:
        """Finish what was asked for, then close the database. Calling it again does nothing."""
        if self._closed:
            return
        try:
            if self._unscrubbed:
                await self.scrub()
        finally:
            self._closed = True
            closing = self._executor.submit(self._ledger.close)
            self._executor.shutdown(wait=False)
            await asyncio.wrap_future(closing)
