"""Ten thousand made-up keywords, English-looking and Chinese, always the same."""

from __future__ import annotations

import random

ENGLISH, CHINESE = 7_000, 3_000

COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多"
)
"""Characters that Chinese text is full of, so that many keywords begin everywhere."""


def keywords() -> list[str]:
    """Words of two to five syllables or two to four characters, a fifth of the Chinese ones with a common one first."""
    chance = random.Random(5)  # noqa: S311  # not for secrets
    made: dict[str, None] = {}
    while len(made) < ENGLISH:
        syllables = chance.randint(2, 5)
        made["".join(chance.choice("bcdfghjklmnpqrstvwz") + chance.choice("aeiou") for _ in range(syllables))] = None
    while len(made) < ENGLISH + CHINESE:
        letters = [chr(chance.randint(0x4E00, 0x9000)) for _ in range(chance.randint(2, 4))]
        if chance.random() < 0.2:
            letters[0] = chance.choice(COMMON)
        made["".join(letters)] = None
    return list(made)
