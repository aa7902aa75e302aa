"""A log in a folder of this machine.

The order of one step: the texts, the records, the anchor, each on the disk before the next begins. Whatever fails on
the way is taken back, so that a full disk leaves the log as it was; what a crash leaves is in `tail.py`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence

from ..errors import AuditBroken
from .content import ContentFolder
from .faults import audit_errors
from .files import Files
from .head import Head, head_of, read_head, write_head
from .places import Places
from .records import Entry, Record, encode
from .tail import BATCH, Tail, read_tail

LONGEST_LINE = 1 << 20
"""Bytes. A record is below 100 kB; more than this is no record, and is not read into memory."""

_RECORD = 450
"""Bytes of a record, about."""

_ROOM = 64 * 1024
"""Bytes that must find room: a few dozen turns."""


class FolderStorage:
    """Its own view and its own step: the lock of the journal keeps others out."""

    machine = ""
    lead = BATCH

    def __init__(self, places: Places, files: Files) -> None:
        self._places = places
        self._files = files
        self._content = ContentFolder(places.content, files)
        self._known: tuple[Head, os.stat_result] | None = None

    @property
    def where(self) -> str:
        return str(self._places.folder)

    @contextlib.contextmanager
    def reading(self) -> Iterator[FolderStorage]:
        with audit_errors(self._places.folder):
            yield self

    @contextlib.contextmanager
    def writing(self) -> Iterator[FolderStorage]:
        yield self

    def close(self) -> None:
        """Nothing is kept open."""

    # --- to be read ----------------------------------------------------------------------------------

    @property
    def begun(self) -> bool:
        return self._places.log.exists()

    @property
    def anchor_name(self) -> str:
        return str(self._places.anchor)

    def anchor(self) -> Head | None:
        self._places.require_files()
        try:
            return read_head(self._places.anchor)
        except ValueError:
            raise AuditBroken(f"{self._places.anchor} is no anchor of an audit log") from None

    def witness(self) -> Head | None:
        return None

    def lines(self) -> Iterator[bytes]:
        self._places.require_files()
        with contextlib.suppress(FileNotFoundError), self._places.log.open("rb") as file:
            while line := file.readline(LONGEST_LINE):
                yield line

    def newest(self, most: int) -> list[bytes]:
        self._places.require_files()
        with contextlib.suppress(FileNotFoundError), self._places.log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most * _RECORD))
            return file.read(most * _RECORD).splitlines()
        return []

    def texts(self, group: str) -> Iterator[bytes]:
        return self._content.lines(group)

    def has_texts(self, group: str) -> bool:
        return self._places.folder.exists() and self._content.exists(group)

    # --- to be written -------------------------------------------------------------------------------

    def head(self) -> tuple[Head, list[Entry]]:
        places = self._places
        head = self.anchor()
        if self._known is not None and head == self._known[0] and self._unchanged(self._known[1]):
            return self._known[0], []
        tail = self._tail(head)
        if head is None or tail is None:
            return self._begin(head), []
        if not tail.adopted and not tail.torn:
            return head, []
        if tail.torn:
            self._files.cut(places.log, tail.end)
        if tail.adopted:
            head = head_of(tail.adopted[-1])
            write_head(places.anchor, head, self._files)
            self._files.sync_folder(places.anchor.parent)
        return head, [Entry("recovery", {"adopted": len(tail.adopted), "cut_bytes": tail.torn})]

    def last(self) -> int:
        head = self.anchor()
        tail = self._tail(head)
        return 0 if head is None or tail is None else head.seq + len(tail.adopted)

    def add(self, records: Sequence[Record], texts: Mapping[str, list[bytes]]) -> None:
        places = self._places
        self._known = None
        head = head_of(records[-1])
        with contextlib.ExitStack() as undo:
            for group, lines in texts.items():
                undo.callback(self._content.take_back, group, self._content.append(group, lines))
            before = self._files.append(places.log, b"".join(encode(record) + b"\n" for record in records))
            undo.callback(self._files.cut, places.log, before)
            write_head(places.anchor, head, self._files)
            undo.pop_all()
        self._files.sync_folder(places.anchor.parent)
        self._known = head, places.log.stat()

    def remove(self, group: str) -> None:
        self._content.remove(group)

    def cut(self, count: int, through: int) -> None:
        log = self._places.log
        with log.open("rb") as file:
            for _ in range(count):
                file.readline()
            left = file.read()
        self._files.replace(log, left)
        self._files.sync_folder(self._places.folder)
        self._known = None
        self._content.prune(through)

    def probe(self) -> None:
        path = self._places.folder / ".probe"
        try:
            self._files.append(path, bytes(_ROOM))
        finally:
            path.unlink(missing_ok=True)

    # --- within --------------------------------------------------------------------------------------

    def _tail(self, head: Head | None) -> Tail | None:
        """What follows the anchor's record; None where there is no log yet."""
        log, anchor = self._places.log, self._places.anchor
        if log.exists():
            if head is None:
                raise AuditBroken(f"{anchor}, the anchor of the audit log, is gone")
            return read_tail(log, head)
        if head is not None and head.seq:
            raise AuditBroken(f"the audit log {log} is gone, and its anchor names record {head.seq} as the last")
        return None

    def _unchanged(self, then: os.stat_result) -> bool:
        try:
            now = self._places.log.stat()
        except FileNotFoundError:
            return False
        return (now.st_size, now.st_ino, now.st_mtime_ns) == (then.st_size, then.st_ino, then.st_mtime_ns)

    def _begin(self, head: Head | None) -> Head:
        """The anchor comes first: a log without one was not left so by a crash."""
        places = self._places
        if head is None:
            places.anchor.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_head(places.anchor, Head(), self._files)
            self._files.sync_folder(places.anchor.parent)
        places.content.mkdir(mode=0o700, exist_ok=True)
        self._files.append(places.log, b"")
        self._files.sync_folder(places.folder)
        return Head()
