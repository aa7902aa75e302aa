"""Appending to the audit log: each record holds on to the one before, whatever the log is kept in (`storage.py`).

A log in a folder is written by one process at a time; of those that share one in a database, too, those of this machine
take turns, for what could not be recorded is noted in the folder.
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
from .content import content_line, line_hash
from .faults import audit_errors
from .files import Files
from .gap import entry_of, forget_gap, note_gap, read_gap
from .head import Head, head_of
from .places import Places
from .policy import Mode
from .records import Entry, Record, clean, sealed, stamp
from .storage import Step, storage_of
from .tail import BATCH

logger = logging.getLogger(__name__)

BUSY_S = 10.0
"""How long to wait for another process; a step takes milliseconds, cutting off old records a second or two."""


class Journal:
    """One log. Methods may be called from any thread; each holds the lock of the log."""

    def __init__(
        self,
        places: Places,
        *,
        files: Files | None = None,
        clock: Callable[[], float] = time.time,
        lasting: bool = False,
    ) -> None:
        """`lasting`: a connection to a database is kept from one step to the next, until `close`.

        Raises:
            BadConfig, ExtraMissing: `audit.url` names no database that can be used.
        """
        self.places = places
        self.clock = clock
        self.files = files or Files()
        self.storage = storage_of(places, self.files, lasting=lasting)
        self._user = _account() + self.storage.machine

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
        earlier = self.earlier()
        removed = earlier.forget(group, reason) if earlier is not None else False
        with self.storage.reading() as view:
            if not view.has_texts(group):
                return removed
        with self.locked(), self.storage.writing() as step:
            try:
                # Before the texts go, so that their absence is explained whatever comes in between.
                self.step(step, [Entry("redaction", {"reason": reason}, group)], "metadata")
            except AuditBroken as error:
                # Nobody can verify it any more, and whoever deletes wants the words gone.
                logger.warning("texts are removed without a record: %s", error)
            step.remove(group)
        return True

    def earlier(self) -> Journal | None:
        """The log in the folder of this machine, from before a database was named: its texts are still to be removed,
        and its records to be cut off. None: there is none."""
        here = self.places.here
        return Journal(here, files=self.files, clock=self.clock) if self.places.url and here.log.exists() else None

    def close(self) -> None:
        """Let go of a connection that was kept. The journal may be used again."""
        self.storage.close()

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
        with self.storage.writing() as step:
            return self.step(step, entries, mode)

    def step(self, step: Step, entries: Sequence[Entry], mode: Mode) -> list[Record]:
        """`write`, within a step that holds more."""
        head, mended = step.head()
        records, texts = self._records([*mended, *entries], head, mode)
        step.add(records, texts)
        return records[len(mended) :]

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


def _account() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""
