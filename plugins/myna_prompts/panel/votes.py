"""What people thought of the versions of a template, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from myna.store.records import PromptVotes

from ..evaluation.statistics import share_interval


def votes(found: Sequence[PromptVotes]) -> list[dict[str, Any]]:
    """A row for each version and content; shares of thumbs up are from 0 to 1, and -1 where nobody has voted."""
    return [_row(one) for one in sorted(found, key=lambda one: one.version)]


def _row(one: PromptVotes) -> dict[str, Any]:
    thumbs = one.good + one.bad
    share = one.good / thumbs if thumbs else -1.0
    low, high = share_interval(share, thumbs) if thumbs else (-1.0, -1.0)
    return {
        "version": one.version,
        "hash": one.sha256[:8],
        "answers": one.answers,
        "good": one.good,
        "bad": one.bad,
        "share": share,
        "low": low,
        "high": high,
    }
