"""When a server is left alone, and when it is tried again."""

from myna_remote.worker.breaker import Breaker


def test_it_opens_after_failures_in_a_row_and_tries_once():
    breaker = Breaker(2, 30)
    breaker.failed(0)
    breaker.succeeded()
    breaker.failed(1)
    assert breaker.admit(2)
    breaker.failed(2)
    assert breaker.state(3) == "open"
    assert not breaker.admit(31.9)
    assert breaker.state(32) == "half-open"
    assert breaker.admit(32)
    assert not breaker.admit(32)  # one is enough to find out
    breaker.failed(33)
    assert not breaker.admit(62)
    assert breaker.admit(63)
    breaker.succeeded()
    assert breaker.state(64) == "closed"
    assert breaker.admit(64)
    assert breaker.admit(64)


def test_a_trial_that_was_cancelled_lets_another_one_try():
    breaker = Breaker(1, 30)
    breaker.failed(0)
    assert breaker.admit(30)
    breaker.gave_up()
    assert breaker.admit(30)


def test_it_stays_away_as_long_as_the_server_asks():
    breaker = Breaker(5, 30)
    breaker.failed(0, busy_s=100)
    assert not breaker.admit(99)
    assert breaker.admit(100)


def test_a_check_that_goes_well_lets_a_request_try_at_once():
    breaker = Breaker(1, 600)
    breaker.failed(0)
    breaker.seen_well(10)
    assert breaker.state(10) == "half-open"
    assert breaker.admit(10)
    breaker.failed(11)
    assert breaker.state(12) == "open"


def test_a_check_that_goes_well_ends_a_row_of_failures():
    breaker = Breaker(2, 30)
    breaker.failed(0)
    breaker.seen_well(1)
    breaker.failed(2)
    assert breaker.state(3) == "closed"
