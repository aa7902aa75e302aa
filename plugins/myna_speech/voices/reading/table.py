"""Tables of words, written as people read them."""

from __future__ import annotations


def pairs(text: str) -> dict[str, str]:
    """ "km kilometer, m meter" as a mapping: the first word of each entry is the key."""
    entries = (entry.strip().partition(" ") for entry in text.replace("\n", " ").split(",") if entry.strip())
    return {key: value.strip() for key, _, value in entries}
