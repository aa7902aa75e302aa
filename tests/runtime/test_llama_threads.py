"""Compute threads follow the cores that are free, on a machine that the test makes up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from myna.engine.cores import thread_count
from myna.engine.llama.threads import (
    EVIDENCE_S,
    GAP_S,
    INTERVAL_S,
    FreeCores,
    idle_seconds,
    runnable_elsewhere,
)


class Machine:
    """Counters of a machine where `busy` other threads never give up the core that they have."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        self.cores = cores
        self.busy = 0
        self.wall = self.own = self.idle = 0.0
        self.chooser = self.choose(cores)

    def choose(self, most: int) -> FreeCores:
        return FreeCores(
            most,
            clock=lambda: self.wall,
            own=lambda: self.own,
            idle=lambda: self.idle,
            others=lambda: self.busy,
        )

    def batch(self, seconds: float = EVIDENCE_S) -> int:
        """Compute for so long; the threads it was done with."""
        threads = self.chooser.before()
        used = min(threads, max(0.5, self.cores - self.busy))
        self.pass_time(seconds, used)
        self.chooser.after()
        return threads

    def pass_time(self, seconds: float, used: float = 0.0) -> None:
        self.wall += seconds
        self.own += used * seconds
        self.idle += max(0.0, self.cores - self.busy - used) * seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch, 4)


def test_alone_on_the_machine_every_core_computes(machine: Machine) -> None:
    assert [machine.batch() for _ in range(10)] == [4] * 10


@pytest.mark.parametrize(("busy", "threads"), [(1, 3), (2, 2), (3, 1), (9, 1)])
def test_cores_that_others_want_are_left_to_them_from_the_first_batch(
    machine: Machine, busy: int, threads: int
) -> None:
    machine.busy = busy
    assert machine.batch() == threads


def test_who_is_busy_all_the_time_keeps_the_core_over_a_pause(machine: Machine) -> None:
    machine.busy = 1
    for _ in range(3):
        assert machine.batch() == 3
        machine.pass_time(2 * GAP_S)


def test_who_wants_a_core_for_a_moment_gets_none(machine: Machine) -> None:
    machine.batch()
    machine.pass_time(2 * GAP_S)
    machine.busy = 1
    assert machine.batch() == 4


def test_half_a_core_used_by_others_costs_no_thread_when_nobody_wants_it_now(machine: Machine) -> None:
    machine.batch()
    machine.busy = 2
    machine.pass_time(GAP_S)
    machine.busy = 0
    assert machine.batch() == 4


def test_what_was_busy_before_a_pause_does_not_count_after_it(machine: Machine) -> None:
    machine.busy = 3
    assert machine.batch() == 1
    machine.busy = 0
    machine.pass_time(GAP_S)
    assert machine.batch() == 4


def test_a_thread_goes_when_somebody_takes_its_core(machine: Machine) -> None:
    machine.batch()
    machine.busy = 1
    assert [machine.batch() for _ in range(3)] == [4, 3, 3]


def test_short_batches_count_together(machine: Machine) -> None:
    machine.batch()
    machine.busy = 2
    threads = [machine.batch(EVIDENCE_S / 3.5) for _ in range(5)]
    assert threads == [4, 4, 4, 4, 2]


def test_threads_come_back_when_the_others_have_gone(machine: Machine) -> None:
    machine.busy = 3
    machine.batch()
    machine.busy = 0
    threads = [machine.batch() for _ in range(6 * int(INTERVAL_S / EVIDENCE_S))]
    assert threads[0] == 1
    assert threads[-1] == 4


def test_a_slow_reader_is_not_mistaken_for_a_busy_machine(machine: Machine) -> None:
    for _ in range(20):
        assert machine.batch(0.01) == 4
        machine.pass_time(GAP_S / 2)


def test_never_more_than_was_asked_for(machine: Machine) -> None:
    machine.chooser = machine.choose(3)
    assert {machine.batch() for _ in range(10)} == {3}


def test_one_thread_is_not_looked_after(machine: Machine) -> None:
    machine.chooser = machine.choose(1)
    machine.busy = 4
    assert machine.batch() == 1


def test_the_counters_of_this_machine() -> None:
    before = idle_seconds()
    assert before >= 0
    assert idle_seconds() >= before
    assert runnable_elsewhere() >= 0
    assert thread_count(0) >= 1
    assert thread_count(7) == 7


@pytest.mark.parametrize(
    ("text", "others"),
    [("0.20 0.18 0.12 3/80 11206\n", 2), ("0.20 0.18 0.12 1/80 11206\n", 0), ("", 0), ("a b c d e", 0)],
)
def test_who_else_runs_is_read_where_the_system_says_it(tmp_path: Path, text: str, others: int) -> None:
    file = tmp_path / "loadavg"
    file.write_text(text, encoding="ascii")
    assert runnable_elsewhere(file, pause_s=0) == others
    assert runnable_elsewhere(tmp_path / "none", pause_s=0) == 0
