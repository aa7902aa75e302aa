"""Probabilities of speech in, signals out."""

import pytest

from myna_speech.session.endpointing import WINDOW, Ask, Began, Ended, Endpointer, EndRules, Pause, WentOn


def signals(ends, *probabilities):
    return [signal for probability in probabilities for signal in ends.feed(probability)]


def kinds(found):
    return [type(signal) for signal in found]


def test_speech_begins_with_its_first_window():
    ends = Endpointer()
    assert signals(ends, 0.1, 0.9) == []
    assert signals(ends, 0.9) == [Began(WINDOW)]
    assert ends.speaking
    assert ends.voiced == 2


def test_one_loud_window_is_a_click():
    assert signals(Endpointer(), *[0.1, 0.9, 0.1] * 20) == []


def test_hysteresis_keeps_soft_speech_together():
    ends = Endpointer()
    signals(ends, 0.9, 0.9)
    # Too soft to begin with, loud enough to go on.
    assert signals(ends, *[0.4] * 50) == []
    assert ends.voiced == 52


def test_a_pause_an_ask_and_the_end_of_patience():
    ends = Endpointer()
    signals(ends, 0.9, 0.9, 0.9)
    found = signals(ends, *[0.0] * 60)
    assert kinds(found) == [Pause, Ask, Ask, Ask, Ended]
    assert found[0] == Pause(3 * WINDOW)
    assert found[-1] == Ended(3 * WINDOW, "silence")
    assert not ends.speaking


@pytest.mark.parametrize("pause", [2, 4])
def test_less_than_a_pause_is_none(pause):
    ends = Endpointer(EndRules(pause=pause, ask=(9,)))
    signals(ends, 0.9, 0.9)
    assert signals(ends, *[*[0.0] * (pause - 1), 0.9] * 20) == []


def test_going_on_takes_as_much_as_beginning():
    ends = Endpointer()
    signals(ends, 0.9, 0.9, *[0.0] * 2)
    assert signals(ends, 0.9, 0.0) == [Ask()]
    assert signals(ends, 0.9, 0.9) == [WentOn()]
    assert not ends.in_pause


def test_the_model_ends_a_pause_and_nothing_else():
    ends = Endpointer()
    assert list(ends.judged(0.9)) == []
    signals(ends, 0.9, 0.9)
    assert list(ends.judged(0.9)) == []
    signals(ends, *[0.0] * 6)
    assert list(ends.judged(0.4)) == []
    assert list(ends.judged(0.6)) == [Ended(2 * WINDOW, "finished")]
    assert list(ends.judged(0.9)) == []


def test_the_limit_counts_pauses_too():
    ends = Endpointer(EndRules(longest=20))
    found = signals(ends, *[0.9] * 30)
    assert kinds(found) == [Began, Ended, Began]
    assert found[1] == Ended(20 * WINDOW, "limit")


def test_what_was_dropped_begins_anew():
    ends = Endpointer()
    signals(ends, *[0.9] * 5)
    ends.reset()
    assert signals(ends, 0.9, 0.9) == [Began(5 * WINDOW)]
