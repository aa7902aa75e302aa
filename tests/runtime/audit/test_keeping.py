"""Old records are cut off and texts removed, and the rest still verifies."""

from __future__ import annotations

import contextlib
import errno
import logging
import time

import pytest

from myna.audit.journal import Journal
from myna.audit.log import AuditLog
from myna.audit.policy import AuditPolicy
from myna.audit.records import Entry, decode
from myna.audit.retention import DAY_S, retain
from myna.errors import DiskFull

NOW = 1_800_000_000.0


class Clock:
    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


def aged(log, days: list[float]):
    """Records of these ages, each with a text, alternating between two groups."""
    clock = Clock()
    journal = Journal(log.places, clock=clock)
    for number, age in enumerate(days):
        clock.now = NOW - age * DAY_S
        group = f"c{number % 2}"
        journal.append([Entry("answer", {"turn": str(number)}, group, {"answer": f"text {number}"})], "full")
    clock.now = NOW
    return journal


def test_old_records_go_and_the_rest_verifies(log):
    journal = aged(log, [100, 95, 50, 10, 0])
    assert retain(journal, 90) == 2
    report = log.report()
    assert (report.ok, report.first, report.last, report.records, report.texts) == (True, 3, 6, 4, 3)
    checkpoint = decode(log.lines()[-1].rstrip())
    assert checkpoint.kind == "checkpoint"
    assert (checkpoint.data["through"], checkpoint.data["records"]) == (2, 2)
    left = b"".join(path.read_bytes() for path in log.places.folder.rglob("*") if path.is_file())
    assert b"text 0" not in left
    assert b"text 1" not in left
    assert b"text 2" in left
    assert retain(journal, 90) == 0
    journal.append([Entry("admin")], "metadata")
    assert log.report().ok


def test_again_and_again(log):
    journal = aged(log, [100, 80, 60, 40, 20, 0])
    for days in (90, 70, 50, 30, 10):
        retain(journal, days)
        assert log.report().ok, days
    assert log.report().first == 6


def test_all_of_them(log):
    journal = aged(log, [100, 99, 98])
    assert retain(journal, 90) == 3
    report = log.report()
    assert (report.ok, report.first, report.records, report.texts) == (True, 4, 1, 0)
    assert list(log.places.content.glob("*")) == []


@pytest.mark.parametrize("days", [0, 200])
def test_nothing_is_due(log, days):
    journal = aged(log, [100, 0])
    assert retain(journal, days) == 0
    assert log.report().records == 2


def test_a_beginning_cut_off_by_hand_is_found_after_a_checkpoint_too(log):
    journal = aged(log, [100, 95, 50, 10, 0])
    retain(journal, 90)
    log.put(log.lines()[1:])
    assert log.problem() == (3, "beginning")


def test_a_crash_between_the_checkpoint_and_the_cut(log, monkeypatch):
    journal = aged(log, [100, 95, 50, 0])

    class Crash(BaseException):
        pass

    replace = journal.files.replace

    def crash(path, data):
        if path == log.places.log:
            raise Crash
        replace(path, data)

    monkeypatch.setattr(journal.files, "replace", crash)
    with contextlib.suppress(Crash):
        retain(journal, 90)
    assert (log.report().ok, log.report().first) == (True, 1)
    assert retain(Journal(log.places, clock=journal.clock), 90) == 2
    assert (log.report().ok, log.report().first) == (True, 3)


def test_a_full_disk_cuts_nothing_off(log, monkeypatch):
    journal = aged(log, [100, 0])
    replace = journal.files.replace

    def full(path, data):
        if path == log.places.log:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(path, data)

    monkeypatch.setattr(journal.files, "replace", full)
    with pytest.raises(DiskFull):
        retain(journal, 90)
    assert log.report().ok
    journal.append([Entry("admin")], "metadata")
    assert log.report().ok


async def test_a_running_log_cuts_off_what_is_due_once_a_day(log):
    journal = aged(log, [100, 0])
    running = AuditLog(journal, lambda: AuditPolicy("metadata"), retention_days=90)
    running.soon([Entry("admin")])
    await running.close()
    assert log.report().first == 2
    journal.clock.now += 2 * DAY_S
    running.soon([Entry("admin")])
    await running.close()
    assert log.report().ok


# texts


def test_removed_texts_are_gone_and_the_log_verifies(log):
    log.fill(3, group="c1")
    log.fill(2, group="c2", at=3)
    assert log.journal.forget("c1", "conversation deleted")
    report = log.report()
    assert (report.ok, report.texts, report.removed) == (True, 2, 3)
    left = b"".join(path.read_bytes() for path in log.places.folder.rglob("*") if path.is_file())
    assert b"What is 0?" not in left
    assert b"What is 3?" in left
    redaction = decode(log.lines()[-1].rstrip())
    assert (redaction.kind, redaction.group, redaction.data) == ("redaction", "c1", {"reason": "conversation deleted"})


def test_salts_go_with_the_texts(log):
    log.fill(1, "redacted")
    [path] = log.places.content.glob("*")
    log.journal.forget("c1", "deleted")
    assert not path.exists()


def test_nothing_to_remove_is_no_record(log):
    assert not log.journal.forget("c1", "deleted")
    assert not log.places.folder.exists()
    log.fill(1, "metadata")
    assert not log.journal.forget("c1", "deleted")
    assert log.report().records == 1


def test_what_comes_after_a_removal_is_kept(log):
    log.fill(2)
    log.journal.forget("c1", "deleted")
    log.fill(2, at=2)
    assert (log.report().ok, log.report().texts, log.report().removed) == (True, 2, 2)
    log.journal.forget("c1", "deleted")
    assert (log.report().ok, log.report().removed) == (True, 4)


def test_texts_of_a_log_that_was_changed_are_removed_all_the_same(log, caplog):
    log.fill(3)
    log.put(log.lines()[:2])
    with caplog.at_level(logging.WARNING):
        assert log.journal.forget("c1", "deleted")
    assert "without a record" in caplog.text
    assert list(log.places.content.glob("*")) == []


def test_a_clock_that_was_set_back_does_not_matter(log):
    journal = aged(log, [10, 5])
    journal.clock.now = NOW - 200 * DAY_S
    journal.append([Entry("admin")], "metadata")
    journal.clock.now = time.time()
    assert log.report().ok
