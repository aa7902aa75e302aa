"""The tables, and the steps that bring a database of any older version to this one.

Only reached through `myna.store.database`, in the store's own thread: it imports SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from ..errors import StoreFailed

metadata = MetaData()

facts = Table(
    "myna_facts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Integer, nullable=False),
)
"""`schema`: number of steps done. `search`: the version of the segmenter that the index was made with."""

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("head", String(32)),
    Column("created", Float(53), nullable=False),
    Column("updated", Float(53), nullable=False),
    Index("ix_conversations_updated", "updated", "id"),
)

messages = Table(
    "messages",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("parent", ForeignKey("messages.id")),
    Column("role", String(16), nullable=False),
    Column("parts", Text, nullable=False),
    Column("turn", Text, nullable=False),
    Column("meta", Text, nullable=False),
    Column("created", Float(53), nullable=False),
    Index("ix_messages_conversation", "conversation", "parent", "seq"),
    Index("ix_messages_parent", "parent", "seq"),
    # Numbers are never used twice: a search index that lags behind must not point at another message.
    sqlite_autoincrement=True,
)
"""`parts` and `meta` are JSON. `seq` only rises, so it orders siblings and names rows of the index."""

attachments = Table(
    "attachments",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("pending", Float(53)),
    Index("ix_attachments_pending", "pending"),
)
"""Files in the attachment folder, or rows of the next table. `pending`: when it was put and no message refers to it
yet."""

attachment_contents = Table(
    "attachment_contents",
    metadata,
    Column("sha256", ForeignKey("attachments.sha256", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
"""In PostgreSQL alone, which other machines reach. SQLite is a file beside the folder."""

message_attachments = Table(
    "message_attachments",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Index("ix_message_attachments_sha256", "sha256"),
)

ratings = Table(
    "ratings",
    metadata,
    Column("message", ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("good", Integer, nullable=False),
    Column("created", Float(53), nullable=False),
)
"""`good`: 1 for a thumb up, 0 for a thumb down."""

kept_objects = Table(
    "kept_objects",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent", String(64)),
    Column("created", Float(53), nullable=False),
    Column("expires", Float(53), nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_kept_objects_owner", "owner", "created"),
    Index("ix_kept_objects_parent", "parent", "created"),
    Index("ix_kept_objects_expires", "expires"),
)
"""What a server keeps for its clients, as they know it: JSON in `body`, `size` its bytes."""


def _tables(connection: Connection) -> None:
    metadata.create_all(connection, tables=[conversations, messages])


def _attachments(connection: Connection) -> None:
    metadata.create_all(connection, tables=[attachments, message_attachments])


def _ratings(connection: Connection) -> None:
    metadata.create_all(connection, tables=[ratings])


def _kept_objects(connection: Connection) -> None:
    metadata.create_all(connection, tables=[kept_objects])


def _attachment_contents(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        metadata.create_all(connection, tables=[attachment_contents])


STEPS: tuple[Callable[[Connection], None], ...] = (
    _tables,
    _attachments,
    _ratings,
    _kept_objects,
    _attachment_contents,
)
"""In order. A step that was released is never changed; a new one is added behind it."""


def read_fact(connection: Connection, name: str) -> int:
    """0 when nothing is known."""
    value = connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
    return int(value or 0)


def write_fact(connection: Connection, name: str, value: int) -> None:
    done = connection.execute(update(facts).where(facts.c.name == name).values(value=value))
    if not done.rowcount:
        connection.execute(insert(facts).values(name=name, value=value))


def is_current(connection: Connection) -> bool:
    """Whether `migrate` would find nothing to do. Writes nothing."""
    return inspect(connection).has_table(facts.name) and read_fact(connection, "schema") == len(STEPS)


def migrate(connection: Connection, where: str) -> None:
    """Bring the database to the newest version, inside the transaction of `connection`.

    Raises:
        StoreFailed: it was made by a newer Myna, or by another program.
    """
    if not inspect(connection).has_table(facts.name):
        if connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
            raise StoreFailed(f"{where} is a database of another program", hint="choose another file with store.url")
        metadata.create_all(connection, tables=[facts])
    version = read_fact(connection, "schema")
    if version > len(STEPS):
        raise StoreFailed(
            f"{where} was written by a newer version of Myna (schema {version}, this one knows {len(STEPS)})",
            hint="update Myna, or choose another folder with --home",
        )
    for step in STEPS[version:]:
        step(connection)
    write_fact(connection, "schema", len(STEPS))
