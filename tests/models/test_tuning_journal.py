from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from myna.engine.tuning import SpeedSample
from myna_models.tuning.journal import Journal, Subject

SUBJECT = Subject("a" * 64, "a machine", "an engine")
SAMPLE = SpeedSample(0.001, 0.002, 0.01, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    journal = Journal(tmp_path / "work" / "journal.jsonl", SUBJECT)
    journal.put("one", SAMPLE, 5.0)
    journal.put("two", SAMPLE, 9.5)
    return tmp_path / "work" / "journal.jsonl"


def test_figures_are_there_after_a_restart(path: Path) -> None:
    journal = Journal(path, SUBJECT)
    assert journal.get("one", SpeedSample) == SAMPLE
    assert journal.get("three", SpeedSample) is None
    assert journal.spent_s == 9.5
    assert journal.resumed


@pytest.mark.parametrize(
    "other",
    [
        Subject("b" * 64, "a machine", "an engine"),
        Subject("a" * 64, "another machine", "an engine"),
        Subject("a" * 64, "a machine", "a newer engine"),
        Subject("a" * 64, "a machine", "an engine", 99),
    ],
)
def test_figures_of_something_else_do_not_count(path: Path, other: Subject) -> None:
    journal = Journal(path, other)
    assert journal.get("one", SpeedSample) is None
    assert not journal.resumed
    assert journal.spent_s == 0.0


@pytest.mark.parametrize("rest", [b'{"key":"three","spent', b"\xff\xfe\n", b"[1, 2]\n", b'{"key":3}\n', b"\n"])
def test_a_damaged_end_is_cut_off_and_the_rest_counts(path: Path, rest: bytes) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + rest)
    journal = Journal(path, SUBJECT)
    assert journal.get("two", SpeedSample) == SAMPLE
    journal.put("three", SAMPLE, 11.0)
    assert Journal(path, SUBJECT).get("three", SpeedSample) == SAMPLE
    assert path.read_bytes().startswith(whole)


def test_what_stands_behind_damage_does_not_count(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"damage\n" + lines[2])
    journal = Journal(path, SUBJECT)
    assert journal.get("two", SpeedSample) is None


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00" * 100, b"{}\n", b'{"sha256":'])
def test_a_file_that_is_no_journal_is_begun_anew(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    journal = Journal(path, SUBJECT)
    journal.put("one", SAMPLE, 1.0)
    assert Journal(path, SUBJECT).get("one", SpeedSample) == SAMPLE


def test_a_figure_of_another_kind_is_none(path: Path) -> None:
    class Other(msgspec.Struct):
        needed: str

    assert Journal(path, SUBJECT).get("one", Other) is None
