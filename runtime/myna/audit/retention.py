"""Cutting off old records at the front, so that the rest still verifies.

First a `checkpoint` record is written at the end: `through`, the last record that is cut off, and its `hash`. Then the
log is replaced by one that begins with the next record, whose `previous` is that hash. A log may begin with record 1,
or after a record that a checkpoint in it names; with any other beginning something was removed.
"""

from __future__ import annotations

from .journal import Journal
from .records import Entry, Record, decode, stamp
from .storage import View

DAY_S = 86_400.0


def retain(journal: Journal, days: int) -> int:
    """Cut off the records that are older than `days` (0: none), and their texts; how many.

    Records of a crash between the steps are cut off when this is called again.

    Raises: as `Journal.append`.
    """
    if not days:
        return 0
    due = stamp(journal.clock() - days * DAY_S)
    with journal.storage.reading() as view:
        first = decode(next(view.lines(), b"").removesuffix(b"\n"))
    if first is None or first.time >= due:
        return 0
    with journal.locked(), journal.storage.writing() as step:
        # Whoever held the lock before may have done it.
        last, count = _last_due(step, due)
        if last is None:
            return 0
        checkpoint = Entry("checkpoint", {"through": last.seq, "hash": last.hash, "records": count})
        journal.step(step, [checkpoint], "metadata")
        step.cut(count, last.seq)
    return count


def _last_due(view: View, due: str) -> tuple[Record | None, int]:
    """The last of the records at the front that are due, and how many they are.

    Times stand in order but where a clock was set back: up to the first that is not due, so that none goes too early.
    """
    last: Record | None = None
    count = 0
    for line in view.lines():
        record = decode(line.removesuffix(b"\n"))
        if record is None or record.time >= due:
            break
        last, count = record, count + 1
    return last, count
