"""Pictures and sound inside a PostgreSQL database, so that each machine that shares it has them."""

from __future__ import annotations

import hashlib
import time

from sqlalchemy import Connection, exists, literal, select
from sqlalchemy.dialects.postgresql import insert

from ..errors import AttachmentMissing, StoreFailed
from .attachments import AttachmentFolder, require_hash
from .database import Database
from .schema import attachment_contents as contents
from .schema import attachments


class AttachmentRows:
    """A row of contents lives and dies with that of its attachment. Runs in the store's thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, connection: Connection, sha256: str, data: bytes) -> None:
        """Note an attachment, with its content, for a message that may come."""
        now = time.time()
        # In one statement: another machine may be putting the same picture.
        noted = insert(attachments).values(sha256=sha256, pending=now)
        connection.execute(noted.on_conflict_do_update(index_elements=["sha256"], set_={"pending": now}))
        connection.execute(insert(contents).values(sha256=sha256, data=data).on_conflict_do_nothing())

    def read(self, sha256: str) -> bytes:
        """The content.

        Raises:
            AttachmentMissing: it is not there.
            StoreFailed: it is not what it was.
        """
        require_hash(sha256)
        with self._database.read() as connection:
            data = connection.execute(select(contents.c.data).where(contents.c.sha256 == sha256)).scalar()
        if data is None:
            raise AttachmentMissing(f"the attachment {sha256[:12]} is not in the database")
        data = bytes(data)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreFailed(f"the attachment {sha256[:12]} is damaged", hint="send the picture or the sound again")
        return data

    def bring_in(self, folder: AttachmentFolder) -> int:
        """Move the files of attachments that are known to the database, and whose content is not in it yet: an earlier
        version kept them beside it. How many."""
        known = exists().where(contents.c.sha256 == attachments.c.sha256)
        with self._database.read() as connection:
            wanted = connection.execute(select(attachments.c.sha256).where(~known)).scalars().all()
        moved = 0
        for sha256 in wanted:
            try:
                data = folder.read(sha256)
            except (AttachmentMissing, StoreFailed):
                continue  # it lies on another machine, or is no longer what it was
            row = select(attachments.c.sha256, literal(data)).where(attachments.c.sha256 == sha256)
            with self._database.write() as connection:
                connection.execute(insert(contents).from_select(["sha256", "data"], row).on_conflict_do_nothing())
            folder.remove(sha256)
            moved += 1
        return moved
