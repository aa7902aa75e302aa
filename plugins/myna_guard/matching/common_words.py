"""English words so common that one of them is no half of a word that was cut in two.

They are those of any beginners' reader, and the words that lists of bad words are known to find where
nothing is (`pen is`, `experts exchange`, `who represents`).
"""

from __future__ import annotations

from importlib import resources

COMMON = frozenset(resources.files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8").split())


def is_word(fragment: str) -> bool:
    """Whether a run of letters is ordinary by itself; a number is."""
    return fragment in COMMON or fragment.isdecimal()
