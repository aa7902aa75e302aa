"""What engines that classify texts are: requests and answers, and the protocol of their host side."""

from __future__ import annotations

from typing import Protocol

import msgspec

LONGEST_TEXT = 1 << 20
"""Characters of one request; a longer text is refused. A million takes a small model some seconds."""


class ClassifyRequest(msgspec.Struct, frozen=True):
    """What is this text? (Operation `classify`; answer: one `Classified`.)"""

    text: str
    labels: tuple[str, ...] = ()
    """Which are asked for; empty: all. Several joined by `+` (`spam+scam`) are one: their scores added, in each
    window, which makes sense of labels that exclude one another."""


class LabelScore(msgspec.Struct, frozen=True):
    """How sure the model is of a label, where it is surest."""

    label: str
    score: float
    """0 to 1."""
    start: int
    """Characters from the start of the text: the window with this score. Texts longer than a window of the model
    are judged in windows that overlap."""
    end: int


class Classified(msgspec.Struct, frozen=True):
    """The labels that were asked for, the highest score first."""

    scores: tuple[LabelScore, ...] = ()
    windows: int = 0
    """0: there is nothing in a language that the model knows, so that it was not asked, and `scores` is empty."""


class Classifier(Protocol):
    """The host side of a text classifier. Cancelling the call cancels the work."""

    async def classify(self, text: str, labels: tuple[str, ...] = ()) -> Classified:
        """What `text` is, by `labels` as in `ClassifyRequest`.

        Raises:
            BadInput: it has more than `LONGEST_TEXT` characters, or the model does not know a label.
            MynaError: the model cannot be loaded, or its worker failed.
        """
        ...
