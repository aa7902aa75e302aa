"""What a recogniser says, from its probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from myna_vision.text.ctc import alphabet, decode

CHARACTERS = alphabet("a\nb\n中\n")


def probabilities(*steps: tuple[int, float]) -> np.ndarray:
    """One class a step, with its probability; the others share the rest."""
    found = np.empty((len(steps), len(CHARACTERS)), np.float32)
    for row, (index, probability) in zip(found, steps, strict=True):
        row[:] = (1 - probability) / (len(CHARACTERS) - 1)
        row[index] = probability
    return found


def test_the_alphabet_begins_with_the_blank_and_ends_with_a_space():
    assert CHARACTERS == ("", "a", "b", "中", " ")


def test_spaces_of_another_width_in_the_list_keep_their_place():
    assert alphabet("a\n\u3000\nb") == ("", "a", "\u3000", "b", " ")


def test_a_character_that_goes_on_is_one():
    assert decode(probabilities((1, 0.9), (1, 0.8), (3, 0.7)), CHARACTERS)[0] == "a中"


def test_a_blank_parts_two_of_the_same():
    assert decode(probabilities((1, 0.9), (0, 0.9), (1, 0.9), (4, 0.9), (2, 0.9)), CHARACTERS)[0] == "aa b"


def test_confidence_is_the_mean_over_characters_not_over_steps():
    text, confidence = decode(probabilities((0, 0.99), (1, 0.9), (1, 0.5), (0, 0.3), (2, 0.6)), CHARACTERS)
    assert text == "ab"
    assert confidence == pytest.approx((0.9 + 0.6) / 2)


@pytest.mark.parametrize("steps", [[], [(0, 0.9)], [(0, 0.9), (0, 0.9)]])
def test_nothing_said_is_nothing_sure(steps):
    assert decode(probabilities(*steps), CHARACTERS) == ("", 0.0)
