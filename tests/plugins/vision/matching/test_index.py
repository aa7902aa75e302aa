from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from myna_vision.matching.index import PictureIndex


def place(folder: Path) -> Path:
    return folder / "pictures" / "index.sqlite"


def test_what_was_found_is_there_the_next_time(tmp_path: Path) -> None:
    with PictureIndex(tmp_path) as index:
        assert index.get("a", "text 1") is None
        index.put("a", "text 1", b"x")
        index.put("a", "match 1", b"y")
    with PictureIndex(tmp_path) as index:
        assert (index.get("a", "text 1"), index.get("a", "match 1")) == (b"x", b"y")
        # Another model finds other things.
        assert index.get("a", "text 2") is None
        assert index.get("b", "text 1") is None


def test_what_was_not_used_for_longest_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = iter(range(100))
    monkeypatch.setattr("myna_vision.matching.index.time.time", lambda: next(moment))
    with PictureIndex(tmp_path, most=3) as index:
        for name in "abcd":
            index.put(name, "s", name.encode())
        assert index.get("a", "s") == b"a"
    with PictureIndex(tmp_path, most=3) as index:
        assert [name for name in "abcd" if index.get(name, "s")] == ["a", "c", "d"]


def test_others_cannot_read_it(tmp_path: Path) -> None:
    with PictureIndex(tmp_path) as index:
        index.put("a", "s", b"secret")
    assert place(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_one_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    place(tmp_path).parent.mkdir()
    place(tmp_path).write_bytes(content)
    with PictureIndex(tmp_path) as index:
        index.put("a", "s", b"x")
    with PictureIndex(tmp_path) as index:
        assert index.get("a", "s") == b"x"


def test_one_of_another_version_is_begun_anew(tmp_path: Path) -> None:
    place(tmp_path).parent.mkdir()
    with sqlite3.connect(place(tmp_path)) as old:
        old.execute("CREATE TABLE findings (other TEXT)")
        old.execute("PRAGMA user_version = 99")
    old.close()
    with PictureIndex(tmp_path) as index:
        index.put("a", "s", b"x")
        assert index.get("a", "s") == b"x"


def test_without_a_place_nothing_is_remembered_and_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    with PictureIndex(tmp_path) as index:
        index.put("a", "s", b"x")
        assert index.get("a", "s") == b"x"
    with PictureIndex(tmp_path) as index:
        assert index.get("a", "s") is None
    assert (tmp_path / "pictures").read_text() == "a file where the folder should be"


def test_it_may_be_deleted_while_it_is_used(tmp_path: Path) -> None:
    with PictureIndex(tmp_path) as index:
        index.put("a", "s", b"x")
        place(tmp_path).unlink()
        index.put("b", "s", b"y")
    with PictureIndex(tmp_path) as index:
        index.put("c", "s", b"z")
        assert index.get("c", "s") == b"z"
