"""The training split, read and divided."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from . import data, pixels


@dataclass(frozen=True)
class Material:
    questions: list[data.Question]
    labels: dict[int, data.Label]
    pictures: dict[int, Image.Image]
    chosen: list[int]
    """Numbers of the pictures to train on."""
    held_out: list[int]
    """Numbers of the pictures that choose between checkpoints."""

    @classmethod
    def read(cls) -> Material:
        questions = data.read("train")
        labels = data.labels(questions)
        files = data.picture_files("train")
        chosen, held_out = data.divide(list(labels))
        print(f"{len(chosen):,} pictures to train on, {len(held_out)} to choose by", flush=True)
        return cls(questions, labels, {number: pixels.load(files[number]) for number in labels}, chosen, held_out)

    def held_out_questions(self) -> list[data.Question]:
        """The package's own about the pictures that choose."""
        pictures = set(self.held_out)
        return [question for question in self.questions if question.picture in pictures]

    def texts(self) -> list[str]:
        """What the vocabulary is made from: capitals are as rare as in `data.variants`."""
        found = []
        for question in self.questions:
            found += [question.text] * 3
            found += [question.text[0].upper() + question.text[1:], question.answer]
        return found
