"""One log in PostgreSQL for several machines: the same chain, the same verification, the same removal of texts."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from myna.audit.export import records, to_jsonl
from myna.audit.head import Head, head_of, read_head
from myna.audit.journal import Journal
from myna.audit.log import AuditLog
from myna.audit.places import Places
from myna.audit.policy import AuditPolicy
from myna.audit.records import Entry, decode, encode, own_hash
from myna.audit.retention import DAY_S, retain
from myna.audit.verify import verify
from myna.errors import AuditBroken, AuditFailed, DiskFull

NOW = 1_800_000_000.0


class Shared:
    """A log in a database, and machines that write it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.places = self.machine("one")
        self.journal = Journal(self.places)

    def machine(self, name: str, anchor: Path | None = None) -> Places:
        folder = self.folder / name / "audit"
        return Places(folder, anchor or folder / "head.json", self.url)

    def fill(self, count: int, mode="full", *, group: str = "c1", at: int = 0):
        return self.journal.append([entry(at + number, group) for number in range(count)], mode)

    def sql(self, statement: str, *values) -> list[tuple]:
        with psycopg.connect(self.url) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def lines(self) -> list[bytes]:
        return [line for (line,) in self.sql("SELECT line FROM myna_audit_records ORDER BY seq")]

    def everything(self) -> bytes:
        found = self.sql("SELECT line FROM myna_audit_records UNION ALL SELECT line FROM myna_audit_texts")
        return b"\n".join(line for (line,) in found)

    def problem(self) -> tuple[int, str] | None:
        problem = verify(self.places).problem
        return None if problem is None else (problem.record, problem.reason)


def entry(number: int, group: str = "c1") -> Entry:
    return Entry("question", {"turn": f"t{number}"}, group, {"question": f"What is {number}? 你好 \0"})


@pytest.fixture
def log(database: str, tmp_path: Path) -> Shared:
    return Shared(database, tmp_path)


# what is written


def test_what_is_written_is_what_a_folder_would_hold(log, tmp_path):
    assert (verify(log.places).ok, verify(log.places).records) == (True, 0)
    written = [*log.fill(2), *log.fill(1, "redacted", at=2), *log.fill(1, "metadata", at=3)]
    assert [decode(line) for line in log.lines()] == written
    assert [record.seq for record in written] == [1, 2, 3, 4]
    [folder] = Journal(Places.of_folder(tmp_path / "folder")).append([entry(0)], "full")
    assert set(encode(written[0])) - set(encode(folder)) <= set(b"@0123456789abcdef" + written[0].user.encode())
    # Machines share it: the account alone would not say whose.
    assert written[0].user.startswith(f"{folder.user}@")
    report = verify(log.places, expected=head_of(written[-1]))
    assert (report.ok, report.records, report.texts, report.hash) == (True, 4, 3, written[-1].hash)
    assert not verify(log.places, expected=Head(5, written[-1].hash)).ok
    # In the folder is what is known of this machine alone.
    assert [path.name for path in log.places.folder.iterdir()] == ["lock"]


def test_it_is_exported_with_its_texts(log):
    log.fill(2)
    log.fill(1, group="c2", at=2)
    log.journal.forget("c1", "deleted")
    exported = list(records(log.places, lambda record: record.kind == "question"))
    assert [texts["question"] and texts["question"]["text"] for _, texts in exported] == [
        None,
        None,
        "What is 2? 你好 \0",
    ]
    assert len(list(to_jsonl(exported))) == 3


def test_more_than_a_page_of_it(log):
    log.journal.append([Entry("model", {"name": str(number)}) for number in range(1100)], "metadata")
    assert (verify(log.places).records, verify(log.places).last) == (1100, 1100)
    with log.journal.storage.reading() as view:
        assert [decode(line).seq for line in view.newest(3)] == [1098, 1099, 1100]


def test_a_group_that_is_no_id_is_found_too(log):
    log.fill(1, group="../\0" * 200)
    assert (verify(log.places).ok, verify(log.places).texts) == (True, 1)


# several machines


WRITER = """
import sys
from pathlib import Path
from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry

name, folder, url, count = sys.argv[1:]
journal = Journal(Places(Path(folder), Path(folder) / "head.json", url), lasting=True)
print("begun", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    entry = Entry("answer", {"turn": f"{name}-{number}"}, name, {"answer": "x" * 2000})
    journal.append([entry] * (1 + number % 3), "full")
journal.close()
"""


def begin(log: Shared, name: str, count: int) -> subprocess.Popen:
    command = [sys.executable, "-c", WRITER, name, str(log.machine(name).folder), log.url, str(count)]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdout.readline() == "begun\n"
    return writer


