"""A log in a PostgreSQL database, which several machines may share.

A step is one transaction, in which the row of the anchor is locked: whoever is second waits, and then reads what the
first has written. So there is one chain, and a crash leaves nothing to mend. Only reached where `audit.url` is set: it
imports SQLAlchemy.
"""

from __future__ import annotations

import contextlib
import logging
import platform
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, QueuePool

from ..errors import BadConfig
from ..store.address import EXAMPLE, database_url, open_engine, shown
from .faults import database_errors
from .files import Files
from .head import Head, write_head
from .places import Places
from .rows import Rows, WrittenRows

logger = logging.getLogger(__name__)

SETTING = "audit.url"

CONNECT_S = 5
"""Seconds that a connection may take to come about: where failures close, somebody is waiting for an answer."""

SILENT_S = 10
"""Seconds without a sign from the other side, after which a connection is lost, or a step is given up."""


class SharedStorage:
    """The password of `url` is never shown."""

    def __init__(self, places: Places, files: Files, *, lasting: bool) -> None:
        """Nothing is connected yet.

        Raises:
            BadConfig, ExtraMissing: the URL names no database that can be used.
        """
        url = database_url(places.url, SETTING)
        if url.get_backend_name() != "postgresql":
            raise BadConfig(f"{SETTING}: the audit log can be in PostgreSQL, and not in {url.drivername}", hint=EXAMPLE)
        url = url.set(drivername="postgresql+psycopg")
        self.where = shown(url)
        self.machine = f"@{platform.node()}"
        self._places = places
        self._files = files
        pool: dict[str, Any] = (
            {"poolclass": QueuePool, "pool_size": 1, "pool_pre_ping": True} if lasting else {"poolclass": NullPool}
        )
        # Parameters hold what people have said: they stay out of errors.
        self._engine = open_engine(
            url,
            SETTING,
            isolation_level="READ COMMITTED",
            hide_parameters=True,
            connect_args=_defaults(url),
            **pool,
        )

    @contextlib.contextmanager
    def reading(self) -> Iterator[Rows]:
        # One state of the log, however long it takes to read.
        still = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with database_errors(self.where), still.begin() as connection:
            yield Rows(connection, self.where, self._places)

    @contextlib.contextmanager
    def writing(self) -> Iterator[WrittenRows]:
        with database_errors(self.where), self._engine.begin() as connection:
            _bound(connection)
            rows = WrittenRows(connection, self.where, self._places)
            yield rows
        if rows.added is not None:
            self._witness(rows.added)

    def close(self) -> None:
        self._engine.dispose()

    def _witness(self, head: Head) -> None:
        """Note outside of the database what it holds for certain. An older note is true too."""
        path = self._places.witness
        if path is None:
            return
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_head(path, head, self._files)
            self._files.sync_folder(path.parent)
        except OSError as error:
            logger.warning("%s, which says where the audit log ends, could not be written: %s", path, error)


def _defaults(url: URL) -> dict[str, Any]:
    """Parameters of a connection, where the URL does not say otherwise."""
    wanted = {
        "connect_timeout": CONNECT_S,
        "tcp_user_timeout": SILENT_S * 1000,
        "keepalives_idle": SILENT_S,
        "fallback_application_name": "myna audit",
        # Nothing that outlives a transaction: poolers hand the next one to another connection.
        "prepare_threshold": None,
    }
    return {name: value for name, value in wanted.items() if name not in url.query}


def _bound(connection: Connection) -> None:
    """What holds for a step, whatever the database is set to: who waits for the lock gives up, who holds it and falls
    silent loses it, and what was acknowledged is on the disk."""
    limit = f"{SILENT_S}s"
    synchronous = func.current_setting("synchronous_commit")
    connection.execute(
        select(
            func.set_config("lock_timeout", limit, True),
            func.set_config("idle_in_transaction_session_timeout", limit, True),
            # Not where it is stricter, for example `remote_apply`.
            func.set_config("synchronous_commit", func.replace(synchronous, "off", "on"), True),
        )
    )
