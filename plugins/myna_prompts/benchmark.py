"""`myna bench prompts`: what a template adds to a turn."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from myna.bench import Measurement
from myna.engine.protocols import Embeddings

from .choosing import by_vectors, by_words
from .opening import open_library
from .rendering import render

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

REPEATS = 200
"""Renderings in one run: a single one takes less than the clock's own noise."""

EXAMPLES = 1_000
DIMENSIONS = 384
"""Of the embedding model in the catalog."""

_WORDS = (
    *("red", "green", "blue", "old", "new", "small", "large", "house", "river", "train", "bread", "letter"),
    *("garden", "winter", "music", "paper", "stone"),
)


async def run(bench: BenchContext) -> list[Measurement]:
    return [await _rendering(bench), await _vectors(bench), await _words(bench)]


async def _rendering(bench: BenchContext) -> Measurement:
    """Beside Jinja2's own sandbox, which has no limits of time and size."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    loaded = open_library(bench.host.prompt_sources(), bench.settings, bench.paths, "en").find("summary:en")
    values = {"input": "The library closes for two weeks in July. " * 20, "words": 40}
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    bare = [environment.from_string(text) for text in (loaded.template.system, loaded.template.user)]
    everything = {**values, "style": "text"}

    def ours() -> None:
        for _ in range(REPEATS):
            render(loaded, values)

    def peer() -> None:
        for _ in range(REPEATS):
            for part in bare:
                part.render(everything)

    measured, beside = await bench.pair(ours, peer)
    return bench.compare(
        f"prompt rendering, {REPEATS} times", measured, beside, unit="ms", better="lower", peer_name="bare Jinja2"
    )


async def _vectors(bench: BenchContext) -> Measurement:
    import numpy as np

    draw = np.random.default_rng(0)
    rows = draw.normal(size=(EXAMPLES, DIMENSIONS)).astype("<f4")
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kept = Embeddings(rows.tobytes(), DIMENSIONS, 0)
    asked = Embeddings(rows[7].tobytes(), DIMENSIONS, 0)

    def choose() -> None:
        by_vectors(asked, kept)

    measured = await bench.measure("by vectors", choose)
    return bench.compare(f"choosing from {EXAMPLES:,} examples by vectors", measured, unit="ms", better="lower")


async def _words(bench: BenchContext) -> Measurement:
    draw = random.Random(0)  # noqa: S311 - nothing secret
    texts = tuple(" ".join(draw.choices(_WORDS, k=12)) for _ in range(EXAMPLES))

    def choose() -> None:
        by_words("an old house by the river in winter", texts)

    measured = await bench.measure("by words", choose)
    return bench.compare(f"choosing from {EXAMPLES:,} examples by words", measured, unit="ms", better="lower")
