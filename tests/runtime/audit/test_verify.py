"""Whatever is changed is found, and the first bad record is named."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna.audit.head import Head
from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry, encode, sealed
from myna.audit.verify import verify
from myna.errors import AuditFailed

COUNT = 6


def test_a_good_log(log):
    last = log.fill(COUNT)[-1]
    report = log.report()
    assert (report.ok, report.problem) == (True, None)
    assert (report.records, report.first, report.last, report.hash) == (COUNT, 1, COUNT, last.hash)
    assert (report.texts, report.ahead, report.torn, report.leftover) == (COUNT, 0, 0, 0)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
@pytest.mark.parametrize("name", ["log", "anchor"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(log, name):
    log.fill(COUNT)
    path = getattr(log.places, name)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(AuditFailed, match="it is no file"):
        log.report()
    with pytest.raises(AuditFailed, match="it is no file"):
        log.fill(1)


def test_no_log_is_a_good_one(log):
    report = log.report()
    assert report.ok
    assert report.records == 0


@pytest.fixture(scope="module")
def written():
    """A good log with two groups, one redacted record and a removal; copied by each example."""
    with tempfile.TemporaryDirectory() as folder:
        places = Places.of_folder(Path(folder) / "audit")
        journal = Journal(places)
        for number, mode in enumerate(("full", "redacted", "metadata", "full")):
            group = f"c{number % 2}"
            journal.append([Entry("question", {"turn": str(number)}, group, {"question": f"say {number}"})], mode)
        journal.append([Entry("answer", {}, "gone", {"answer": "secret"})], "full")
        journal.forget("gone", "deleted")
        assert verify(places).ok
        yield places


def spoilt(places: Places, spoil) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "audit"
        shutil.copytree(places.folder, copy)
        spoil(Places.of_folder(copy))
        return not verify(Places.of_folder(copy)).ok


FILES = ("audit.jsonl", "head.json", "content/c0.jsonl", "content/c1.jsonl")


@given(name=st.sampled_from(FILES), where=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=400, deadline=None)
def test_one_bit_flipped_anywhere_is_found(written, name, where, bit):
    def flip(places: Places) -> None:
        path = places.folder / name
        data = bytearray(path.read_bytes())
        data[where % len(data)] ^= 1 << bit
        path.write_bytes(data)

    assert spoilt(written, flip)


def test_every_byte_of_the_log_is_looked_at(written):
    data = written.log.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        copy = Places.of_folder(Path(folder) / "audit")
        shutil.copytree(written.folder, copy.folder)
        for at in range(len(data)):
            copy.log.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert not verify(copy).ok, at


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_records_removed_moved_repeated_or_cut_are_found(written, data):
    lines = written.log.read_bytes().splitlines(keepends=True)
    places = st.integers(0, len(lines) - 1)
    at = data.draw(places)
    kind = data.draw(st.sampled_from(("remove", "repeat", "move", "end", "beginning")))
    match kind:
        case "remove":
            changed = lines[:at] + lines[at + 1 :]
        case "repeat":
            changed = lines[:]
            changed.insert(data.draw(places), lines[at])
        case "move":
            changed = lines[:at] + lines[at + 1 :]
            changed.insert(data.draw(places.filter(lambda to: to != at)), lines[at])
        case "end":
            changed = lines[:at]
        case _:
            changed = lines[at + 1 :]
    assert spoilt(written, lambda copy: copy.log.write_bytes(b"".join(changed))), kind


@given(size=st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_a_log_cut_anywhere_is_found(written, size):
    data = written.log.read_bytes()
    assert spoilt(written, lambda copy: copy.log.write_bytes(data[: size % len(data)]))


@pytest.mark.parametrize(
    ("spoil", "record", "reason"),
    [
        (lambda lines: [*lines[:2], lines[2].replace(b'"t2"', b'"t9"'), *lines[3:]], 3, "edited"),
        (lambda lines: [*lines[:2], *lines[3:]], 3, "order"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], 3, "order"),
        (lambda lines: [*lines[:3], *lines[2:]], 4, "order"),
        (lambda lines: lines[2:], 2, "beginning"),
        (lambda lines: lines[:4], 5, "end"),
        (lambda lines: [*lines[:5], lines[5][:40]], 6, "edited"),
        (lambda lines: [*lines, lines[5]], 7, "order"),
        (lambda lines: [*lines, b"hello\n"], 7, "edited"),
        (lambda lines: [*lines[:2], b"\xff" * (3 << 20), *lines[2:]], 3, "edited"),
        (lambda lines: [], 1, "end"),
    ],
)
def test_the_first_bad_record_is_named(log, spoil, record, reason):
    log.fill(COUNT)
    log.put(spoil(log.lines()))
    assert log.problem() == (record, reason)


def test_a_record_made_anew_does_not_fit_the_next(log):
    log.fill(COUNT)
    lines = log.lines()
    fields = msgspec.json.decode(lines[2])
    del fields["hash"]
    fields["data"] = {"turn": "other"}
    log.put([*lines[:2], encode(sealed(fields)) + b"\n", *lines[3:]])
    assert log.problem() == (4, "order")


def test_the_last_record_made_anew_does_not_fit_the_anchor(log):
    log.fill(COUNT)
    lines = log.lines()
    fields = msgspec.json.decode(lines[-1])
    del fields["hash"]
    fields["data"] = {"turn": "other"}
    log.put([*lines[:-1], encode(sealed(fields)) + b"\n"])
    assert log.problem() == (6, "anchor")


def test_an_anchor_that_is_gone(log):
    log.fill(COUNT)
    log.places.anchor.unlink()
    assert log.problem() == (0, "anchor")


def test_a_log_that_is_gone(log):
    log.fill(COUNT)
    log.places.log.unlink()
    assert log.problem() == (1, "end")


def test_an_anchor_elsewhere_tells_that_all_is_gone(tmp_path):
    places = Places.of_folder(tmp_path / "audit", str(tmp_path / "other" / "head.json"))
    Journal(places).append([Entry("admin")], "metadata")
    assert verify(places).ok
    shutil.rmtree(places.folder)
    problem = verify(places).problem
    assert problem is not None
    assert problem.reason == "end"


def test_a_text_that_is_gone_without_a_record_of_it(log):
    log.fill(3)
    [path] = log.places.content.glob("*")
    path.unlink()
    assert log.problem() == (1, "text")


def test_a_text_that_was_to_be_removed_and_was_not(log):
    log.fill(3)
    [path] = log.places.content.glob("*")
    kept = path.read_bytes()
    log.journal.forget("c1", "deleted")
    path.write_bytes(kept)
    assert log.problem() == (1, "kept")


def test_a_line_that_no_record_names_proves_nothing(log):
    log.fill(2)
    [path] = log.places.content.glob("*")
    path.write_bytes(path.read_bytes() + b'{"half of a li')
    log.fill(1, at=2)
    report = log.report()
    assert (report.ok, report.texts, report.leftover) == (True, 3, 1)


def test_what_was_noted_down_must_still_be_there(log):
    records = log.fill(COUNT)
    good = Head(records[3].seq, records[3].hash)
    assert log.report(expected=good).ok
    other = log.report(expected=Head(4, "f" * 64)).problem
    assert (other.record, other.reason) == (4, "edited")
    missing = log.report(expected=Head(9, "f" * 64)).problem
    assert (missing.record, missing.reason) == (7, "end")


def test_an_old_log_put_back_with_its_anchor_is_found_by_what_was_noted_down(log):
    log.fill(3)
    old = log.places.log.read_bytes(), log.places.anchor.read_bytes()
    last = log.fill(3)[-1]
    log.places.log.write_bytes(old[0])
    log.places.anchor.write_bytes(old[1])
    assert log.report().ok
    assert log.report(expected=Head(last.seq, last.hash)).problem.reason == "end"


def test_a_log_that_is_a_folder_cannot_be_read(log):
    log.fill(1)
    log.places.log.unlink()
    log.places.log.mkdir()
    with pytest.raises(AuditFailed):
        log.report()


def test_progress_is_told(log):
    log.fill(2100, "metadata")
    told: list[int] = []
    assert log.report(progress=told.append).records == 2100
    assert told == [1000, 2000]
