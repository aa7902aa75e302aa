"""Prompts: made up, the same for both sides, and different in each run, so that nobody knows them from before."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..engine.clients import TextClient

STORY = "Write a very long story about {}, with every detail. Do not stop before it has ten chapters."
"""Asks for more than any figure here needs, so that no answer ends by itself."""

TOPICS = (
    "a lighthouse keeper",
    "the first train over the mountains",
    "two brothers and a river",
    "a winter in the far north",
    "a city below the sea",
    "an old clockmaker",
    "the garden of a queen",
    "a ship that lost its way",
)

_THINGS = ("lamp", "rope", "kettle", "ladder", "map", "violin", "saw", "blanket", "compass", "mirror", "basket", "drum")
_PLACES = ("cellar", "attic", "workshop", "kitchen", "stable", "harbour", "library", "tower", "yard", "chapel")
_PEOPLE = ("Anna", "Tomas", "Mei", "Omar", "Clara", "Jonas", "Lin", "Priya", "Marta", "Hugo")


def facts(seed: int, count: int) -> list[str]:
    """`count` sentences. Two seeds differ from the first word on."""
    draw = random.Random(seed)  # noqa: S311 - text to be read, no secret
    return [
        f"{draw.choice(_PEOPLE)} {draw.randrange(1000)} keeps the {draw.choice(_THINGS)} number "
        f"{draw.randrange(10000)} on shelf {draw.randrange(100)} of the {draw.choice(_PLACES)}."
        for _ in range(count)
    ]


async def about(client: TextClient, seed: int, tokens: int) -> str:
    """Facts of about `tokens` tokens: as many whole sentences as fit."""
    sentences = facts(seed, max(2, tokens // 8))
    while len(sentences) > 1:
        size = len(await client.tokenize(" ".join(sentences)))
        if size <= tokens:
            break
        sentences = sentences[: min(len(sentences) - 1, len(sentences) * tokens // size)]
    return " ".join(sentences)
