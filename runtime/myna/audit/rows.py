"""What a log in a database holds, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from ..errors import AuditBroken, AuditFailed
from . import tables
from .content import group_name, read_line
from .folder import LONGEST_LINE
from .head import Head, head_of, read_head
from .places import Places
from .records import Entry, Record, decode, encode, own_hash
from .report import KEEP_TABLES

_PAGE = 500
"""Rows that are fetched at once: some 200 kB."""

_PROBE = b"x" * 64 * 1024
"""What must find room: a few dozen turns."""


class Rows:
    """A log, to be read."""

    lead = 0

    def __init__(self, connection: Connection, where: str, places: Places) -> None:
        self._connection = connection
        self._where = where
        self._places = places
        self._tables = tables.there(connection)

    @property
    def begun(self) -> bool:
        return bool(self._tables)

    @property
    def anchor_name(self) -> str:
        return f"{tables.head.name} in {self._where}"

    def anchor(self) -> Head | None:
        return self._anchor(lock=False)

    def witness(self) -> Head | None:
        """What this machine has written; None too where that was cut off since, on record."""
        path = self._places.witness
        if path is None:
            return None
        try:
            head = read_head(path)
        except ValueError:
            raise AuditBroken(f"{path} is no anchor of an audit log", hint=KEEP_TABLES) from None
        if head is None or not head.seq:
            return None
        there = tables.records.name in self._tables
        first = self._connection.execute(select(func.min(tables.records.c.seq))).scalar() if there else None
        return None if first is not None and head.seq < first else head

    def lines(self) -> Iterator[bytes]:
        seq = tables.records.c.seq
        # A row that somebody has blown up is not read into memory.
        line = func.substring(tables.records.c.line, 1, LONGEST_LINE)
        after: int | None = None
        while self.begun:
            more = select(seq, line).order_by(seq).limit(_PAGE)
            rows = self._connection.execute(more if after is None else more.where(seq > after)).all()
            if not rows:
                return
            for row in rows:
                yield bytes(row[1]) + b"\n"
            after = rows[-1][0]

    def newest(self, most: int) -> list[bytes]:
        if tables.records.name not in self._tables:
            return []
        last = select(tables.records.c.line).order_by(tables.records.c.seq.desc()).limit(most)
        return [bytes(line) for line in self._connection.execute(last).scalars()][::-1]

    def texts(self, group: str) -> Iterator[bytes]:
        table = tables.texts
        if self.begun:
            wanted = select(table.c.line).where(table.c.name == group_name(group)).order_by(table.c.id)
            yield from map(bytes, self._connection.execute(wanted).scalars())

    def has_texts(self, group: str) -> bool:
        if tables.texts.name not in self._tables:
            return False
        found = select(tables.texts.c.id).where(tables.texts.c.name == group_name(group)).limit(1)
        return self._connection.execute(found).first() is not None

    def _anchor(self, *, lock: bool) -> Head | None:
        if not self.begun:
            return None
        self._require_tables()
        table = tables.head
        query = select(table.c.format, table.c.seq, table.c.hash)
        rows = self._connection.execute(query.with_for_update() if lock else query).all()
        if len(rows) != 1:
            return None
        version, seq, hashed = rows[0]
        if version > tables.FORMAT:
            raise AuditFailed(
                f"{self._where} was written by a newer version of Myna "
                f"(schema {version}, this one knows {tables.FORMAT})",
                hint="update Myna, or choose another database with audit.url",
            )
        return Head(seq, hashed)

    def _require_tables(self) -> None:
        if missing := sorted(tables.NAMES - self._tables):
            raise AuditBroken(f"{missing[0]}, a table of the audit log {self._where}, is gone", hint=KEEP_TABLES)


class WrittenRows(Rows):
    """A log that nobody else writes meanwhile: its lock is held."""

    def __init__(self, connection: Connection, where: str, places: Places) -> None:
        super().__init__(connection, where, places)
        # A log that somebody has taken apart can't be locked, and not be added to either.
        self._named = self._anchor(lock=True) if self._tables == tables.NAMES else None
        self.added: Head | None = None
        """The last record that was added."""

    def head(self) -> tuple[Head, list[Entry]]:
        if not self.begun:
            self._require_witness()
            self._begin()
        head = self._last()
        self._require_witness()
        return head, []

    def last(self) -> int:
        return self._last().seq if self.begun else 0

    def add(self, records: Sequence[Record], texts: Mapping[str, list[bytes]]) -> None:
        lines = [
            {"name": group_name(group), "record": line.record if (line := read_line(one)) else 0, "line": one}
            for group, of_group in texts.items()
            for one in of_group
        ]
        execute = self._connection.execute
        if lines:
            execute(insert(tables.texts), lines)
        execute(insert(tables.records), [{"seq": record.seq, "line": encode(record)} for record in records])
        head = head_of(records[-1])
        execute(update(tables.head).values(seq=head.seq, hash=head.hash))
        self.added = self._named = head

    def remove(self, group: str) -> None:
        # Of a log that somebody has taken apart, too.
        self._connection.execute(delete(tables.texts).where(tables.texts.c.name == group_name(group)))

    def cut(self, count: int, through: int) -> None:
        self._connection.execute(delete(tables.records).where(tables.records.c.seq <= through))
        self._connection.execute(delete(tables.texts).where(tables.texts.c.record <= through))

    def probe(self) -> None:
        with self._connection.begin_nested() as trial:
            if not self.begun:
                tables.create(self._connection)
            self._connection.execute(insert(tables.texts).values(name=".probe", record=0, line=_PROBE))
            trial.rollback()

    def _begin(self) -> None:
        tables.create(self._connection)
        self._tables = tables.NAMES
        self._named = self._anchor(lock=True)

    def _last(self) -> Head:
        """The last record.

        Raises:
            AuditBroken: it is not the one that the anchor names.
        """
        head = self._named
        if head is None:
            self._require_tables()
            raise AuditBroken(f"{self.anchor_name}, the anchor of the audit log, is gone", hint=KEEP_TABLES)
        table = tables.records
        last = self._connection.execute(select(table.c.seq, table.c.line).order_by(table.c.seq.desc()).limit(1)).first()
        at = last.seq if last else 0
        if at > head.seq:
            raise AuditBroken(
                f"after record {head.seq} of the audit log something was added that does not follow it",
                hint=KEEP_TABLES,
            )
        if head.seq and not (last and _is(bytes(last.line), head)):
            raise self._lacks(head)
        return head

    def _require_witness(self) -> None:
        witness = self.witness()
        if witness is None:
            return
        there = None
        if self.begun:
            found = select(tables.records.c.line).where(tables.records.c.seq == witness.seq)
            there = self._connection.execute(found).scalar()
        if there is None or not _is(bytes(there), witness):
            raise self._lacks(witness)

    def _lacks(self, head: Head) -> AuditBroken:
        return AuditBroken(
            f"the audit log {self._where} lacks record {head.seq}, which the anchor names as the last",
            hint=KEEP_TABLES,
        )


def _is(line: bytes, head: Head) -> bool:
    """Whether `line` is the record that `head` names."""
    record = decode(line)
    return record is not None and head_of(record) == head and own_hash(record) == head.hash
