"""Compute threads follow the cores that are free, on a machine that the test makes up."""

from __future__ import annotations

import pytest

from myna.engine.llama.threads import INTERVAL_S, FreeCores, idle_seconds, thread_count


class Machine:
    """Counters of a machine with `cores` cores; `pass_time` lets this process and others use them."""

    def __init__(self, cores: int) -> None:
        self.cores = cores
        self.wall = self.own = self.idle = 0.0

    def free_cores(self, most: int) -> FreeCores:
        return FreeCores(most, clock=lambda: self.wall, own=lambda: self.own, idle=lambda: self.idle)

    def pass_time(self, seconds: float, *, own: float, others: float) -> None:
        """`own` and `others` are cores in use on average."""
        self.wall += seconds
        self.own += own * seconds
        self.idle += (self.cores - own - others) * seconds


def test_alone_on_the_machine_every_core_computes() -> None:
    machine = Machine(4)
    cores = machine.free_cores(4)
    for _ in range(5):
        machine.pass_time(0.2, own=4, others=0)
        assert cores.look() == 4


@pytest.mark.parametrize(("others", "threads"), [(0.2, 4), (0.5, 3), (1, 3), (2.5, 1), (4, 1)])
def test_cores_that_others_use_are_left_to_them(others: float, threads: int) -> None:
    machine = Machine(4)
    cores = machine.free_cores(4)
    machine.pass_time(0.2, own=4 - others, others=others)
    assert cores.look() == threads


def test_one_core_is_always_asked_for_however_little_there_is_of_it() -> None:
    machine = Machine(2)
    cores = machine.free_cores(2)
    machine.pass_time(1, own=0.1, others=1.9)
    assert cores.look() == 1


def test_threads_come_back_when_the_others_have_gone() -> None:
    machine = Machine(2)
    cores = machine.free_cores(2)
    machine.pass_time(1, own=1.25, others=0.75)
    assert cores.look() == 1
    machine.pass_time(1, own=1, others=1)
    assert cores.look() == 1
    machine.pass_time(1, own=1, others=0)
    assert cores.look() == 2


def test_what_happened_while_nothing_was_computed_counts_for_the_next_request() -> None:
    machine = Machine(2)
    cores = machine.free_cores(2)
    machine.pass_time(30, own=0, others=1)
    assert cores.look() == 1


def test_between_two_looks_nothing_changes() -> None:
    machine = Machine(2)
    cores = machine.free_cores(2)
    machine.pass_time(INTERVAL_S / 2, own=0, others=2)
    assert cores.look() == 2


def test_never_more_than_was_asked_for() -> None:
    machine = Machine(16)
    cores = machine.free_cores(3)
    machine.pass_time(1, own=1, others=0)
    assert cores.look() == 3


def test_the_counters_of_this_machine_go_forward() -> None:
    before = idle_seconds()
    assert before >= 0
    assert idle_seconds() >= before
    assert thread_count(0) >= 1
    assert thread_count(7) == 7
