from __future__ import annotations

import msgspec
import pytest

from myna_speech.recognition.worker.judgement import (
    Evidence,
    before_repeats,
    compression,
    judge,
    repeats,
    token_bound,
)

GOOD = Evidence("What is the capital of France?", (10, 11, 12, 13, 14, 15), -0.3, 0.01, overrun=False)
TEXT = "Thank you for watching. "


def changed(**values: object) -> Evidence:
    return msgspec.structs.replace(GOOD, **values)


def test_a_good_pass_has_no_trouble() -> None:
    assert judge(GOOD, heard_voice=True) == judge(GOOD, heard_voice=False) == ""


@pytest.mark.parametrize(
    "evidence",
    [
        changed(overrun=True),
        changed(text=TEXT * 20),
        changed(tokens=(1, 2, 3) * 4),
        changed(tokens=(5, 7, 7, 7, 7, 7, 7)),
        changed(text=TEXT * 20, no_speech=0.9, logprob=-2.0),
    ],
)
def test_repetition(evidence: Evidence) -> None:
    assert judge(evidence, heard_voice=True) == "repetition"


def test_the_decoder_alone_is_believed_less_than_with_voice_activity() -> None:
    silent = changed(no_speech=0.8)
    assert judge(silent, heard_voice=True) == ""
    assert judge(silent, heard_voice=False) == "no-speech"
    assert judge(changed(no_speech=0.8, logprob=-1.2), heard_voice=True) == "no-speech"


def test_a_low_probability_is_unsure() -> None:
    assert judge(changed(logprob=-1.01), heard_voice=True) == "unsure"


def test_people_repeat_themselves_too() -> None:
    assert not repeats((1, 2, 1, 2, 1, 2))  # "no, no, no"
    assert not repeats((9, 9, 9, 9, 9))
    assert not repeats(())


def test_what_is_repeated_is_cut_off() -> None:
    assert before_repeats((1, 2, 3) + (7, 8) * 5) == (1, 2, 3)
    assert before_repeats((7, 8) * 5) == ()
    assert before_repeats((1, 2, 3)) == (1, 2, 3)


def test_compression_of_nothing_and_of_much() -> None:
    assert compression("") == 0.0
    assert compression(TEXT * 20) > 2.4
    assert compression(GOOD.text) < 1.5


def test_tokens_are_bounded_by_the_length_of_the_speech() -> None:
    assert token_bound(0.5) < token_bound(5) < token_bound(30)
    assert token_bound(5) >= 5 * 6 + 4
