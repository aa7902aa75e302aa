"""Which attachments there are, and which of them a message needs. Runs in the store's thread."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, insert, select, update

from ..messages import Attachment
from .attachment_rows import AttachmentRows
from .attachments import AttachmentFolder
from .database import Database
from .metadata import without_metadata
from .records import StoredMessage
from .rows import attachments_of
from .schema import attachments, message_attachments

PENDING_SECONDS = 86_400.0
"""How long an attachment that no message refers to is kept for one that may come."""


class AttachmentLedger:
    """Contents are files in a folder, and rows of a database that other machines may share."""

    def __init__(self, database: Database, folder: AttachmentFolder) -> None:
        self._database = database
        self._folder = folder
        self._rows = AttachmentRows(database) if database.postgres else None
        if self._rows is not None:
            self._rows.bring_in(folder)

    def put(self, data: bytes, media_type: str) -> Attachment:
        media_type = self._folder.describe(data, media_type).media_type
        data = without_metadata(data, media_type)
        attachment = Attachment(hashlib.sha256(data).hexdigest(), media_type, len(data))
        kept = attachments.c.sha256 == attachment.sha256
        with self._database.write() as connection:
            if self._rows is not None:
                self._rows.write(connection, attachment.sha256, data)
                return attachment
            # The row comes first: it holds off whoever collects what nobody refers to.
            done = connection.execute(update(attachments).where(kept).values(pending=time.time()))
            if not done.rowcount:
                connection.execute(insert(attachments).values(sha256=attachment.sha256, pending=time.time()))
            self._folder.write(attachment, data)
        return attachment

    def read(self, sha256: str) -> bytes:
        return self._folder.read(sha256) if self._rows is None else self._rows.read(sha256)

    def claim(self, connection: Connection, stored: StoredMessage) -> None:
        """Note which attachments a message refers to, in the transaction that stores it."""
        for sha256 in sorted({attachment.sha256 for attachment in attachments_of(stored.message)}):
            connection.execute(insert(message_attachments).values(message=stored.id, sha256=sha256))
            connection.execute(update(attachments).where(attachments.c.sha256 == sha256).values(pending=None))

    def collect(self) -> int:
        """Remove attachments that no message refers to, and files of this store that no row speaks of; how many."""
        unused = ~exists().where(message_attachments.c.sha256 == attachments.c.sha256)
        lapsed = attachments.c.pending.is_(None) | (attachments.c.pending < time.time() - PENDING_SECONDS)
        with self._database.write() as connection:
            gone: Sequence[str] = (
                connection.execute(delete(attachments).where(unused, lapsed).returning(attachments.c.sha256))
                .scalars()
                .all()
            )
        if self._rows is not None:
            # Contents went with their rows, and the folder is not this database's.
            return len(gone)
        with self._database.write() as connection:
            # Two steps: rows that a failed commit brings back must find their file. In between, another
            # process may have put the same content again, so the rows are asked once more.
            known = set(connection.execute(select(attachments.c.sha256)).scalars())
            for sha256 in set(gone) - known:
                self._folder.remove(sha256)
            return len(gone) + self._folder.sweep(known)
