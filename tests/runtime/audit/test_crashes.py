"""What a crash leaves is mended, what a full disk stops is undone, and neither is taken for tampering."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna.audit.files import Files
from myna.audit.gap import read_gap
from myna.audit.head import Head, head_of, read_head
from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry, decode
from myna.audit.tail import BATCH
from myna.audit.verify import verify
from myna.errors import AuditBroken, AuditFailed, DiskFull


class Crash(BaseException):
    """The process ends here: nothing is undone."""


class CrashingFiles(Files):
    """Ends at the given step (writes, flushes, replacements), having written only a part of it."""

    def __init__(self, at: int, share: float = 0.5) -> None:
        super().__init__(durable=False)
        self.at, self.share, self.steps = at, share, 0
        self.crashed = False

    def step(self) -> bool:
        if self.crashed:
            raise Crash
        self.steps += 1
        self.crashed = self.steps == self.at
        return self.crashed

    def write(self, descriptor: int, data: bytes) -> None:
        if self.step():
            super().write(descriptor, data[: int(len(data) * self.share)])
            raise Crash
        super().write(descriptor, data)

    def append(self, path: Path, data: bytes) -> int:
        # As the real one, but a dead process takes nothing back.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            before = os.fstat(descriptor).st_size
            self.write(descriptor, data)
            return before
        finally:
            os.close(descriptor)

    def replace(self, path: Path, data: bytes) -> None:
        if self.step():
            raise Crash
        super().replace(path, data)

    def cut(self, path: Path, size: int) -> None:
        if self.step():
            raise Crash
        super().cut(path, size)


def entries(count: int, start: int = 0) -> list[Entry]:
    return [Entry("answer", {"turn": str(start + n)}, f"c{n % 2}", {"answer": f"say {n}"}) for n in range(count)]


@given(at=st.integers(1, 14), share=st.floats(0, 1), count=st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_a_crash_anywhere_in_a_step_is_mended(tmp_path_factory, at, share, count):
    places = Places.of_folder(tmp_path_factory.mktemp("crash") / "audit")
    Journal(places).append(entries(3), "full")
    files = CrashingFiles(at, share)
    with contextlib.suppress(Crash):
        Journal(places, files=files).append(entries(count, 3), "full")
    # Before anybody mends it, it does not look as if somebody had changed it.
    assert verify(places).ok
    [record] = Journal(places).append(entries(1, 9), "full")
    report = verify(places)
    assert (report.ok, report.ahead, report.torn) == (True, 0, 0)
    assert report.last == record.seq
    kinds = [decode(line).kind for line in places.log.read_bytes().splitlines()]
    assert kinds[:3] == ["answer"] * 3
    assert "recovery" in kinds or kinds.count("answer") in {4, 4 + count}


@given(cut=st.integers(1, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_torn_last_line_is_cut_off_and_said(tmp_path_factory, cut):
    places = Places.of_folder(tmp_path_factory.mktemp("torn") / "audit")
    journal = Journal(places)
    journal.append(entries(2), "metadata")
    before = places.log.stat().st_size
    anchor = places.anchor.read_bytes()
    journal.append(entries(1, 2), "metadata")
    places.anchor.write_bytes(anchor)
    size = before + 1 + cut % (places.log.stat().st_size - before - 1)
    os.truncate(places.log, size)
    report = verify(places)
    assert (report.ok, report.torn, report.last) == (True, size - before, 2)
    [record] = Journal(places).append(entries(1, 2), "metadata")
    assert record.seq == 4
    lines = [decode(line) for line in places.log.read_bytes().splitlines()]
    assert [line.kind for line in lines] == ["answer", "answer", "recovery", "answer"]
    assert lines[2].data == {"adopted": 0, "cut_bytes": size - before}
    assert record.previous == lines[2].hash


def test_a_record_that_the_anchor_does_not_know_yet_is_adopted(log):
    log.fill(2)
    anchor = log.places.anchor.read_bytes()
    third = log.fill(1, at=2)[0]
    log.places.anchor.write_bytes(anchor)
    assert (log.report().ok, log.report().ahead) == (True, 1)
    fourth = Journal(log.places).append(entries(1), "metadata")[0]
    recovery = decode(log.lines()[3].rstrip())
    assert (recovery.data, recovery.previous) == ({"adopted": 1, "cut_bytes": 0}, third.hash)
    assert fourth.previous == recovery.hash
    assert read_head(log.places.anchor) == head_of(fourth)


@pytest.mark.parametrize("junk", [bytes(4096), b'{"content"' + bytes(100) + b"\n" + bytes(10)])
def test_the_zeros_that_a_file_system_leaves_are_a_torn_write(log, junk):
    log.fill(2)
    with log.places.log.open("ab") as file:
        file.write(junk)
    assert (log.report().ok, log.report().torn > 0) == (True, True)
    log.journal.append(entries(1), "metadata")
    assert log.report().ok
    assert log.report().records == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda log: log.put(log.lines()[:-1]),
        lambda log: log.put([*log.lines()[:-1], log.lines()[-1][:-20]]),
        lambda log: log.put([*log.lines(), log.lines()[-1]]),
        lambda log: log.put([*log.lines(), b"hello\n"]),
        lambda log: log.put([*log.lines()[:-1], log.lines()[-1].replace(b'"t4"', b'"t7"')]),
        lambda log: log.places.anchor.unlink(),
        lambda log: log.places.anchor.write_bytes(b"{}"),
        lambda log: log.places.log.unlink(),
        lambda log: log.places.anchor.write_bytes(log.places.anchor.read_bytes().replace(b'"seq":5', b'"seq":4')),
    ],
)
def test_what_no_crash_explains_is_never_mended(log, spoil):
    log.fill(5)
    spoil(log)
    before = log.everything()
    assert not log.report().ok
    for journal in (log.journal, Journal(log.places)):
        with pytest.raises(AuditBroken):
            journal.append(entries(1), "full")
    assert log.everything() == before


def test_more_than_one_step_ahead_of_the_anchor_is_no_crash(log):
    log.fill(1, "metadata")
    anchor = log.places.anchor.read_bytes()
    log.fill(BATCH, "metadata")
    kept = log.places.anchor.read_bytes()
    log.places.anchor.write_bytes(anchor)
    assert log.report().ok
    log.places.anchor.write_bytes(kept)
    log.fill(1, "metadata")
    log.places.anchor.write_bytes(anchor)
    assert log.problem() == (BATCH + 2, "anchor")
    with pytest.raises(AuditBroken):
        Journal(log.places).append(entries(1), "metadata")


def test_a_log_larger_than_the_window_is_mended(log):
    log.fill(1000, "metadata")
    with log.places.log.open("ab") as file:
        file.write(b"x" * 2_000_000)
    Journal(log.places).append(entries(1), "metadata")
    assert log.report().records == 1002


# a full disk


class FullFiles(Files):
    """A disk that is full at the given step, after a part of it was written."""

    def __init__(self, at: int, error: int = errno.ENOSPC) -> None:
        super().__init__(durable=False)
        self.at, self.error, self.steps = at, error, 0

    def write(self, descriptor: int, data: bytes) -> None:
        self.steps += 1
        if self.steps == self.at:
            super().write(descriptor, data[: len(data) // 2])
            raise OSError(self.error, os.strerror(self.error))
        super().write(descriptor, data)


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_full_disk_leaves_the_log_as_it_was(log, at, error):
    log.fill(3)
    before = log.everything()
    journal = Journal(log.places, files=FullFiles(at, error))
    # Two groups, the log and the anchor: four writes.
    with pytest.raises(AuditFailed if error == errno.EIO else DiskFull):
        journal.append(entries(2), "full")
    assert log.everything() == before
    assert log.report().ok
    # With room again the same journal goes on.
    assert len(journal.append(entries(2), "full")) == 2
    assert log.report().records == 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_limit_of_the_system_is_a_full_disk(log):
    """RLIMIT_FSIZE has the kernel itself write a part and refuse the rest."""
    log.fill(5, "metadata")
    size = log.places.log.stat().st_size
    program = f"""
        import resource
        from pathlib import Path
        from myna.audit.journal import Journal
        from myna.audit.places import Places
        from myna.audit.records import Entry
        from myna.errors import DiskFull
        resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 100}, {size + 100}))
        try:
            Journal(Places.of_folder(Path({str(log.places.folder)!r}))).append([Entry("admin")], "metadata")
        except DiskFull as error:
            print(error.code)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "disk-full", done.stderr
    assert log.places.log.stat().st_size == size
    assert log.report().ok
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != size + 100


