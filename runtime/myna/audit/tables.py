"""The tables of an audit log in PostgreSQL. Lines are bytes: they are hashed, and no encoding may change them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    column,
    func,
    insert,
    select,
    table,
)

from .records import FIRST

FORMAT = 1
"""Of these tables; a program that knows a lower one must leave them alone."""

_CREATING = 0x6D796E61
"""Of `pg_advisory_xact_lock`: "myna". `CREATE TABLE IF NOT EXISTS` fails where two run it at once."""

_metadata = MetaData()

head = Table(
    "myna_audit_head",
    _metadata,
    Column("format", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row, the anchor. Whoever writes holds its lock, so that there is one chain."""

records = Table(
    "myna_audit_records",
    _metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("line", LargeBinary, nullable=False),
)
"""`line`: the canonical JSON of a record."""

texts = Table(
    "myna_audit_texts",
    _metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False, index=True),
    Column("record", BigInteger, nullable=False, index=True),
    Column("line", LargeBinary, nullable=False),
)
"""`name`: of the group, see `content.group_name`. `record`: the one that the line belongs to."""

_catalog = table("pg_class", column("relname"), column("oid"), schema="pg_catalog")

NAMES = frozenset(_metadata.tables)


def there(connection: Connection) -> frozenset[str]:
    """Which of `NAMES` there are: all where a log was begun, else none, unless somebody has removed some."""
    # Not `to_regclass`, which in the same transaction does not see what another has created meanwhile.
    name = _catalog.c.relname
    found = select(name).where(name.in_(sorted(NAMES)), func.pg_table_is_visible(_catalog.c.oid))
    return frozenset(connection.execute(found).scalars())


def create(connection: Connection) -> None:
    """Begin a log, unless another machine just has."""
    connection.execute(select(func.pg_advisory_xact_lock(_CREATING)))
    if not there(connection):
        _metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(head).values(format=FORMAT, seq=0, hash=FIRST))
