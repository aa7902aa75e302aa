"""What was found in pictures that were searched before, by the content of the picture.

One SQLite file in the cache folder. It may be deleted at any time; a damaged one is begun anew, and where none can be
written, nothing is remembered. Only hashes of the pictures are in it, the text that was read in them, and vectors.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)

MOST = 50_000
"""Findings that are kept, about 2 kB each; those that were not used for longest are forgotten first."""
_VERSION = 1
_WAIT_S = 2.0
"""For another process that writes."""


class PictureIndex:
    """Use it in a `with`."""

    def __init__(self, folder: Path, *, most: int = MOST) -> None:
        self._path = folder / "pictures" / "index.sqlite"
        self._most = most
        self._database = self._open()
        self._changed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def get(self, picture: str, source: str) -> bytes | None:
        """What `source` (a model, by its hash) found in the picture with the SHA-256 `picture`."""
        with self._forgiving():
            row = self._database.execute(
                "SELECT found FROM findings WHERE picture = ? AND source = ?", (picture, source)
            ).fetchone()
            if row is None:
                return None
            self._database.execute(
                "UPDATE findings SET used = ? WHERE picture = ? AND source = ?", (time.time(), picture, source)
            )
            found: bytes = row[0]
            return found
        return None

    def put(self, picture: str, source: str, found: bytes) -> None:
        with self._forgiving(), self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?)", (picture, source, found, time.time())
            )
            self._changed = True

    def close(self) -> None:
        """Forget what is too much, and end."""
        with self._forgiving(), self._database:
            if self._changed:
                self._database.execute(
                    "DELETE FROM findings WHERE rowid IN"
                    " (SELECT rowid FROM findings ORDER BY used DESC LIMIT -1 OFFSET ?)",
                    (self._most,),
                )
        self._database.close()

    def _open(self) -> sqlite3.Connection:
        for attempt in range(2):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                database = sqlite3.connect(self._path, timeout=_WAIT_S)
                self._prepare(database)
            except (sqlite3.Error, OSError) as error:
                log.debug("the index of pictures: %s", error)
                if attempt == 0 and not isinstance(error, sqlite3.OperationalError):
                    self._remove()
            else:
                return database
        database = sqlite3.connect(":memory:")
        self._prepare(database)
        return database

    def _prepare(self, database: sqlite3.Connection) -> None:
        """Raises `sqlite3.Error` for a file that is none of ours; the connection is closed then."""
        try:
            with database:
                version = database.execute("PRAGMA user_version").fetchone()[0]
                if version not in {0, _VERSION}:
                    database.execute("DROP TABLE IF EXISTS findings")
                database.execute(
                    "CREATE TABLE IF NOT EXISTS findings"
                    " (picture TEXT, source TEXT, found BLOB, used REAL, PRIMARY KEY (picture, source))"
                )
                database.execute(f"PRAGMA user_version = {_VERSION}")
            # What is printed in private pictures concerns nobody else on this machine.
            with contextlib.suppress(OSError):
                self._path.chmod(0o600)
        except sqlite3.Error:
            database.close()
            raise

    def _remove(self) -> None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + suffix).unlink()

    @contextlib.contextmanager
    def _forgiving(self) -> Iterator[None]:
        """A search goes on without what cannot be read or written."""
        try:
            yield
        except sqlite3.Error as error:
            log.debug("the index of pictures: %s", error)
