"""The full-text index: SQLite's FTS5 where there is one, a table searched with LIKE elsewhere.

Both keep the tokens of `myna.store.segment` under the number (`seq`) of their message, so they find
the same messages; only FTS5 can rank them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    column,
    delete,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy import text as sql

from .records import SearchOrder
from .rows import text_of
from .schema import messages, read_fact, write_fact
from .segment import SEGMENTER_VERSION, Phrase, segmented

_BATCH = 200
"""Messages indexed at a time when an index is made anew."""


class SearchIndex(Protocol):
    name: str

    def create(self, connection: Connection) -> None:
        """An empty index in place of whatever there is."""

    def newest(self, connection: Connection) -> int:
        """The highest number in the index, 0 when it is empty."""

    def add(self, connection: Connection, seq: int, content: str) -> None: ...

    def remove(self, connection: Connection, seqs: Select[tuple[int]]) -> None: ...

    def find(self, wanted: Sequence[Phrase], order: SearchOrder, limit: int) -> Select[tuple[int]]:
        """A query for the numbers of the messages that hold all phrases."""

    def optimise(self, connection: Connection) -> None:
        """Rewrite the index, so that nothing of removed messages is left in it."""


class FullTextIndex:
    """SQLite FTS5. Its `ascii` tokenizer splits at ASCII punctuation alone, so tokens stay as they are."""

    name = "message_fts"

    _table = table("message_fts", column("rowid", Integer), column("body", Text), column("rank"))

    def create(self, connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE IF EXISTS message_fts")
        connection.exec_driver_sql("CREATE VIRTUAL TABLE message_fts USING fts5(body, tokenize = 'ascii')")

    def newest(self, connection: Connection) -> int:
        rowid = self._table.c.rowid
        return int(connection.execute(select(rowid).order_by(rowid.desc()).limit(1)).scalar() or 0)

    def add(self, connection: Connection, seq: int, content: str) -> None:
        connection.execute(insert(self._table).values(rowid=seq, body=segmented(content)))

    def remove(self, connection: Connection, seqs: Select[tuple[int]]) -> None:
        connection.execute(delete(self._table).where(self._table.c.rowid.in_(seqs)))

    def find(self, wanted: Sequence[Phrase], order: SearchOrder, limit: int) -> Select[tuple[int]]:
        # Tokens hold no ASCII punctuation: between quotes they are nothing but words to FTS5.
        match = " AND ".join(f'"{" ".join(phrase.tokens)}"{"*" if phrase.prefix else ""}' for phrase in wanted)
        found = select(self._table.c.rowid).where(sql("message_fts MATCH :match").bindparams(match=match))
        newest = self._table.c.rowid.desc()
        return found.order_by(*([self._table.c.rank, newest] if order == "best" else [newest])).limit(limit)

    def optimise(self, connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO message_fts(message_fts) VALUES ('optimize')")


class LikeIndex:
    """Any SQL database. Reads the whole table for each search, and knows no order but newest first."""

    name = "message_words"

    _table = Table(
        "message_words",
        MetaData(),
        Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
        Column("body", Text, nullable=False),
    )

    def create(self, connection: Connection) -> None:
        self._table.drop(connection, checkfirst=True)
        self._table.create(connection)

    def newest(self, connection: Connection) -> int:
        seq = self._table.c.seq
        return int(connection.execute(select(seq).order_by(seq.desc()).limit(1)).scalar() or 0)

    def add(self, connection: Connection, seq: int, content: str) -> None:
        connection.execute(insert(self._table).values(seq=seq, body=f" {segmented(content)} "))

    def remove(self, connection: Connection, seqs: Select[tuple[int]]) -> None:
        connection.execute(delete(self._table).where(self._table.c.seq.in_(seqs)))

    def find(self, wanted: Sequence[Phrase], order: SearchOrder, limit: int) -> Select[tuple[int]]:
        del order
        # `%` and `_` are no part of any token, so they need no escape.
        patterns = [f"% {' '.join(phrase.tokens)}{'' if phrase.prefix else ' '}%" for phrase in wanted]
        found = select(self._table.c.seq).where(and_(*(self._table.c.body.like(pattern) for pattern in patterns)))
        return found.order_by(self._table.c.seq.desc()).limit(limit)

    def optimise(self, connection: Connection) -> None:
        """Nothing to do: a deleted row is gone."""


def open_index(connection: Connection, *, full_text: bool = True) -> SearchIndex:
    """The best index that this database can keep. `full_text=False` forces the portable one."""
    if full_text and connection.dialect.name == "sqlite":
        fts5 = "SELECT 1 FROM pragma_module_list WHERE name = 'fts5'"
        if connection.exec_driver_sql(fts5).first() is not None:
            return FullTextIndex()
    return LikeIndex()


def is_current(index: SearchIndex, connection: Connection) -> bool:
    """Whether `bring_up_to_date` would find nothing to do. Writes nothing."""
    return (
        read_fact(connection, index.name) == SEGMENTER_VERSION
        and inspect(connection).has_table(index.name)
        and index.newest(connection) >= _newest_message(connection)
    )


def bring_up_to_date(index: SearchIndex, connection: Connection) -> None:
    """Index every message that is not, in an index made by this version of the segmenter.

    That mends an index of an older version, and one that another process had no use for.
    """
    if read_fact(connection, index.name) != SEGMENTER_VERSION or not inspect(connection).has_table(index.name):
        index.create(connection)
        write_fact(connection, index.name, SEGMENTER_VERSION)
    after = index.newest(connection)
    while True:
        rows: Sequence[Any] = connection.execute(
            select(messages.c.seq, messages.c.parts)
            .where(messages.c.seq > after)
            .order_by(messages.c.seq)
            .limit(_BATCH)
        ).all()
        for row in rows:
            index.add(connection, row.seq, text_of(row.parts))
            after = row.seq
        if len(rows) < _BATCH:
            return


def _newest_message(connection: Connection) -> int:
    return int(connection.execute(select(messages.c.seq).order_by(messages.c.seq.desc()).limit(1)).scalar() or 0)
