"""What a recogniser with connectionist temporal classification says (greedy)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..onnx_session import Floats

BLANK = 0


def alphabet(metadata: str) -> tuple[str, ...]:
    """The character of each class, from the list in the model file, one a line: the blank, the list, a space."""
    return ("", *metadata.removesuffix("\n").split("\n"), " ")


def decode(probabilities: Floats, characters: Sequence[str]) -> tuple[str, float]:
    """The text and the mean probability of its characters, of one line's (steps, classes).

    A character is what has the highest probability, where that changes from one step to the next. A text
    without characters has confidence 0.
    """
    best = probabilities.argmax(axis=1)
    said = best != BLANK
    said[1:] &= best[1:] != best[:-1]
    places = np.flatnonzero(said)
    if not len(places):
        return "", 0.0
    chosen = best[places]
    text = "".join(characters[index] for index in chosen)
    return text, float(probabilities[places, chosen].mean())
