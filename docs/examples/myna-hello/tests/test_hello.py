"""How a plugin is tested without a model: with the fakes of `myna.testing`."""

import pytest
from myna_hello.mask import MaskFilter
from myna_hello.plugin import PERSONA, Hello

from myna.events import TurnFinished
from myna.messages import system
from myna.testing import draft, stream


def test_the_persona_opens_the_prompt():
    turn = draft("Where are we?")
    Hello().myna_prepare_turn(turn)
    assert [message.text for message in turn.messages] == [PERSONA, "Where are we?"]


def test_a_system_prompt_is_kept():
    turn = draft("Where are we?", history=[system("Be brief.")])
    Hello().myna_prepare_turn(turn)
    assert [message.text for message in turn.messages] == [f"{PERSONA}\n\nBe brief.", "Where are we?"]


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("A kraken, two Krakens!", "A ******, two ******s!"),
        ("krakkrakenkra", "krak******kra"),
        ("Beware the kra", "Beware the kra"),
        ("", ""),
    ],
)
def test_the_word_is_masked_wherever_the_stream_is_cut(said, shown, size):
    pieces = [said[at : at + size] for at in range(0, len(said), size)]
    assert "".join(stream(MaskFilter("kraken"), pieces)) == shown


def test_text_that_cannot_become_the_word_is_not_kept_waiting():
    assert stream(MaskFilter("kraken"), ["The sea k", "new"]) == ["The sea ", "knew", ""]


def test_turns_are_counted():
    plugin = Hello()
    for reason in ("stop", "stop", "cancelled"):
        plugin.myna_observe(TurnFinished(turn="t", epoch=1, reason=reason))
    assert plugin.finished == {"stop": 2, "cancelled": 1}
