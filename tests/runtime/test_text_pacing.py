"""Pieces that come faster than an eye tells apart are sent as one."""

from __future__ import annotations

from myna.engine.text.pacing import EAGER, INTERVAL_S, Pacing
from myna.testing import FakeClock


def paced() -> tuple[Pacing, FakeClock]:
    """After its beginning, with nothing that waits."""
    clock = FakeClock()
    pacing = Pacing(clock=clock)
    for _ in range(EAGER):
        assert pacing.add("a") == "a"
    return pacing, clock


def test_the_beginning_is_sent_as_it_comes() -> None:
    pacing, _ = paced()
    assert pacing.add("b") == ""


def test_what_comes_fast_waits_for_what_comes_next() -> None:
    pacing, clock = paced()
    clock.advance(INTERVAL_S / 2)
    assert pacing.add("Hel") == ""
    clock.advance(INTERVAL_S)
    assert pacing.add("lo") == "Hello"
    assert pacing.flush() == ""


def test_what_comes_slowly_does_not_wait() -> None:
    pacing, clock = paced()
    for text in "abc":
        clock.advance(INTERVAL_S)
        assert pacing.add(text) == text


def test_what_waits_is_sent_in_time_where_nothing_more_can_be_shown() -> None:
    pacing, clock = paced()
    assert pacing.add("Hello") == ""
    clock.advance(INTERVAL_S)
    assert pacing.add("") == "Hello"
    assert pacing.add("") == ""


def test_what_has_no_text_is_no_piece_of_the_beginning() -> None:
    pacing = Pacing(clock=FakeClock())
    assert [pacing.add("") for _ in range(EAGER)] == [""] * EAGER
    assert [pacing.add("a") for _ in range(EAGER)] == ["a"] * EAGER


def test_what_waits_can_be_had_at_once() -> None:
    pacing, clock = paced()
    pacing.add("Hel")
    assert pacing.flush() == "Hel"
    # It was sent now.
    clock.advance(INTERVAL_S / 2)
    assert pacing.add("lo") == ""
