"""What the easy-vqa package holds, and the questions that the model is trained on.

Three sets of pictures are kept apart. Those of the package's training split are divided: most are trained on, the
others choose between checkpoints. Those of its test split are measured on at the end, and choose nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import easy_vqa

SHAPES = ("circle", "rectangle", "triangle")
COLOURS = ("black", "blue", "brown", "gray", "green", "red", "teal", "yellow")
VALIDATION_PICTURES = 400
"""One in ten; their standard error at 0.98 is 0.007."""
MEASURED_QUESTIONS = 500
SEED = 20_190

_SHAPE = re.compile(rf"\b({'|'.join(SHAPES)})\b")
_COLOUR = re.compile(rf"\b({'|'.join(COLOURS)})\b")


@dataclass(frozen=True)
class Label:
    """What is in a picture: one shape of one colour, on a pale ground."""

    shape: str
    colour: str


@dataclass(frozen=True)
class Question:
    text: str
    answer: str
    picture: int
    """Number of the picture within its split."""


@dataclass(frozen=True)
class Wording:
    """A question with `{shape}` or `{colour}` in the place of the word that changes, if there is one."""

    text: str

    @property
    def asks_yes_or_no(self) -> bool:
        return not self.text.startswith("what")

    @property
    def negative(self) -> bool:
        """Yes means that it is not there."""
        return re.search(r"\b(no|not)\b", self.text) is not None

    def ask(self, label: Label, chance: random.Random) -> tuple[str, str]:
        """A question about a picture with this label, and its answer: as often yes as no."""
        if not self.asks_yes_or_no:
            # The slot names the one attribute; the other is asked for.
            asked = label.colour if "color" in self.text else label.shape
            return self.text.format(shape=label.shape, colour=label.colour), asked
        present = chance.random() < 0.5
        shape = label.shape if present else chance.choice([other for other in SHAPES if other != label.shape])
        colour = label.colour if present else chance.choice([other for other in COLOURS if other != label.colour])
        return self.text.format(shape=shape, colour=colour), "yes" if present != self.negative else "no"


def read(split: str) -> list[Question]:
    """All questions of the package's `train` or `test` split."""
    columns = easy_vqa.get_train_questions() if split == "train" else easy_vqa.get_test_questions()
    return [Question(*row) for row in zip(*columns, strict=True)]


def picture_files(split: str) -> dict[int, Path]:
    found = easy_vqa.get_train_image_paths() if split == "train" else easy_vqa.get_test_image_paths()
    return {number: Path(path) for number, path in sorted(found.items())}


def wordings(questions: Sequence[Question]) -> list[Wording]:
    texts = {_COLOUR.sub("{colour}", _SHAPE.sub("{shape}", question.text)) for question in questions}
    return [Wording(text) for text in sorted(texts)]


def labels(questions: Sequence[Question]) -> dict[int, Label]:
    """What is in each picture, as far as the questions and their answers tell both shape and colour."""
    shapes: dict[int, str] = {}
    colours: dict[int, str] = {}
    for question in questions:
        wording = Wording(question.text)
        told = [question.answer]
        # What a question names is there, unless the answer denies it.
        if not wording.asks_yes_or_no or (question.answer == "yes") != wording.negative:
            told.append(question.text)
        for text in told:
            if shape := _SHAPE.search(text):
                shapes[question.picture] = shape.group()
            if colour := _COLOUR.search(text):
                colours[question.picture] = colour.group()
    return {number: Label(shapes[number], colours[number]) for number in sorted(shapes.keys() & colours.keys())}


def divide(pictures: Sequence[int]) -> tuple[list[int], list[int]]:
    """Pictures to train on, and pictures to choose by; the same at each run."""
    shuffled = list(pictures)
    random.Random(SEED).shuffle(shuffled)  # noqa: S311 - the same at each run
    return shuffled[VALIDATION_PICTURES:], shuffled[:VALIDATION_PICTURES]


def measured() -> list[Question]:
    """The held-out questions: drawn evenly from the package's test split, the same at each run."""
    return random.Random(SEED).sample(read("test"), MEASURED_QUESTIONS)  # noqa: S311 - the same at each run


def variants(text: str, chance: random.Random) -> str:
    """The same question as people also write it."""
    if chance.random() < 0.2:
        text = text[0].upper() + text[1:]
    if chance.random() < 0.1:
        text = text.removesuffix("?")
    return text


def ask_all(label: Label, chosen: Sequence[Wording], chance: random.Random) -> Iterator[tuple[str, str]]:
    """One question in each wording, in any order."""
    for wording in chance.sample(chosen, len(chosen)):
        text, answer = wording.ask(label, chance)
        yield variants(text, chance), answer
