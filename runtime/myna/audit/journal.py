"""Appending to the audit log, one process at a time.

The order of one step: the texts, the records, the anchor, each on the disk before the next begins. Whatever fails on
the way is taken back, so that a full disk leaves the log as it was; what a crash leaves is in `tail.py`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from ..errors import AuditBroken, AuditFailed, MynaError
from ..locking import hold
from .content import ContentFolder, content_line, line_hash
from .faults import audit_errors
from .files import Files
from .gap import entry_of, forget_gap, note_gap, read_gap
from .head import Head, head_of, read_head, write_head
from .places import Places
from .policy import Mode
from .records import Entry, Record, clean, encode, sealed, stamp
from .tail import BATCH, Tail, read_tail

logger = logging.getLogger(__name__)

BUSY_S = 10.0
"""How long to wait for another process; a step takes milliseconds, cutting off old records a second or two."""


class Journal:
    """One log. Methods may be called from any thread; each holds the lock of the log."""

    def __init__(self, places: Places, *, files: Files | None = None, clock: Callable[[], float] = time.time) -> None:
        self.places = places
        self.clock = clock
        self.files = files or Files()
        self.content = ContentFolder(places.content, self.files)
        self._user = _account()
        self._known: tuple[Head, os.stat_result] | None = None

    def append(self, entries: Sequence[Entry], mode: Mode) -> list[Record]:
        """Record `entries`, on the disk when this returns. Nothing with the mode `off`.

        Raises:
            DiskFull, AuditFailed: it could not be done; of the batch that failed nothing was kept.
            AuditBroken: the log is not what was written, so nothing is added to it.
        """
        if mode == "off" or not entries:
            return []
        written: list[Record] = []
        with self.locked():
            if (gap := read_gap(self.places)) is not None:
                self.write([entry_of(gap)], mode)
                forget_gap(self.places)
            for at in range(0, len(entries), BATCH):
                written += self.write(entries[at : at + BATCH], mode)
        return written

    def missed(self, count: int, error: MynaError) -> None:
        """`count` entries could not be recorded; the next that can be says so."""
        logger.warning("%d records are missing in the audit log: %s", count, error)
        note_gap(self.places, count, error.code, stamp(self.clock()), self.files)

    def forget(self, group: str, reason: str) -> bool:
        """Remove the texts of a group, and record that; whether there were any.

        Raises: as `append`. The texts of a log that was changed by somebody are removed all the same.
        """
        if not self.places.folder.exists() or not self.content.exists(group):
            return False
        with self.locked():
            try:
                # Before the texts go, so that their absence is explained whatever comes in between.
                self.write([Entry("redaction", {"reason": reason}, group)], "metadata")
            except AuditBroken as error:
                # Nobody can verify it any more, and whoever deletes wants the words gone.
                logger.warning("texts are removed without a record: %s", error)
            self.content.remove(group)
        return True

    # --- under the lock ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the log, and translate errors.

        Raises:
            AuditFailed: another process keeps it.
        """
        deadline = time.monotonic() + BUSY_S

        def waiting() -> None:
            if time.monotonic() > deadline:
                raise AuditFailed(
                    f"the audit log {self.places.folder} is kept busy by another process",
                    hint="close the other program that uses it, then try again",
                )

        with audit_errors(self.places.folder):
            self.places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.places.require_files()
            # 2 ms: a step of another process takes a few.
            with hold(self.places.lock, waiting, poll_s=0.002, mode=0o600):
                yield

    def write(self, entries: Sequence[Entry], mode: Mode) -> list[Record]:
        """One step: at most `BATCH` entries. The lock must be held."""
        head, mended = self._head()
        self._known = None
        records, texts = self._records([*mended, *entries], head, mode)
        with contextlib.ExitStack() as undo:
            for group, lines in texts.items():
                undo.callback(self.content.take_back, group, self.content.append(group, lines))
            before = self.files.append(self.places.log, b"".join(encode(record) + b"\n" for record in records))
            undo.callback(self.files.cut, self.places.log, before)
            write_head(self.places.anchor, head_of(records[-1]), self.files)
            undo.pop_all()
        self.files.sync_folder(self.places.anchor.parent)
        self._known = head_of(records[-1]), self.places.log.stat()
        return records[len(mended) :]

    def last(self) -> int:
        """The number of the last record; nothing is changed. The lock must be held.

        Raises: as `append`.
        """
        head = self._anchor()
        tail = self._tail(head)
        return 0 if head is None or tail is None else head.seq + len(tail.adopted)

    def moved(self) -> None:
        """The log was replaced: look at it anew."""
        self._known = None

    # --- within --------------------------------------------------------------------------------------

    def _records(self, entries: Sequence[Entry], head: Head, mode: Mode) -> tuple[list[Record], dict[str, list[bytes]]]:
        """What `entries` become after `head`: records, and lines of texts by group."""
        records: list[Record] = []
        texts: dict[str, list[bytes]] = {}
        moment = stamp(self.clock())
        for entry in entries:
            group = str(clean(entry.group))
            content: dict[str, str] = {}
            if mode in {"redacted", "full"}:
                kept: Literal["redacted", "full"] = "full" if mode == "full" else "redacted"
                for name, text in entry.content.items():
                    line = content_line(head.seq + 1, name, text, kept)
                    texts.setdefault(group, []).append(line)
                    content[name] = line_hash(line)
            record = sealed(
                {
                    "seq": head.seq + 1,
                    "time": moment,
                    "kind": entry.kind,
                    "pid": os.getpid(),
                    "user": self._user,
                    "group": group,
                    "data": clean(entry.data),
                    "content": content,
                    "previous": head.hash,
                }
            )
            records.append(record)
            head = head_of(record)
        return records, texts

    def _head(self) -> tuple[Head, list[Entry]]:
        """The last record, after mending what a crash left, and what is to be recorded about that."""
        places = self.places
        head = self._anchor()
        if self._known is not None and head == self._known[0] and self._unchanged(self._known[1]):
            return self._known[0], []
        tail = self._tail(head)
        if head is None or tail is None:
            return self._begin(head), []
        if not tail.adopted and not tail.torn:
            return head, []
        if tail.torn:
            self.files.cut(places.log, tail.end)
        if tail.adopted:
            head = head_of(tail.adopted[-1])
            write_head(places.anchor, head, self.files)
            self.files.sync_folder(places.anchor.parent)
        return head, [Entry("recovery", {"adopted": len(tail.adopted), "cut_bytes": tail.torn})]

    def _anchor(self) -> Head | None:
        try:
            return read_head(self.places.anchor)
        except ValueError:
            raise AuditBroken(f"{self.places.anchor} is no anchor of an audit log") from None

    def _tail(self, head: Head | None) -> Tail | None:
        """What follows the anchor's record; None where there is no log yet."""
        log, anchor = self.places.log, self.places.anchor
        if log.exists():
            if head is None:
                raise AuditBroken(f"{anchor}, the anchor of the audit log, is gone")
            return read_tail(log, head)
        if head is not None and head.seq:
            raise AuditBroken(f"the audit log {log} is gone, and its anchor names record {head.seq} as the last")
        return None

    def _unchanged(self, then: os.stat_result) -> bool:
        try:
            now = self.places.log.stat()
        except FileNotFoundError:
            return False
        return (now.st_size, now.st_ino, now.st_mtime_ns) == (then.st_size, then.st_ino, then.st_mtime_ns)

    def _begin(self, head: Head | None) -> Head:
        """The anchor comes first: a log without one was not left so by a crash."""
        places = self.places
        if head is None:
            places.anchor.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_head(places.anchor, Head(), self.files)
            self.files.sync_folder(places.anchor.parent)
        places.content.mkdir(mode=0o700, exist_ok=True)
        self.files.append(places.log, b"")
        self.files.sync_folder(places.folder)
        return Head()


def _account() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""
