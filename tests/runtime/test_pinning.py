"""Cores that are left to others, on machines that only the test has and on this one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from myna.engine.llama.threads import FreeCores
from myna.engine.pinning import FEWEST, Pinning
from myna.engine.protocols import Sampling, TextRequest
from myna.messages import user


class Pins:
    """Which cores each thread was tied to."""

    def __init__(self, folder: Path) -> None:
        for task in ("1", "7"):
            (folder / task).mkdir()
        self.tied: list[tuple[int, set[int]]] = []

    def __call__(self, task: int, cores: set[int]) -> None:
        self.tied.append((task, cores))


def test_a_core_is_left_and_given_back(tmp_path: Path) -> None:
    pins = Pins(tmp_path)
    pinning = Pinning([0, 1, 4, 5], tasks=tmp_path, pin=pins)
    assert pinning.leave(1) == 3
    assert sorted(pins.tied) == [(1, {0, 1, 4}), (7, {0, 1, 4})]
    pins.tied.clear()
    assert pinning.leave(1) == 3
    assert not pins.tied
    assert pinning.leave(0) == 4
    assert sorted(pins.tied) == [(1, {0, 1, 4, 5}), (7, {0, 1, 4, 5})]


@pytest.mark.parametrize("cores", range(1, FEWEST))
def test_of_few_none_is_left(tmp_path: Path, cores: int) -> None:
    pins = Pins(tmp_path)
    assert Pinning(range(cores), tasks=tmp_path, pin=pins).leave(1) == cores
    assert not pins.tied


def test_one_always_remains(tmp_path: Path) -> None:
    assert Pinning(range(FEWEST), tasks=tmp_path, pin=Pins(tmp_path)).leave(99) == 1


def test_threads_that_have_ended_and_systems_that_cannot_are_no_obstacle(tmp_path: Path) -> None:
    def gone(task: int, cores: set[int]) -> None:
        raise ProcessLookupError

    (tmp_path / "3").mkdir()
    assert Pinning(range(8), tasks=tmp_path, pin=gone).leave(2) == 6
    assert Pinning(range(8), tasks=tmp_path / "none", pin=gone).leave(2) == 6


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system ties no threads to cores")
def test_the_threads_of_this_process_are_tied_and_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = sorted(os.sched_getaffinity(0))
    if len(mine) < 2:
        pytest.skip("there is only one core")
    monkeypatch.setattr("myna.engine.pinning.FEWEST", 2)
    pinning = Pinning(mine)
    try:
        pinning.leave(1)
        assert os.sched_getaffinity(0) == set(mine[:-1])
    finally:
        pinning.leave(0)
    assert os.sched_getaffinity(0) == set(mine)


def test_fewer_threads_while_a_core_is_left() -> None:
    cores = FreeCores(4, clock=lambda: 0.0, own=lambda: 0.0, idle=lambda: 0.0, others=lambda: 0)
    cores.allow(3)
    assert cores.threads == 3
    cores.allow(4)
    assert cores.threads == 4
    cores.allow(0)
    assert cores.threads == 1


def test_a_request_that_wants_a_core_left_has_it_left_until_it_ends(llama) -> None:
    engine = llama()
    asked: list[int] = []
    spare = engine.engine._kv.spare

    def noted(cores: int) -> None:
        asked.append(cores)
        spare(cores)

    engine.engine._kv.spare = noted
    greedy = Sampling(temperature=0)
    engine.ask(TextRequest(messages=(user("Hello"),), sampling=greedy, max_tokens=3, spare_cores=1))
    engine.ask(TextRequest(messages=(user("Hello"),), sampling=greedy, max_tokens=3))
    assert set(asked) == {0, 1}
    assert asked == sorted(asked, reverse=True)
