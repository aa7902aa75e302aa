"""How much of a text was read right: 1 less the edits that mend it, over its characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def characters(text: str, language: str) -> str:
    """A text as it is compared: line breaks and runs of spaces are one space, and in Chinese there are none."""
    return re.sub(r"\s+", "" if language == "zh" else " ", text).strip()


def distance(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Levenshtein distance in characters."""
    row = list(range(len(found) + 1))
    for count, character in enumerate(wanted, 1):
        above, row = row, [count]
        for place, other in enumerate(found, 1):
            row.append(min(above[place - 1] + (character != other), above[place] + 1, row[-1] + 1))
    return row[-1]


def accuracy(pairs: Iterable[tuple[str, str]]) -> float:
    """Of all (wanted, found) together; 1 where nothing was wanted and nothing found."""
    edits = total = 0
    for wanted, found in pairs:
        edits += distance(wanted, found)
        total += len(wanted)
    return max(0.0, 1 - edits / max(total, 1))
