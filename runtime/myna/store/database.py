"""One connection to the database, its settings and its transactions. Used in the store's thread alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from ..errors import StoreFailed
from .address import database_url, open_engine, shown
from .failures import store_errors
from .schema import is_current, migrate
from .search import SearchIndex, bring_up_to_date, open_index
from .search import is_current as index_is_current

BUSY_SECONDS = 10.0
"""How long a write waits for another process; a write of Myna takes milliseconds."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}",
    "PRAGMA journal_mode = WAL",
    # With WAL, only FULL syncs at each commit: what was acknowledged survives a power cut.
    "PRAGMA synchronous = FULL",
    # macOS: an ordinary fsync leaves data in the drive's cache. Without effect elsewhere.
    "PRAGMA fullfsync = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    # The file may come from somewhere else: views and triggers in it must not run functions.
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)


class Database:
    """`url_or_path`: a path makes a SQLite file; what holds `://` is a SQLAlchemy URL."""

    def __init__(self, url_or_path: str | Path, *, full_text: bool = True) -> None:
        self.url = _url(url_or_path)
        self.where = self.url.database or "memory" if self.sqlite else shown(self.url)
        with store_errors(self.where):
            if self.sqlite and self.url.database not in {None, "", ":memory:"}:
                _create_private(Path(str(self.url.database)))
            self.engine = _engine(self.url)
            try:
                self.index: SearchIndex = self._open(full_text)
            except BaseException:
                self.engine.dispose()
                raise

    @property
    def sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def postgres(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    def _open(self, full_text: bool) -> SearchIndex:
        with self._connect() as connection:
            index = open_index(connection, full_text=full_text)
            current = is_current(connection) and index_is_current(index, connection)
        if not current:
            with self._transaction(write=True) as connection:
                migrate(connection, self.where)
                bring_up_to_date(index, connection)
        return index

    def _connect(self) -> Connection:
        """A connection; waits for another process that is just creating the same file."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self.engine.connect()
            except OperationalError as error:
                # SQLite does not wait for the lock that the change to WAL needs.
                if "locked" not in str(error.orig) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        with self.engine.connect().execution_options(myna_write=write) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with store_errors(self.where), self._transaction(write=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block has ended, or undone when it raises.

        It takes SQLite's write lock at once, so that what the block reads stays true until it writes.
        """
        with store_errors(self.where), self._transaction(write=True) as connection:
            yield connection

    def scrub(self) -> None:
        """Leave nothing of deleted texts in the file or in the write-ahead log.

        Raises:
            StoreFailed: another process is reading, so that the log cannot be emptied now.
        """
        with self.write() as connection:
            self.index.optimise(connection)
        if self.sqlite and self.pragma("PRAGMA wal_checkpoint(TRUNCATE)")[0] == 1:
            raise StoreFailed(
                f"{self.where} is being read by another process: deleted words stay in its log until that ends",
                hint="close the other program that uses it, then delete again",
            )

    def close(self) -> None:
        with store_errors(self.where):
            self.engine.dispose()

    def pragma(self, statement: str) -> tuple[Any, ...]:
        """Run one outside of a transaction; the first row of its answer, or ()."""
        with store_errors(self.where):
            raw = self.engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute(statement)
                rows = cursor.fetchall()
                cursor.close()
            finally:
                raw.close()
        return tuple(rows[0]) if rows else ()


def _url(url_or_path: str | Path) -> URL:
    text = str(url_or_path)
    if isinstance(url_or_path, Path) or "://" not in text:
        return URL.create("sqlite", database=text)
    return database_url(text, "store.url")


def _create_private(path: Path) -> None:
    """Conversations are nobody else's business: a new folder and a new file are the owner's alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return open_engine(url, "store.url", poolclass=QueuePool, pool_size=1, pool_pre_ping=True)
    # One thread uses one connection: with an in-memory database, another would see nothing.
    engine = open_engine(url, "store.url", poolclass=StaticPool)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun in `_begin`, not by the driver
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
        cursor.fetchall()
    cursor.close()


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("myna_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
