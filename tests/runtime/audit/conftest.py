"""An audit log to write, and to spoil."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from myna.audit.journal import Journal
from myna.audit.places import Places
from myna.audit.records import Entry, Record
from myna.audit.verify import verify


class Log:
    """A log in a folder, with shortcuts."""

    def __init__(self, folder: Path) -> None:
        self.places = Places.of_folder(folder)
        self.journal = Journal(self.places)

    def fill(self, count: int, mode="full", *, group: str = "c1", at: int = 0) -> list[Record]:
        return self.journal.append([entry(at + number, group) for number in range(count)], mode)

    def report(self, **more):
        return verify(self.places, **more)

    def lines(self) -> list[bytes]:
        return self.places.log.read_bytes().splitlines(keepends=True)

    def put(self, lines: Sequence[bytes]) -> None:
        self.places.log.write_bytes(b"".join(lines))

    def everything(self) -> dict[Path, bytes]:
        """All files that hold anything."""
        found = {path: path.read_bytes() for path in self.places.folder.rglob("*") if path.is_file()}
        return {path: data for path, data in found.items() if data}

    def problem(self) -> tuple[int, str] | None:
        problem = self.report().problem
        return None if problem is None else (problem.record, problem.reason)


def entry(number: int, group: str = "c1") -> Entry:
    return Entry("question", {"turn": f"t{number}"}, group, {"question": f"What is {number}? 你好"})


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "audit")
