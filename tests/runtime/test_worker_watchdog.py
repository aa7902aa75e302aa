from myna.worker.watchdog import Watchdog


def test_a_worker_that_answers_between_steps_is_fine_for_ever():
    watchdog = Watchdog(timeout_s=10, interval_s=1)
    for _ in range(100):
        watchdog.pass_time(1)
        watchdog.pong(busy_s=0.4)
    assert watchdog.complaint() == ""


def test_silence_is_a_complaint_after_the_timeout_and_not_before():
    watchdog = Watchdog(timeout_s=10, interval_s=1)
    for _ in range(9):
        watchdog.pass_time(1)
    assert watchdog.complaint() == ""
    watchdog.pass_time(1)
    assert watchdog.complaint() == "has not answered for 10 s"


def test_one_endless_step_is_a_complaint_although_pings_are_answered():
    watchdog = Watchdog(timeout_s=10, interval_s=1)
    complaints = []
    for second in range(1, 14):
        watchdog.pass_time(1)
        watchdog.pong(busy_s=second)
        complaints.append(watchdog.complaint())
    assert complaints[8] == ""
    assert complaints[-1] == "has been in one step for 13 s"


def test_many_long_steps_are_no_hang():
    watchdog = Watchdog(timeout_s=10, interval_s=1)
    for second in range(200):
        watchdog.pass_time(1)
        watchdog.pong(busy_s=second % 9)
        assert watchdog.complaint() == ""


def test_a_gap_in_the_hosts_own_time_is_not_held_against_the_worker():
    watchdog = Watchdog(timeout_s=10, interval_s=1)
    watchdog.pass_time(1)
    watchdog.pass_time(3600)  # the lid was closed
    assert watchdog.complaint() == ""
    watchdog.pong(busy_s=3600)  # the worker slept too, in the middle of a step
    assert watchdog.complaint() == ""


def test_forgiving_starts_afresh():
    watchdog = Watchdog(timeout_s=2, interval_s=1)
    watchdog.pass_time(1.5)
    watchdog.forgive()
    watchdog.pass_time(1.5)
    assert watchdog.complaint() == ""


def test_no_timeout_means_no_complaint():
    watchdog = Watchdog(timeout_s=0, interval_s=1)
    watchdog.pass_time(1)
    watchdog.pong(busy_s=1e9)
    assert watchdog.complaint() == ""
