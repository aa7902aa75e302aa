"""Trains projector and language model on a vision part that is finished."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from . import data
from .checkpoints import fingerprint
from .conversations import IGNORED, PREFIX, Batch, batch, conversation
from .data import Question
from .language import Language
from .material import Material
from .pixels import tensor, varied
from .tokens import ANSWER, BEGIN, Tokenizer
from .vision import Projector, Vision

EPOCHS = 14
"""Yes and no stay guesses for about three; held-out questions stood at 0.99 from the seventh."""
BATCH = 32
"""Pictures; each comes with about eleven questions."""
RATE = 1.5e-3
SEED = 2
"""Of the initial weights, and of the order and variation of questions and pictures."""


class Answering(nn.Module):
    """All of it, in the shape in which it is exported."""

    def __init__(self, vision: Vision) -> None:
        super().__init__()
        self.vision = vision.requires_grad_(requires_grad=False)
        self.projector = Projector()
        self.language = Language()

    def states(self, pictures: torch.Tensor, given: Batch) -> torch.Tensor:
        with torch.no_grad():
            features = self.vision(pictures)
        embedded = self.language.token_embd(given.tokens)
        joined = torch.cat((embedded[:, :1], self.projector(features), embedded[:, PREFIX:]), dim=1)
        return self.language(joined, given.positions, given.mask)

    @torch.no_grad()
    def answers(self, picture: torch.Tensor, questions: Sequence[str], tokenizer: Tokenizer) -> list[str]:
        """The likeliest first token of the answer to each question about one picture [1, 3, SIZE, SIZE]."""
        rows = [conversation([(question, "")], "\n", tokenizer)[0] for question in questions]
        longest = PREFIX + max(map(len, rows))
        tokens = torch.zeros(len(rows), longest, dtype=torch.long)
        tokens[:, 0] = tokenizer.numbers[BEGIN]
        for index, row in enumerate(rows):
            tokens[index, PREFIX : PREFIX + len(row)] = torch.tensor(row)
        causal = torch.ones(longest, longest, dtype=torch.bool).tril().repeat(len(rows), 1, 1)
        given = Batch(tokens, tokens, torch.arange(longest).repeat(len(rows), 1), causal)
        states = self.states(picture.repeat(len(rows), 1, 1, 1), given)
        at = (tokens == tokenizer.numbers[ANSWER]).int().argmax(1)
        chosen = self.language.logits(states[torch.arange(len(rows)), at]).argmax(-1)
        return [tokenizer.tokens[int(token)] for token in chosen]


@torch.no_grad()
def accuracy(
    model: Answering, pictures: dict[int, Image.Image], questions: Sequence[Question], tokenizer: Tokenizer
) -> float:
    """Part of `questions` whose answer starts with the right token; all answers differ in their first."""
    by_picture: dict[int, list[Question]] = {}
    for question in questions:
        by_picture.setdefault(question.picture, []).append(question)
    right = 0
    for number, asked in by_picture.items():
        found = model.answers(tensor([pictures[number]]), [question.text for question in asked], tokenizer)
        wanted = [tokenizer.encode(question.answer)[0] for question in asked]
        right += sum(tokenizer.numbers[token] == first for token, first in zip(found, wanted, strict=True))
    return right / len(questions)


def train(vision: Vision, tokenizer: Tokenizer, material: Material, checkpoint: Path) -> None:
    """Write the best state by the questions held out to `checkpoint`, each time that there is a better one."""
    torch.manual_seed(SEED)
    model = Answering(vision)
    pictures, labels, chosen = material.pictures, material.labels, list(material.chosen)
    wordings, judges = data.wordings(material.questions), material.held_out_questions()
    chance = random.Random(SEED)  # noqa: S311 - the same at each run
    weights = [*model.projector.parameters(), *model.language.parameters()]
    optimizer = torch.optim.AdamW(weights, RATE, weight_decay=0.02, betas=(0.9, 0.98))
    steps = EPOCHS * (len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / 200) * (0.51 + 0.49 * math.cos(math.pi * step / steps))
    )
    best, started = -1.0, time.monotonic()
    for epoch in range(EPOCHS):
        chance.shuffle(chosen)
        total = 0.0
        for start in range(0, len(chosen) - BATCH + 1, BATCH):
            numbers = chosen[start : start + BATCH]
            given = batch([labels[number] for number in numbers], wordings, tokenizer, chance)
            states = model.states(varied([pictures[number] for number in numbers], chance), given)
            answering = given.wanted != IGNORED
            loss = functional.cross_entropy(model.language.logits(states[answering]), given.wanted[answering])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        right = accuracy(model, pictures, judges, tokenizer)
        print(
            f"epoch {epoch}: loss {total / (len(chosen) // BATCH):.4f}, held out {right:.4f}, "
            f"state {fingerprint(weights)}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
        # Of equals the later: its learning rate is lower.
        if right >= best:
            best = right
            torch.save({"model": model.state_dict(), "merges": tokenizer.merges}, checkpoint)
