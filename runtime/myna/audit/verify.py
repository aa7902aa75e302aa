"""Whether a log is what was written: every record, their order, their beginning and end, and the texts beside them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from ..errors import AuditBroken
from ..locking import hold
from .content import line_hash
from .files import Files
from .folder import LONGEST_LINE
from .head import Head
from .journal import BUSY_S
from .places import Places
from .records import FIRST, Record, decode, own_hash
from .report import KEEP, KEEP_TABLES, Problem, Reason, Report
from .storage import View, storage_of


class _Bad(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def verify(places: Places, *, expected: Head | None = None, progress: Callable[[int], None] | None = None) -> Report:
    """Read everything and check it. `expected` is a record that somebody noted down: it must still be there.

    A process that writes meanwhile may make it look wrong; then it is read once more while none can.
    `progress` is called with the records so far.

    Raises:
        AuditFailed: it cannot be read.
    """
    with storage_of(places, Files()).reading() as view:
        report = Verifier(view, expected, progress).report()
        if report.ok or not view.lead or not places.lock.exists():
            return report
        deadline = time.monotonic() + BUSY_S

        def waiting() -> None:
            if time.monotonic() > deadline:
                raise TimeoutError

        # Somebody who may only read it, and a copy on a medium that cannot be written, must do without the lock.
        with contextlib.suppress(PermissionError, TimeoutError), hold(places.lock, waiting, poll_s=0.01):
            report = Verifier(view, expected, progress).report()
        return report


class Verifier:
    """One pass over a log."""

    def __init__(self, view: View, expected: Head | None, progress: Callable[[int], None] | None) -> None:
        self._view = view
        self._witness: Head | None = None
        self._expected = expected
        self._progress = progress
        self._first: Record | None = None
        self._last: Record | None = None
        self._records = 0
        self._torn = 0
        self._checkpoints: set[tuple[int, str]] = set()
        self._redactions: dict[str, int] = {}
        self._wanted: dict[str, list[tuple[int, str]]] = {}
        self._texts = self._removed = self._leftover = self._missed = 0

    def report(self) -> Report:
        problem: Problem | None = None
        head: Head | None = None
        try:
            head = self._anchor()
            if head is not None:
                self._walk(head)
                self._ends(head)
                self._check_texts()
        except _Bad as bad:
            problem = bad.problem
        last = self._last
        return Report(
            ok=problem is None,
            records=self._records,
            first=self._first.seq if self._first else 0,
            last=last.seq if last else 0,
            hash=last.hash if last else FIRST,
            texts=self._texts,
            removed=self._removed,
            ahead=max(0, last.seq - head.seq) if last and head and problem is None else 0,
            torn=self._torn,
            missed=self._missed,
            leftover=self._leftover,
            problem=problem,
        )

    def _anchor(self) -> Head | None:
        """None: nothing was ever recorded here."""
        view = self._view
        try:
            head, self._witness = view.anchor(), view.witness()
        except AuditBroken as error:
            raise _bad(0, "anchor", error.message) from None
        if head is None and view.begun:
            raise _bad(0, "anchor", f"{view.anchor_name}, the anchor of the audit log, is gone")
        if head is None and self._expected is not None:
            raise _bad(self._expected.seq, "end", "there is no audit log, and a record was to be in it")
        if head is None and self._witness is not None:
            raise _bad(self._witness.seq, "end", "there is no audit log, and a record was to be in it")
        return head

    def _walk(self, head: Head) -> None:
        torn = self._view.lead > 0
        for line in self._view.lines():
            anchored = self._last.seq if self._last else 0
            behind = torn and anchored >= head.seq
            if behind and not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                self._torn += len(line)
                return
            record = decode(line.removesuffix(b"\n")) if line.endswith(b"\n") else None
            if behind and record is None and b"\0" in line:
                self._torn += len(line)
                return
            self._take(record, head)

    def _take(self, record: Record | None, head: Head) -> None:
        last = self._last
        due = last.seq + 1 if last else record.seq if record else 1
        if record is None or record.hash != own_hash(record):
            raise _bad(due, "edited", f"record {due} is not what was written")
        if last is not None and (record.seq != due or record.previous != last.hash):
            raise _bad(due, "order", f"record {record.seq} does not follow record {last.seq}")
        if any(record.seq == named.seq and record.hash != named.hash for named in (head, self._witness) if named):
            raise _bad(record.seq, "anchor", f"record {record.seq} is not the one that the anchor names")
        if self._expected and record.seq == self._expected.seq and record.hash != self._expected.hash:
            raise _bad(record.seq, "edited", f"record {record.seq} is not the one that was expected")
        self._first = self._first or record
        self._last = record
        self._records += 1
        self._note(record)
        if self._progress is not None and self._records % 1000 == 0:
            self._progress(self._records)

    def _note(self, record: Record) -> None:
        if record.kind == "checkpoint":
            self._checkpoints.add((record.data.get("through", 0), record.data.get("hash", "")))
        elif record.kind == "redaction":
            self._redactions[record.group] = record.seq
        elif record.kind == "gap":
            self._missed += record.data.get("missed", 0)
        for text in record.content.values():
            self._wanted.setdefault(record.group, []).append((record.seq, text))

    def _ends(self, head: Head) -> None:
        first, last = self._first, self._last
        if first is not None and (first.seq, first.previous) != (1, FIRST):
            before = first.seq - 1
            if (before, first.previous) not in self._checkpoints:
                text = f"the log begins with record {first.seq}, and no checkpoint says that those before were cut off"
                raise _bad(before, "beginning", text)
        at = last.seq if last else 0
        wanted = max(named.seq for named in (head, self._witness, self._expected) if named)
        if at < wanted:
            raise _bad(at + 1, "end", f"the log ends with record {at}, and record {wanted} was written")
        if first is not None and self._expected is not None and self._expected.seq < first.seq:
            seq = self._expected.seq
            raise _bad(seq, "beginning", f"record {seq} was cut off, so that nothing can be said of it")
        if first is not None and 0 < head.seq < first.seq:
            raise _bad(first.seq, "anchor", f"the anchor names record {head.seq}, which was cut off")
        lead = self._view.lead
        if at > head.seq + lead:
            raise _bad(head.seq + lead + 1, "anchor", f"the anchor names record {head.seq}, and the log ends with {at}")

    def _check_texts(self) -> None:
        bad: list[Problem] = []
        for group, wanted in self._wanted.items():
            there = {line_hash(line) for line in self._view.texts(group)}
            redacted = self._redactions.get(group, 0)
            for seq, text in wanted:
                found = text in there
                there.discard(text)
                if found and seq < redacted:
                    bad.append(Problem(seq, "kept", f"a text of record {seq} was to be removed and is still there"))
                elif not found and seq > redacted:
                    bad.append(Problem(seq, "text", f"a text of record {seq} is missing or is not what was recorded"))
                elif found:
                    self._texts += 1
                else:
                    self._removed += 1
            self._leftover += len(there)
        if bad:
            raise _Bad(min(bad, key=lambda problem: problem.record))


def require(report: Report, *, shared: bool = False) -> None:
    """Raise unless the log is what was written; `shared`: it is in a database.

    Raises:
        AuditBroken: what the report says.
    """
    if report.problem is not None:
        raise AuditBroken(f"the audit log was changed: {report.problem.text}", hint=KEEP_TABLES if shared else KEEP)


def _bad(record: int, reason: Reason, text: str) -> _Bad:
    return _Bad(Problem(record, reason, text))