def go(writer: subprocess.Popen) -> None:
    writer.stdin.write("go\n")
    writer.stdin.flush()


def test_machines_that_begin_it_at_once_write_one_chain(log):
    names, count = ("a", "b", "c"), 20
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(begin(log, name, count)) for name in names]
        for writer in writers:
            go(writer)
        for number in range(count):
            log.fill(1, at=number)
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    report = verify(log.places)
    assert (report.ok, report.problem) == (True, None)
    assert report.records == count + len(names) * sum(1 + number % 3 for number in range(count))
    written = [decode(line) for line in log.lines()]
    for name in names:
        turns = [record.data["turn"] for record in written if record.group == name]
        assert list(dict.fromkeys(turns)) == [f"{name}-{number}" for number in range(count)]


def test_a_machine_killed_while_it_writes_leaves_a_chain_that_verifies(log):
    for at in range(3):
        with begin(log, f"k{at}", 100_000) as writer:
            go(writer)
            with contextlib.suppress(subprocess.TimeoutExpired):
                writer.wait(0.15)
            writer.kill()
        # Its lock went with it.
        [record] = log.journal.append([Entry("admin")], "metadata")
        report = verify(log.places)
        assert (report.ok, report.last, report.leftover) == (True, record.seq, 0)
    assert report.records > 4 + at


def test_whoever_holds_the_lock_and_falls_silent_loses_it(log, monkeypatch, tmp_path):
    log.fill(1)
    other = Journal(log.machine("two"))
    monkeypatch.setattr("myna.audit.shared.SILENT_S", 1)

    def silent() -> None:
        with log.journal.storage.writing() as step:
            monkeypatch.setattr("myna.audit.shared.SILENT_S", 30)
            assert other.append([entry(1)], "full")[0].seq == 2
            log.journal.step(step, [entry(2)], "full")

    with pytest.raises(AuditFailed):
        silent()
    assert (verify(log.places).ok, verify(log.places).records) == (True, 2)


def test_a_lock_that_is_never_released_is_said(log, monkeypatch):
    log.fill(1)
    monkeypatch.setattr("myna.audit.shared.SILENT_S", 1)
    with psycopg.connect(log.url) as holder:
        holder.execute("SELECT * FROM myna_audit_head FOR UPDATE")
        with pytest.raises(AuditFailed, match="kept busy"):
            log.fill(1)
    assert log.fill(1)[0].seq == 2


def test_an_acknowledged_record_is_flushed_whatever_the_database_is_set_to(log):
    with psycopg.connect(log.url, autocommit=True) as connection:
        connection.execute("ALTER ROLE myna SET synchronous_commit = off")
    try:
        with log.journal.storage.writing() as step:
            [[value]] = step._connection.exec_driver_sql("SHOW synchronous_commit").all()
        assert value == "on"
    finally:
        with psycopg.connect(log.url, autocommit=True) as connection:
            connection.execute("ALTER ROLE myna RESET synchronous_commit")


def test_whoever_may_only_read_it_can_verify_and_not_write(log):
    log.fill(2)
    log.sql("DROP ROLE IF EXISTS auditor")
    log.sql("CREATE ROLE auditor LOGIN")
    log.sql("GRANT SELECT ON myna_audit_head, myna_audit_records, myna_audit_texts TO auditor")
    try:
        places = Places(log.places.folder, log.places.anchor, log.url.replace("myna@", "auditor@"))
        assert (verify(places).ok, verify(places).records) == (True, 2)
        with pytest.raises(AuditFailed, match="permission denied"):
            Journal(places).append([entry(2)], "full")
    finally:
        log.sql("DROP OWNED BY auditor")
        log.sql("DROP ROLE auditor")


def test_a_full_disk_leaves_the_log_as_it_was(log):
    log.fill(2)
    # As PostgreSQL says it, at the last of what a step writes.
    log.sql(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    )
    log.sql("CREATE TRIGGER no_room BEFORE UPDATE ON myna_audit_head EXECUTE FUNCTION full_disk()")
    before = log.everything()
    with pytest.raises(DiskFull, match="the disk is full: the audit log postgresql://"):
        log.fill(2)
    with pytest.raises(DiskFull):
        log.journal.forget("c1", "deleted")
    assert log.everything() == before
    log.sql("DROP TRIGGER no_room ON myna_audit_head")
    assert log.fill(1)[0].seq == 3
    assert verify(log.places).ok


# tampering


def edited(log, seq, *, sealed=False):
    """Change a record; `sealed`: as somebody does who knows how it is hashed."""
    record = decode(log.lines()[seq - 1])
    record.data["turn"] = "other"
    line = encode(record)
    if sealed:
        line = line.replace(record.hash.encode(), own_hash(record).encode())
    log.sql("UPDATE myna_audit_records SET line = %s WHERE seq = %s", line, seq)


