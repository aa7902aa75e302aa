"""Conversations about a picture as token sequences: what the chat template of the exported file makes of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from .data import Label, Wording, ask_all
from .tokens import ANSWER, BEGIN, DONE, Tokenizer
from .vision import PATCHES

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ message['content'] }}" + ANSWER + "{% endif %}"
    "{% if message['role'] == 'assistant' %}{{ message['content'] }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)
"""A system message is left out: with as few words as the model has, it would understand none."""

SEPARATORS = ("\n", "\n", "", " ", "\n\n")
"""Between picture and question, as programs that use the model differ in it."""
LENGTH = 120
"""Tokens after the picture: eight or nine questions. They do not see one another."""
PREFIX = 1 + PATCHES
"""The token that begins a conversation, and the picture."""
MOST_TURNS = 3
"""Of a conversation in training: later questions about the same picture follow earlier answers."""
IGNORED = -100
"""Not an answer: nothing to be learnt from it."""


@dataclass(frozen=True)
class Batch:
    """Many conversations about each picture, side by side in one sequence behind it.

    All are [pictures, PREFIX + LENGTH] or a square of that. The picture's places hold 0 in `tokens`.
    """

    tokens: torch.Tensor
    wanted: torch.Tensor
    """The next token where it belongs to an answer, else `IGNORED`."""
    positions: torch.Tensor
    mask: torch.Tensor


def conversation(turns: Sequence[tuple[str, str]], separator: str, tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Tokens behind the picture, and for each the next one if it belongs to an answer."""
    tokens: list[int] = []
    wanted: list[int] = []
    answer_marker, done = tokenizer.numbers[ANSWER], tokenizer.numbers[DONE]
    for index, (question, answer) in enumerate(turns):
        asked = [*tokenizer.encode(question if index else separator + question), answer_marker]
        answered = [*tokenizer.encode(answer), done]
        tokens += [*asked, *answered]
        wanted += [*[IGNORED] * (len(asked) - 1), *answered, IGNORED]
    return tokens, wanted


def batch(labels: Sequence[Label], wordings: Sequence[Wording], tokenizer: Tokenizer, chance: random.Random) -> Batch:
    size = PREFIX + LENGTH
    tokens = torch.zeros(len(labels), size, dtype=torch.long)
    wanted = torch.full((len(labels), size), IGNORED)
    positions = torch.arange(size).repeat(len(labels), 1)
    groups = torch.zeros(len(labels), size, dtype=torch.long)
    tokens[:, 0] = tokenizer.numbers[BEGIN]
    for row, label in enumerate(labels):
        # Twice as many as there are wordings are more than fit.
        questions = [*ask_all(label, wordings, chance), *ask_all(label, wordings, chance)]
        start, group = PREFIX, 0
        while True:
            turns = [questions.pop() for _ in range(1 if chance.random() < 0.8 else chance.randint(2, MOST_TURNS))]
            found, answers = conversation(turns, chance.choice(SEPARATORS), tokenizer)
            end = start + len(found)
            if end > size:
                break
            group += 1
            tokens[row, start:end] = torch.tensor(found)
            wanted[row, start:end] = torch.tensor(answers)
            positions[row, start:end] = PREFIX + torch.arange(len(found))
            groups[row, start:end] = group
            start = end
        groups[row, start:] = group + 1
    earlier = torch.ones(size, size, dtype=torch.bool).tril()
    same = groups.unsqueeze(2) == groups.unsqueeze(1)
    return Batch(tokens, wanted, positions, earlier & (same | (groups == 0).unsqueeze(1)))
