"""Where API keys are kept: a table in SQLite, or in a database that several servers share."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    Column,
    Connection,
    Float,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError

from myna.config import Settings
from myna.errors import StoreFailed, UsageError
from myna.paths import Paths
from myna.store.address import database_url, open_engine

from .key import ApiKey, fits, id_of
from .scopes import SCOPES, Scope

_BUSY_S = 10.0
"""Seconds that a write waits for another process; one takes milliseconds."""

_TABLE = Table(
    "api_keys",
    MetaData(),
    Column("id", String(12), primary_key=True),
    Column("name", String(100), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float),
    Column("revoked", Float),
    Column("requests", String(100), nullable=False, default=""),
    Column("tokens", String(100), nullable=False, default=""),
)


class Keys:
    """The keys of one or several servers. Any thread may use it."""

    def __init__(self, url_or_path: str | Path) -> None:
        """`url_or_path`: a path makes a SQLite file; a text is a SQLAlchemy URL.

        Raises:
            BadConfig: it is no URL of a database.
            ExtraMissing: its driver is not installed.
            StoreFailed: it cannot be opened.
        """
        self._engine = _engine(url_or_path)
        with self._errors():
            _TABLE.metadata.create_all(self._engine)

    @classmethod
    def of(cls, paths: Paths, settings: Settings) -> Keys:
        """Those that the settings name. Raises: as the constructor."""
        return cls(settings.serve.keys or paths.data / "keys.db")

    def add(self, key: ApiKey) -> None:
        """Raises `UsageError` when another active key has this name."""
        with self._begin() as connection:
            for known in self._named(connection, key.name):
                if known.active():
                    raise UsageError(
                        f"there is a key called {key.name} already", hint="choose another name, or revoke that one"
                    )
            connection.execute(insert(_TABLE).values(**_row(key)))

    def all(self) -> list[ApiKey]:
        """Oldest first, with those that open nothing any more."""
        with self._begin() as connection:
            rows = connection.execute(select(_TABLE).order_by(_TABLE.c.created, _TABLE.c.id))
            return [_key(row) for row in rows.mappings()]

    def revoke(self, name: str) -> list[ApiKey]:
        """End the active keys with this name or id, at once. Raises `UsageError` when there is none."""
        with self._begin() as connection:
            found = [key for key in self._named(connection, name) if key.revoked is None]
            if not found:
                raise UsageError(f"there is no key called {name}", hint="myna serve keys list")
            ids = [key.id for key in found]
            connection.execute(update(_TABLE).where(_TABLE.c.id.in_(ids)).values(revoked=time.time()))
        return found

    def any_active(self) -> bool:
        """Whether any key opens anything: then nobody gets in without one."""
        now = time.time()
        active = (_TABLE.c.revoked.is_(None)) & (_TABLE.c.expires.is_(None) | (_TABLE.c.expires > now))
        with self._begin() as connection:
            return bool(connection.execute(select(func.count()).select_from(_TABLE).where(active)).scalar_one())

    def check(self, presented: str) -> ApiKey | None:
        """The key that a client presents; None unless it is known and opens something."""
        key_id = id_of(presented)
        if key_id is None:
            return None
        with self._begin() as connection:
            row = connection.execute(select(_TABLE).where(_TABLE.c.id == key_id)).mappings().first()
        key = None if row is None else _key(row)
        return key if fits(presented, key) and key is not None and key.active() else None

    def close(self) -> None:
        self._engine.dispose()

    def _named(self, connection: Connection, name: str) -> list[ApiKey]:
        rows = connection.execute(select(_TABLE).where((_TABLE.c.name == name) | (_TABLE.c.id == name)))
        return [_key(row) for row in rows.mappings()]

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with self._errors(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, OSError) as error:
            # The statement and its values are left out: they hold hashes.
            cause = error.orig if isinstance(error, DatabaseError) else error
            raise StoreFailed(f"the API keys cannot be read or written: {cause}") from error


def _engine(url_or_path: str | Path) -> Engine:
    if isinstance(url_or_path, Path):
        try:
            url_or_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not url_or_path.exists():
                os.close(os.open(url_or_path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise StoreFailed(f"the API keys cannot be read or written: {error.strerror}") from error
        url = URL.create("sqlite", database=str(url_or_path))
    else:
        url = database_url(url_or_path, "serve.keys")
    if url.get_backend_name() == "sqlite":
        return open_engine(url, "serve.keys", connect_args={"timeout": _BUSY_S})
    return open_engine(url, "serve.keys", pool_pre_ping=True)


def _row(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "sha256": key.sha256,
        "scopes": " ".join(key.scopes),
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "requests": key.requests,
        "tokens": key.tokens,
    }


def _key(row: Any) -> ApiKey:
    # A scope that a later version added opens nothing here.
    scopes = tuple(cast(Scope, name) for name in row["scopes"].split() if name in SCOPES)
    return ApiKey(**{**row, "scopes": scopes})
