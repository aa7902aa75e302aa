"""What is written is what `docs/audit.md` says, so that somebody else can verify it."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.audit.records import LARGEST, LONGEST_VALUE, clean, decode, encode, own_hash, sealed

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXYZ_09", max_size=5), inner, max_size=4),
    max_leaves=12,
)


def fields(**more):
    return {
        "seq": 1,
        "time": "2026-01-01T00:00:00.000000Z",
        "kind": "question",
        "pid": 1,
        "user": "me",
        "group": "",
        "data": {},
        "content": {},
        "previous": "0" * 64,
        **more,
    }


@given(values)
def test_canonical_json_is_what_the_standard_library_writes(value):
    assert encode(value) == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@given(st.dictionaries(st.text("ab", min_size=1, max_size=3), values, max_size=3))
def test_a_record_is_read_as_it_was_written(data):
    record = sealed(fields(data=data))
    assert decode(encode(record)) == record
    assert own_hash(record) == record.hash


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace(b'{"content"', b'{ "content"'),
        lambda line: line.replace(b'"user":"me"', b'"user":"\\u006de"'),
        lambda line: line.replace(b'"pid":1', b'"pid":1.0'),
        lambda line: line.replace(b'"pid":1', b'"pid":1,"pid":1'),
        lambda line: line.replace(b'"pid":1', b'"pid":1,"pie":1'),
        lambda line: line.replace(b"me", b"m\xff"),
        lambda line: b"[" * 100_000,
        lambda line: b"",
    ],
)
def test_other_bytes_for_the_same_record_are_none(spoil):
    line = encode(sealed(fields()))
    assert decode(line) is not None
    assert decode(spoil(line)) is None


@given(st.one_of(values, st.text(), st.floats(), st.integers(), st.binary()))
def test_anything_can_be_recorded(value):
    record = sealed(fields(data={"value": clean(value)}))
    assert decode(encode(record)) == record


def test_long_values_are_shortened():
    assert len(clean("x" * 10_000)) == LONGEST_VALUE
    assert clean("\ud800") == "?"


def test_twenty_lines_verify_a_log(log):
    """The program that `docs/audit.md` shows, on a good and on a spoilt log."""
    page = (Path(__file__).parents[3] / "docs" / "audit.md").read_text(encoding="utf-8")
    [program] = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(program.splitlines()) <= 20

    def run():
        return subprocess.run([sys.executable, "-c", program, log.places.folder], capture_output=True, check=False)

    log.fill(5)
    log.fill(3, group="c2", at=5)
    log.journal.forget("c1", "deleted")
    assert run().returncode == 0, run().stderr
    log.put([*log.lines()[:2], *log.lines()[3:]])
    assert run().returncode != 0


def test_a_line_beside_the_log_is_what_its_record_holds(log):
    [record] = log.fill(1, "redacted")
    [line] = log.places.content.glob("*.jsonl")
    data = line.read_bytes().removesuffix(b"\n")
    assert record.content == {"question": hashlib.sha256(data).hexdigest()}
    kept = json.loads(data)
    salted = bytes.fromhex(kept["salt"]) + "What is 0? 你好".encode()
    assert kept["sha256"] == hashlib.sha256(salted).hexdigest()
    assert kept["record"] == 1


@pytest.mark.parametrize(
    ("mode", "holds", "hashes"), [("metadata", False, 0), ("redacted", False, 1), ("full", True, 1)]
)
def test_a_mode_keeps_what_it_says(log, mode, holds, hashes):
    [record] = log.fill(1, mode)
    everything = b"".join(path.read_bytes() for path in log.places.folder.rglob("*") if path.is_file())
    assert (b"What is 0?" in everything) == holds
    assert len(record.content) == hashes
    assert log.report().ok


def test_off_writes_nothing(log):
    assert log.fill(1, "off") == []
    assert not log.places.folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_nobody_else_may_read_it(log):
    log.fill(1)
    for path in [log.places.folder, *log.places.folder.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_group_that_looks_like_a_path_stays_in_its_folder(log):
    log.fill(2, group="../../outside")
    assert {path.parent for path in log.places.folder.parent.rglob("*.jsonl")} == {
        log.places.folder,
        log.places.content,
    }
    assert log.report().texts == 2