def test_what_was_missed_is_recorded_as_soon_as_something_can_be(log, caplog):
    log.fill(1)
    log.journal.missed(3, DiskFull("the disk is full"))
    log.journal.missed(2, AuditFailed("no"))
    gap = read_gap(log.places)
    assert (gap.missed, gap.code) == (5, "audit-failed")
    log.fill(1)
    record = decode(log.lines()[1].rstrip())
    assert (record.kind, record.data) == ("gap", {"missed": 5, "since": gap.since, "code": "audit-failed"})
    assert read_gap(log.places) is None
    report = log.report()
    assert (report.ok, report.missed, report.records) == (True, 5, 3)
    assert "3 records are missing" in caplog.text


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(log):
    log.places.folder.parent.chmod(0o500)
    try:
        with pytest.raises(AuditFailed):
            log.fill(1)
    finally:
        log.places.folder.parent.chmod(0o700)


# several processes


WRITER = """
import sys
from pathlib import Path
from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry

name, folder, count = sys.argv[1:]
journal = Journal(Places.of_folder(Path(folder)))
sys.stdin.readline()
for number in range(int(count)):
    journal.append([Entry("answer", {"turn": f"{name}-{number}"}, name, {"answer": "x"})] * (1 + number % 3), "full")
"""


def test_several_processes_write_one_chain(log):
    names, count = ("a", "b", "c", "d"), 12
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, name, str(log.places.folder), str(count)], stdin=subprocess.PIPE, text=True
        )
        for name in names
    ]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for number in range(count):
        log.fill(1, at=number)
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    report = log.report()
    assert (report.ok, report.problem) == (True, None)
    assert report.records == count + len(names) * sum(1 + number % 3 for number in range(count))
    for name in names:
        turns = [
            record.data["turn"]
            for record in map(decode, log.places.log.read_bytes().splitlines())
            if record.group == name
        ]
        assert list(dict.fromkeys(turns)) == [f"{name}-{number}" for number in range(count)]


KILLED = """
import sys
from pathlib import Path
from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry

journal = Journal(Places.of_folder(Path(sys.argv[1])))
print("begun", flush=True)
while True:
    journal.append([Entry("answer", {}, "k", {"answer": "x" * 2000})] * 8, "full")
"""


def test_a_process_killed_while_it_writes_leaves_a_log_that_verifies(log):
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(log.places.folder)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout.readline() == b"begun\n"
            with contextlib.suppress(subprocess.TimeoutExpired):
                writer.wait(0.05)
            writer.kill()
        assert log.report().ok
        log.journal.append([Entry("admin")], "metadata")
        assert log.report().ok


def test_a_lock_that_is_never_released_is_said(log, monkeypatch):
    monkeypatch.setattr("myna.audit.journal.BUSY_S", 0.05)
    with log.journal.locked(), pytest.raises(AuditFailed, match="busy"):
        Journal(log.places).append([Entry("admin")], "metadata")


def test_a_copy_verifies_elsewhere(log, tmp_path):
    last = log.fill(4)[-1]
    shutil.copytree(log.places.folder, tmp_path / "copy")
    assert verify(Places.of_folder(tmp_path / "copy"), expected=Head(4, last.hash)).ok
