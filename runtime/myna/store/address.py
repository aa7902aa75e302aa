"""The address of a database, as a setting names it: read, shown without its secrets, and opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from ..errors import BadConfig, ExtraMissing

EXAMPLE = "for example postgresql://user@host/myna"


def database_url(text: str, setting: str) -> URL:
    """The address that the setting called `setting` holds.

    Raises:
        BadConfig: it is none.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # The text may hold a password, so it is not repeated.
        raise BadConfig(f"{setting} is not a database URL", hint=EXAMPLE) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgresql", "postgres"} else url


def shown(url: URL) -> str:
    """The address as people may read it: of what stands behind `?`, which may hold a password too, nothing but the
    host."""
    host = url.query.get("host")
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql")
    # The folder of a socket stays readable.
    return url.set(query={"host": host} if host else {}).render_as_string(hide_password=True).replace("%2F", "/")


def open_engine(url: URL, setting: str, **options: Any) -> Engine:
    """What connects to `url`, on first use. `options` are SQLAlchemy's.

    Raises:
        BadConfig: there is no such kind of database.
        ExtraMissing: its driver is not installed.
    """
    try:
        return create_engine(url, **options)
    except NoSuchModuleError as error:
        raise BadConfig(f"{setting}: no such kind of database: {url.drivername}", hint=EXAMPLE) from error
    except ModuleNotFoundError as error:
        raise ExtraMissing(
            f"the driver for {url.drivername} is not installed ({error.name})", hint="pip install 'myna[postgres]'"
        ) from error
