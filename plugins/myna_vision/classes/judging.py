"""What is said about a picture, of all that a model believes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from myna.engine.sight import PictureClass

from .groups import GROUPS
from .names import class_names

SAID = 0.5
"""Probability from which on a class is said: likelier right than wrong. On pictures that show none of the classes
(noise, plain colours, gradients, pages of text) the model stayed below; docs/vision-matching.md has the table."""

_UNSAID = frozenset({916})
"""`web page`: what ImageNet has for all pages of text, which are better read than named."""


def judged(probabilities: npt.NDArray[np.float32]) -> tuple[PictureClass, ...]:
    """The class that is likelier than `SAID`, else the smallest group that is, else nothing.

    `probabilities` are of the thousand classes, and sum up to 1.
    """
    best = int(probabilities.argmax())
    if probabilities[best] >= SAID:
        if best in _UNSAID:
            return ()
        return (PictureClass(class_names()[best][0], _rounded(probabilities[best])),)
    for name, members in GROUPS.items():
        together = probabilities[list(members)].sum()
        if together >= SAID:
            return (PictureClass(name, _rounded(together)),)
    return ()


def _rounded(probability: np.float32) -> float:
    return round(min(float(probability), 1.0), 4)
