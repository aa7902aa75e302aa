"""What the policy makes of a text that a person tries: plain data, short enough to be laid out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..findings import Found
from ..judging import Judgement
from ..policies.compiled import CompiledPolicy

FINDINGS = 50
"""Findings that the page lists and marks."""

WHOLE = 4_000
"""Characters of a text that is shown as a whole; of a longer one, what is around the findings."""

AROUND = 80
"""Characters on either side of a finding."""

SPAN = 400
"""Characters of one marked piece; a judge may mark all of the text."""


def tried(policy: CompiledPolicy, text: str, judgement: Judgement) -> dict[str, Any]:
    """The findings by number, the text with their places, and what goes on."""
    shown = judgement.found[:FINDINGS]
    notice = None if judgement.rule is None or judgement.action in {"log", "mask"} else policy.notice(judgement.rule)
    closed = bool(judgement.failed) and policy.policy.fails_closed
    return {
        "action": "block" if closed else judgement.action,
        "closed": closed,
        "rule": "" if judgement.rule is None else judgement.rule.id,
        "notice": {} if notice is None else {"en": notice.en, "zh": notice.zh},
        "findings": [_finding(number, one, policy) for number, one in enumerate(shown, 1)],
        "more": len(judgement.found) - len(shown),
        "pieces": pieces(text, shown),
        "failed": list(judgement.failed),
        "changed": judgement.text != text,
        "text": judgement.text[:WHOLE],
        "cut": max(0, len(judgement.text) - WHOLE),
        "length": len(text),
    }


def _finding(number: int, one: Found, policy: CompiledPolicy) -> dict[str, Any]:
    return {
        "number": number,
        "rule": one.rule,
        "policy": policy.origin(one.rule),
        "level": one.level,
        "action": one.action,
        "start": one.start,
        "end": one.end,
        "ms": one.ms,
        "label": one.label,
        "score": one.score,
        "threshold": one.threshold,
    }


def pieces(text: str, found: Sequence[Found]) -> list[dict[str, Any]]:
    """`text` in pieces, each with the numbers of the findings that it is part of, and `more` characters left out
    behind it."""
    edges = {0, len(text)}
    for one in found:
        edges |= {one.start, one.end}
    places = sorted(edge for edge in edges if 0 <= edge <= len(text))
    made = []
    for start, end in pairwise(places):
        marks = [number for number, one in enumerate(found, 1) if one.start <= start and end <= one.end]
        most = SPAN if marks else 2 * AROUND
        if len(text) <= WHOLE or end - start <= most:
            made.append({"text": text[start:end], "marks": marks, "more": 0})
            continue
        half = most // 2
        made.append({"text": text[start : start + half], "marks": marks, "more": end - start - 2 * half})
        made.append({"text": text[end - half : end], "marks": marks, "more": 0})
    return made
