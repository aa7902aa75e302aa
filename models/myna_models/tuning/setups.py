"""What is tried: formats of the weights, and settings of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Recipe(msgspec.Struct, frozen=True):
    """A format of the weights."""

    name: str
    """As llama.cpp calls it; empty for the file as it was fetched. `+` says that the embedding and the output matrix
    stay as they are, which costs bytes and keeps quality."""
    kind: int = -1
    """llama.cpp's number of the file type (`llama_ftype` in llama.h)."""
    bits: float = 0.0
    """Of a weight on average, as in `fit.BITS`."""
    keep: bool = False


ORIGINAL = Recipe("")

RECIPES = (
    Recipe("Q8_0", 7, 8.5),
    Recipe("Q6_K", 18, 6.6),
    Recipe("Q5_K_M", 17, 5.7),
    Recipe("Q4_K_M", 15, 4.9),
    Recipe("Q4_0", 2, 4.6),
    Recipe("Q5_K_M+", 17, 5.7, keep=True),
    Recipe("Q4_K_M+", 15, 4.9, keep=True),
    Recipe("Q4_0+", 2, 4.6, keep=True),
    Recipe("IQ4_NL", 25, 4.5),
    Recipe("IQ4_NL+", 25, 4.5, keep=True),
)
"""In the order of trying: what loses least first; IQ4_NL last, as writing it takes 40 times as long as Q8_0. All are
formats whose products llama.cpp computes with weights laid out for the processor (ggml's repack), unlike Q4_1 and Q5_1:
that is why a Q4_1 file reads prompts slowly."""

_BY_NAME = {recipe.name: recipe for recipe in (ORIGINAL, *RECIPES)}


class Setup(msgspec.Struct, frozen=True):
    """One way to run the model."""

    recipe: str = ""
    """Name of a `Recipe`."""
    options: dict[str, Any] = {}
    """Engine options; those that are not here are the engine's own."""

    @property
    def key(self) -> str:
        """Equal for equal setups; names them in the journal."""
        return " ".join(
            [self.recipe or "original", *(f"{name}={value}" for name, value in sorted(self.options.items()))]
        )

    def having(self, changes: Mapping[str, Any]) -> Setup:
        return Setup(self.recipe, {**self.options, **changes})


def recipe(name: str) -> Recipe:
    return _BY_NAME[name]


def option_trials(cores: int, logical: int, *, gpu: bool, idle: bool) -> tuple[dict[str, Any], ...]:
    """Changes of engine options that are worth a try, each on top of the best so far.

    `cores` counts the physical cores that may be used, `logical` all of them. Threads are only tried on a machine that
    is `idle`: beside other programs fewer always look better, and the engine gives way to them by itself.
    """
    trials: list[dict[str, Any]] = [
        {"ubatch": 256},
        {"ubatch": 128},
        {"batch": 1024, "ubatch": 1024},
        {"flash_attention": "off" if gpu else "on"},
        {"kv_type": "q8_0"},
    ]
    if idle:
        counts = [count for count in (cores - 1, cores // 2, logical) if count > 1 and count != cores]
        trials += [{"threads": count} for count in dict.fromkeys(counts)]
    if gpu:
        trials.append({"gpu_layers": 0})
    return tuple(trials)
