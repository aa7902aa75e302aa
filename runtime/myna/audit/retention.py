"""Cutting off old records at the front, so that the rest still verifies.

First a `checkpoint` record is written at the end: `through`, the last record that is cut off, and its `hash`. Then the
log is replaced by one that begins with the next record, whose `previous` is that hash. A log may begin with record 1,
or after a record that a checkpoint in it names; with any other beginning something was removed.
"""

from __future__ import annotations

from .faults import audit_errors
from .journal import Journal
from .records import Entry, Record, decode, stamp

DAY_S = 86_400.0


def retain(journal: Journal, days: int) -> int:
    """Cut off the records that are older than `days` (0: none), and their texts; how many.

    Records of a crash between the steps are cut off when this is called again.

    Raises: as `Journal.append`.
    """
    if not days or not journal.places.log.exists():
        return 0
    due = stamp(journal.clock() - days * DAY_S)
    first = _first(journal)
    if first is None or first.time >= due:
        return 0
    with journal.locked():
        # Whoever held the lock before may have done it.
        found = _last_due(journal, due)
        if found is None:
            return 0
        last, offset, count = found
        journal.write([Entry("checkpoint", {"through": last.seq, "hash": last.hash, "records": count})], "metadata")
        data = journal.places.log.read_bytes()[offset:]
        journal.files.replace(journal.places.log, data)
        journal.files.sync_folder(journal.places.folder)
        journal.moved()
        journal.content.prune(last.seq)
    return count


def _first(journal: Journal) -> Record | None:
    with audit_errors(journal.places.log), journal.places.log.open("rb") as file:
        return decode(file.readline().removesuffix(b"\n"))


def _last_due(journal: Journal, due: str) -> tuple[Record, int, int] | None:
    """The last of the records at the front that are due, where it ends, and how many they are.

    Times stand in order but where a clock was set back: up to the first that is not due, so that none goes too early.
    """
    last: Record | None = None
    offset = count = 0
    with journal.places.log.open("rb") as file:
        for line in file:
            record = decode(line.removesuffix(b"\n"))
            if record is None or record.time >= due:
                break
            last, count = record, count + 1
            offset += len(line)
    return None if last is None else (last, offset, count)