TAMPERING = {
    "edited": (lambda log: edited(log, 3), (3, "edited"), False),
    "edited and sealed": (lambda log: edited(log, 3, sealed=True), (4, "order"), False),
    "the last edited": (lambda log: edited(log, 5), (5, "edited"), True),
    "the last edited and sealed": (lambda log: edited(log, 5, sealed=True), (5, "anchor"), True),
    "removed": (lambda log: log.sql("DELETE FROM myna_audit_records WHERE seq = 3"), (3, "order"), False),
    "renumbered": (lambda log: log.sql("UPDATE myna_audit_records SET seq = 9 WHERE seq = 3"), (3, "order"), True),
    "the first removed": (lambda log: log.sql("DELETE FROM myna_audit_records WHERE seq = 1"), (1, "beginning"), False),
    "the last removed": (lambda log: log.sql("DELETE FROM myna_audit_records WHERE seq = 5"), (5, "end"), True),
    "all removed": (lambda log: log.sql("DELETE FROM myna_audit_records"), (1, "end"), True),
    "junk added": (lambda log: log.sql("INSERT INTO myna_audit_records VALUES (6, 'x\\000')"), (6, "edited"), True),
    "a copy added": (
        lambda log: log.sql("INSERT INTO myna_audit_records SELECT 6, line FROM myna_audit_records WHERE seq = 5"),
        (6, "order"),
        True,
    ),
    "the anchor moved": (lambda log: log.sql("UPDATE myna_audit_head SET seq = 4"), (4, "anchor"), True),
    "the anchor gone": (lambda log: log.sql("DELETE FROM myna_audit_head"), (0, "anchor"), True),
    "two anchors": (lambda log: log.sql("INSERT INTO myna_audit_head TABLE myna_audit_head"), (0, "anchor"), True),
    "the records gone": (lambda log: log.sql("DROP TABLE myna_audit_records"), (0, "anchor"), True),
    "the anchor's table gone": (lambda log: log.sql("DROP TABLE myna_audit_head"), (0, "anchor"), True),
    "a text changed": (
        lambda log: log.sql("UPDATE myna_audit_texts SET line = line || 'x' WHERE record = 2"),
        (2, "text"),
        False,
    ),
    "a text removed": (lambda log: log.sql("DELETE FROM myna_audit_texts WHERE record = 2"), (2, "text"), False),
}


@pytest.mark.logs
@pytest.mark.parametrize("name", TAMPERING)
def test_what_somebody_changed_is_found_and_at_the_end_not_added_to(log, name):
    tamper, found, refused = TAMPERING[name]
    log.fill(5)
    tamper(log)
    assert log.problem() == found
    # With any end, so that even deleting does not fail for somebody who wants the words gone.
    if refused:
        with pytest.raises(AuditBroken):
            log.fill(1)
        assert log.problem() == found
    else:
        assert log.fill(1)[0].seq == 6
    assert log.journal.forget("c1", "deleted")
    assert log.sql("SELECT * FROM myna_audit_texts") == []


def test_a_whole_step_behind_the_anchor_is_no_crash(log):
    """A transaction leaves no such thing, as a power cut between two files does."""
    log.fill(2)
    log.sql("UPDATE myna_audit_head SET (seq, hash) = (1, %s)", decode(log.lines()[0]).hash)
    assert log.problem() == (2, "anchor")
    with pytest.raises(AuditBroken, match="was added"):
        log.fill(1)


def test_a_newer_format_is_left_alone(log):
    log.fill(1)
    log.sql("UPDATE myna_audit_head SET format = 2")
    for use in (lambda: log.fill(1), lambda: verify(log.places)):
        with pytest.raises(AuditFailed, match="newer version"):
            use()


# an anchor outside of the database


def test_a_new_chain_in_the_place_of_an_old_one_is_found_by_the_anchor_elsewhere(log, tmp_path):
    anchor = tmp_path / "elsewhere" / "anchor"
    places = log.machine("one", anchor)
    journal = Journal(places)
    last = journal.append([entry(number) for number in range(3)], "full")[-1]
    assert read_head(places.witness) == head_of(last)
    assert not anchor.exists()
    # Another machine adds to it: an older record is still one that was written.
    Journal(log.machine("two")).append([entry(3)], "full")
    assert verify(places).ok
    assert journal.append([entry(4)], "full")[0].seq == 5
    log.sql("DROP TABLE myna_audit_head, myna_audit_records, myna_audit_texts")
    problem = verify(places).problem
    assert (problem.record, problem.reason) == (5, "end")
    with pytest.raises(AuditBroken, match="lacks record 5"):
        journal.append([entry(5)], "full")
    # Whoever writes a chain of their own in its place is found, however well it holds.
    Journal(log.machine("two")).append([entry(number) for number in range(9)], "full")
    assert verify(log.machine("two")).ok
    problem = verify(places).problem
    assert (problem.record, problem.reason) == (5, "anchor")
    with pytest.raises(AuditBroken, match="lacks record 5"):
        journal.append([entry(9)], "full")


