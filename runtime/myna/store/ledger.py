"""What is done to conversations and messages, as SQL. Runs in the store's thread, one call at a time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, update

from ..errors import ConversationMissing, MessageMissing, UsageError
from ..messages import Message
from .attachment_ledger import AttachmentLedger
from .attachments import AttachmentFolder
from .database import Database
from .ids import IdClock
from .kept_ledger import KeptLedger
from .records import (
    ConversationRecord,
    ConversationSummary,
    MessageMeta,
    PromptVotes,
    SearchHit,
    SearchOrder,
    StoredMessage,
)
from .rows import (
    conversation_record,
    encode,
    meta_of,
    storable_line,
    storable_message,
    storable_meta,
    stored_message,
    text_of,
)
from .schema import conversations, message_attachments, messages, ratings
from .segment import phrases
from .snippet import snippet_of
from .titles import title_of

_PREFIX = re.compile(r"[0-9a-f]{1,32}\Z")


class Ledger:
    def __init__(
        self,
        url_or_path: str | Path,
        folder: AttachmentFolder,
        *,
        full_text: bool = True,
        deleting: Callable[[str], None] | None = None,
    ) -> None:
        self._database = Database(url_or_path, full_text=full_text)
        self.attachments = AttachmentLedger(self._database, folder)
        self.kept = KeptLedger(self._database)
        self._ids = IdClock()
        self._deleting = deleting

    # Conversations

    def create(self, title: str, model: str, system: str, conversation: str = "") -> ConversationRecord:
        now = time.time()
        row = {"title": storable_line(title), "model": storable_line(model), "system": storable_line(system)}
        record = ConversationRecord(id=conversation or self._ids.next(), **row, head=None, created=now, updated=now)
        with self._database.write() as connection:
            connection.execute(insert(conversations).values(id=record.id, **row, created=now, updated=now))
        return record

    def get(self, conversation: str) -> ConversationRecord:
        """By id, or by the beginning of one that fits no other."""
        wanted = conversation.lower()
        if not _PREFIX.match(wanted):
            raise _no_conversation(conversation)
        with self._database.read() as connection:
            # A range, not LIKE: it uses the primary key. "g" sorts after every hexadecimal digit.
            within = and_(conversations.c.id >= wanted, conversations.c.id < wanted + "g")
            rows = connection.execute(select(conversations).where(within).limit(2)).all()
        if not rows:
            raise _no_conversation(conversation)
        if len(rows) > 1:
            raise UsageError(
                f"more than one conversation begins with {conversation!r}", hint="give more digits of the id"
            )
        return conversation_record(rows[0])

    def rename(self, conversation: str, title: str) -> None:
        self._change(conversation, title=storable_line(title))

    def configure(self, conversation: str, model: str | None, system: str | None) -> None:
        given = {"model": model, "system": system}
        self._change(conversation, **{name: storable_line(text) for name, text in given.items() if text is not None})

    def _change(self, conversation: str, **values: str) -> None:
        with self._database.write() as connection:
            known = conversations.c.id == conversation
            done = connection.execute(update(conversations).where(known).values(**values, updated=time.time()))
            if not done.rowcount:
                raise _no_conversation(conversation)

    def summaries(self, limit: int, offset: int) -> list[ConversationSummary]:
        table = conversations
        counted = select(func.count()).where(messages.c.conversation == table.c.id).scalar_subquery()
        query = (
            select(table.c.id, table.c.title, table.c.model, table.c.created, table.c.updated, counted)
            .order_by(table.c.updated.desc(), table.c.id.desc())
            .limit(max(0, limit))
            .offset(max(0, offset))
        )
        with self._database.read() as connection:
            return [ConversationSummary(*row) for row in connection.execute(query)]

    # Messages

    def append(
        self, conversation: str, message: Message, parent: str | None, turn: str, meta: MessageMeta
    ) -> StoredMessage:
        message, meta = storable_message(message), storable_meta(meta)
        stored = StoredMessage(self._ids.next(), conversation, parent, message, storable_line(turn), meta, time.time())
        row = {
            "id": stored.id,
            "conversation": conversation,
            "parent": parent,
            "role": message.role,
            "parts": encode(message.parts),
            "turn": stored.turn,
            "meta": encode(meta),
            "created": stored.created,
        }
        with self._database.write() as connection:
            title = _title(connection, conversation)
            if parent is not None:
                _require(connection, conversation, parent)
            seq = connection.execute(insert(messages).values(**row).returning(messages.c.seq)).scalar_one()
            self.attachments.claim(connection, stored)
            self._database.index.add(connection, seq, message.text)
            if not title and message.role == "user":
                title = storable_line(title_of(message.text))
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation)
                .values(head=stored.id, title=title, updated=stored.created)
            )
        return stored

    def amend(self, message: str, meta: MessageMeta) -> None:
        changed = update(messages).where(messages.c.id == message).values(meta=encode(storable_meta(meta)))
        with self._database.write() as connection:
            if not connection.execute(changed).rowcount:
                raise MessageMissing(f"there is no message {message[:40]!r}")

    def path(self, conversation: str, leaf: str | None) -> list[StoredMessage]:
        with self._database.read() as connection:
            _title(connection, conversation)
            if leaf is None:
                head = select(conversations.c.head).where(conversations.c.id == conversation)
                leaf = connection.execute(head).scalar()
                if leaf is None:
                    return []
            else:
                _require(connection, conversation, leaf)
            up = select(messages.c.seq, messages.c.parent).where(messages.c.id == leaf).cte("up", recursive=True)
            up = up.union_all(select(messages.c.seq, messages.c.parent).where(messages.c.id == up.c.parent))
            rows = connection.execute(select(messages).join(up, messages.c.seq == up.c.seq).order_by(messages.c.seq))
            return [stored_message(row) for row in rows]

    def children(self, conversation: str, parent: str | None) -> list[StoredMessage]:
        with self._database.read() as connection:
            _title(connection, conversation)
            if parent is not None:
                _require(connection, conversation, parent)
            return self._messages(connection, conversation, messages.c.parent == parent)

    def tree(self, conversation: str) -> list[StoredMessage]:
        with self._database.read() as connection:
            _title(connection, conversation)
            return self._messages(connection, conversation)

    def turn(self, conversation: str, turn: str) -> list[StoredMessage]:
        with self._database.read() as connection:
            _title(connection, conversation)
            return self._messages(connection, conversation, messages.c.turn == turn)

    def branches(self, conversation: str) -> list[tuple[str, ...]]:
        here = messages.c.conversation == conversation
        parent = func.coalesce(messages.c.parent, "")
        several = select(parent).where(here).group_by(parent).having(func.count() > 1)
        query = select(messages.c.id, parent).where(here, parent.in_(several)).order_by(messages.c.seq)
        found: dict[str, list[str]] = {}
        with self._database.read() as connection:
            for message, above in connection.execute(query):
                found.setdefault(above, []).append(message)
        return [tuple(alternatives) for alternatives in found.values()]

    def _messages(self, connection: Connection, conversation: str, *more: ColumnElement[bool]) -> list[StoredMessage]:
        query = select(messages).where(messages.c.conversation == conversation, *more).order_by(messages.c.seq)
        return [stored_message(row) for row in connection.execute(query)]

    def set_head(self, conversation: str, leaf: str) -> str:
        with self._database.write() as connection:
            _title(connection, conversation)
            _require(connection, conversation, leaf)
            below = select(messages.c.id, messages.c.seq).where(messages.c.id == leaf).cte("below", recursive=True)
            below = below.union_all(select(messages.c.id, messages.c.seq).where(messages.c.parent == below.c.id))
            # A child is newer than its parent, so the newest message below has no children.
            head = connection.execute(select(below.c.id).order_by(below.c.seq.desc()).limit(1)).scalar_one()
            connection.execute(update(conversations).where(conversations.c.id == conversation).values(head=head))
        return str(head)

    # Search

    def search(self, query: str, limit: int, order: SearchOrder) -> list[SearchHit]:
        wanted = phrases(query)
        if not wanted or limit <= 0:
            return []
        with self._database.read() as connection:
            found = connection.execute(self._database.index.find(wanted, order, limit)).scalars().all()
            columns = (messages, conversations.c.title)
            query_rows = select(*columns).join(conversations).where(messages.c.seq.in_(found))
            rows = {row.seq: row for row in connection.execute(query_rows)}
        hits = []
        for seq in found:
            if (row := rows.get(seq)) is not None:
                snippet, places = snippet_of(text_of(row.parts), wanted)
                hits.append(SearchHit(row.conversation, row.title, row.id, row.role, row.created, snippet, places))
        return hits

    # Ratings

    def rate(self, message: str, good: bool | None) -> None:
        with self._database.write() as connection:
            role = connection.execute(select(messages.c.role).where(messages.c.id == message)).scalar()
            if role is None:
                raise MessageMissing(f"there is no message {message[:40]!r}")
            if role != "assistant":
                raise UsageError("only an answer can be rated")
            connection.execute(delete(ratings).where(ratings.c.message == message))
            if good is not None:
                row = {"message": message, "good": int(good), "created": time.time()}
                connection.execute(insert(ratings).values(**row))

    def ratings(self, conversation: str) -> dict[str, bool]:
        query = select(ratings.c.message, ratings.c.good).join(messages).where(messages.c.conversation == conversation)
        with self._database.read() as connection:
            return {message: good == 1 for message, good in connection.execute(query)}

    def prompt_votes(self, prompt: str) -> list[PromptVotes]:
        # A quick sieve; what the JSON really says is looked at below.
        asked = and_(messages.c.role == "assistant", messages.c.meta.contains('"prompt":', autoescape=True))
        query = select(messages.c.meta, ratings.c.good).outerjoin(ratings, ratings.c.message == messages.c.id)
        votes: dict[tuple[str, str, str], list[int]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query.where(asked).order_by(messages.c.seq)):
                meta = meta_of(row.meta)
                if prompt in {"", meta.prompt}:
                    counts = votes.setdefault((meta.prompt, meta.prompt_version, meta.prompt_hash), [0, 0, 0])
                    counts[0] += 1
                    counts[1] += row.good == 1
                    counts[2] += row.good == 0
        return [PromptVotes(*key, *counts) for key, counts in votes.items()]

    # Deleting

    def delete(self, conversation: str) -> None:
        if not self._delete(conversations.c.id == conversation):
            raise _no_conversation(conversation)

    def forget_before(self, moment: float) -> int:
        gone = self._delete(conversations.c.updated < moment)
        self.scrub()
        return gone

    def scrub(self) -> None:
        self._database.scrub()

    def _delete(self, which: ColumnElement[bool]) -> int:
        """Delete conversations with all that only they need; how many."""
        chosen = select(conversations.c.id).where(which)
        theirs: Select[tuple[int]] = select(messages.c.seq).where(messages.c.conversation.in_(chosen))
        ids = select(messages.c.id).where(messages.c.conversation.in_(chosen))
        with self._database.write() as connection:
            if self._deleting is not None:
                for conversation in connection.execute(chosen).scalars().all():
                    self._deleting(conversation)
            self._database.index.remove(connection, theirs)
            connection.execute(delete(message_attachments).where(message_attachments.c.message.in_(ids)))
            connection.execute(delete(ratings).where(ratings.c.message.in_(ids)))
            connection.execute(delete(messages).where(messages.c.conversation.in_(chosen)))
            gone = connection.execute(delete(conversations).where(which)).rowcount
        self.attachments.collect()
        return gone

    def close(self) -> None:
        self._database.close()


def _no_conversation(conversation: str) -> ConversationMissing:
    return ConversationMissing(f"there is no conversation {conversation[:40]!r}")


def _title(connection: Connection, conversation: str) -> str:
    """The title of a conversation, which must be there."""
    title = connection.execute(select(conversations.c.title).where(conversations.c.id == conversation)).scalar()
    if title is None:
        raise _no_conversation(conversation)
    return str(title)


def _require(connection: Connection, conversation: str, message: str) -> None:
    known = and_(messages.c.id == message, messages.c.conversation == conversation)
    if connection.execute(select(messages.c.seq).where(known)).first() is None:
        raise MessageMissing(f"there is no message {message[:40]!r} in the conversation {conversation[:12]}")
