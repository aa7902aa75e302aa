"""Environments of their own: made by pip from where it is configured to look, taken up again, mended, deleted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from myna.errors import DiskFull, SourceUnavailable
from myna_models.converting import environments
from myna_models.converting.environments import READY, Environment, Environments

Wheels = Callable[..., Path]
SMALL = Environment("small", "tests", ("tiny-part==1.0", "late-part==1.0"))
pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "SIZE", 1 << 20)
    monkeypatch.setattr(environments, "ALL", (SMALL,))


def test_one_is_made_taken_up_mended_and_deleted(tmp_path: Path, wheelhouse: Wheels) -> None:
    wheelhouse("tiny-part", {"tiny_part.py": b""})
    told: list[str] = []
    mine = Environments(tmp_path / "envs", lambda _name, step: told.append(step))
    with pytest.raises(SourceUnavailable, match=r"pip cannot make the environment small: .*late-part") as failed:
        mine.python(SMALL)
    assert "what has arrived is kept" in failed.value.hint
    assert [one.state for one in mine.states()] == ["incomplete"]

    wheelhouse("late-part", {"late_part.py": b""})
    made = mine.python(SMALL)
    folder = made.parents[1]
    assert told.count("creating") == 1, "the second attempt goes on where the first stopped"
    assert [one.state for one in mine.states()] == ["ready"]
    assert list(folder.glob("lib/*/site-packages/late_part.py")) or list(folder.glob("Lib/site-packages/late_part.py"))
    told.clear()
    assert mine.python(SMALL) == made
    assert told == [], "one that is there is used as it is"

    shutil.rmtree(made.parent)
    assert [one.state for one in mine.states()] == ["incomplete"]
    assert mine.python(SMALL).exists()

    assert mine.remove() > 1000
    assert [one.state for one in mine.states()] == ["absent"]


def test_offline_says_so_and_names_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    mine = Environments(tmp_path / "envs", offline=True)
    with pytest.raises(SourceUnavailable, match=r"models\.offline forbids"):
        mine.python(SMALL)


def test_an_index_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    # Nothing listens on the port of discard.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(SourceUnavailable, match="the package index cannot be reached"):
        Environments(tmp_path / "envs").python(SMALL)


def test_without_room_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "SIZE", 1 << 60)
    root = tmp_path / "envs"
    with pytest.raises(DiskFull, match="the environment small needs"):
        Environments(root).python(SMALL)
    assert not (root / SMALL.folder).exists()


def test_another_pin_is_another_environment() -> None:
    assert SMALL.folder != Environment("small", "tests", ("tiny-part==1.1",)).folder
    assert READY.startswith(".")