def test_an_anchor_elsewhere_that_cannot_be_written_is_said_and_an_older_one_stays_true(log, tmp_path, caplog):
    places = log.machine("one", tmp_path / "elsewhere" / "anchor")
    journal = Journal(places)
    [first] = journal.append([entry(0)], "full")
    folder = places.witness.with_name(f".{places.witness.name}.new")
    folder.mkdir()
    with pytest.raises(OSError, match="directory"):
        folder.write_bytes(b"")
    journal.append([entry(1)], "full")
    assert "could not be written" in caplog.text
    assert read_head(places.witness) == head_of(first)
    assert verify(places).ok
    folder.rmdir()
    places.witness.write_bytes(b"{}")
    assert verify(places).problem.reason == "anchor"
    with pytest.raises(AuditBroken, match="no anchor"):
        journal.append([entry(2)], "full")


def test_what_was_cut_off_since_is_no_contradiction(log, tmp_path):
    places = log.machine("one", tmp_path / "elsewhere" / "anchor")
    journal = Journal(places, clock=lambda: NOW - 100 * DAY_S)
    journal.append([entry(0)], "full")
    other = Journal(log.machine("two"), clock=lambda: NOW)
    other.append([entry(1)], "full")
    assert retain(other, 90) == 1
    assert verify(places).ok
    assert journal.append([entry(2)], "full")[0].seq == 4


# removing


def test_removed_texts_are_gone_and_the_log_verifies(log):
    log.fill(3)
    log.fill(2, group="c2", at=3)
    assert log.journal.forget("c1", "conversation deleted")
    report = verify(log.places)
    assert (report.ok, report.texts, report.removed) == (True, 2, 3)
    assert b"What is 0?" not in log.everything()
    assert b"What is 3?" in log.everything()
    redaction = decode(log.lines()[-1])
    assert (redaction.kind, redaction.group, redaction.data) == ("redaction", "c1", {"reason": "conversation deleted"})
    assert not log.journal.forget("c1", "conversation deleted")
    assert verify(log.places).records == 6


def test_nothing_to_remove_begins_no_log(log):
    assert not log.journal.forget("c1", "deleted")
    assert log.sql("SELECT to_regclass('myna_audit_head')") == [(None,)]


def test_texts_from_before_the_database_are_removed_and_cut_off_too(log):
    earlier = Journal(log.places.here, clock=lambda: NOW - 100 * DAY_S)
    earlier.append([entry(0), entry(1, "c2")], "full")
    log.fill(1, at=2)
    assert log.journal.forget("c1", "deleted")
    assert (verify(log.places).removed, verify(log.places.here).removed) == (1, 1)
    assert [path.name for path in log.places.content.iterdir()] == ["c2.jsonl"]


async def test_a_running_log_cuts_off_what_is_due_here_and_there(log):
    Journal(log.places.here, clock=lambda: NOW - 100 * DAY_S).append([entry(0)], "full")
    Journal(log.places, clock=lambda: NOW - 100 * DAY_S).append([entry(1)], "full")
    journal = Journal(log.places, clock=lambda: NOW, lasting=True)
    running = AuditLog(journal, lambda: AuditPolicy("metadata"), retention_days=90)
    running.soon([Entry("admin")])
    await running.close()
    assert (verify(log.places).ok, verify(log.places).first) == (True, 2)
    assert (verify(log.places.here).ok, verify(log.places.here).first) == (True, 2)
    assert log.sql("SELECT * FROM myna_audit_texts") == []


def test_old_records_go_once_though_two_machines_look(log):
    for age in (100, 95, 50, 0):
        Journal(log.places, clock=lambda age=age: NOW - age * DAY_S).append([entry(age, f"c{age}")], "full")
    cut: list[int] = []
    threads = [
        threading.Thread(target=lambda name=name: cut.append(retain(Journal(log.machine(name), clock=lambda: NOW), 90)))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(cut) == [0, 0, 2]
    report = verify(log.places)
    assert (report.ok, report.first, report.records, report.texts) == (True, 3, 3, 2)
    assert b"What is 100?" not in log.everything()
    assert decode(log.lines()[-1]).data["records"] == 2
