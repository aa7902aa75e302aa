"""One whole text, judged by the rules and the judges of a policy."""

from __future__ import annotations

import time
from asyncio import to_thread
from collections.abc import Sequence
from typing import Literal

import msgspec

from .classifiers.asking import asked
from .elapsed import since
from .findings import INPUT, OUTPUT, SEVERITY, Action, Found, Judge, Origin
from .masking import Masking
from .policies.compiled import CompiledPolicy
from .policies.model import Rule
from .reader import Hit, Reader

LONG = 10_000
"""Characters from which a text is read in a thread: they take 5 to 40 ms."""

PIECE = 2_048
"""Characters that are read at a time: what is kept of a long text for the rest of it stays short."""


class Judgement(msgspec.Struct, frozen=True):
    """What a policy makes of a text."""

    action: Action | Literal["allow"]
    """The gravest of all that was found."""
    text: str
    """The text, masked where that was asked for."""
    rule: Rule | None = None
    """Which decided."""
    found: tuple[Found, ...] = ()
    failed: tuple[str, ...] = ()
    """What could not judge: rules by id, judges by name."""


def by_rules(policy: CompiledPolicy, text: str, origin: Origin) -> Judgement:
    """The rules alone."""
    started = time.perf_counter()
    screen = policy.screen(origin)
    if not screen:
        return Judgement("allow", text)
    reader, masking = Reader(screen), Masking()
    hits: list[Hit] = []
    shown: list[str] = []
    for at in range(0, len(text), PIECE):
        piece = text[at : at + PIECE]
        masking.add(piece)
        hits += _masked(policy, masking, reader.feed(piece))
        shown.append(masking.release(reader.held()))
    hits += _masked(policy, masking, reader.finish())
    shown.append(masking.release(len(text)))
    ms = since(started)
    failed = tuple(dict.fromkeys(policy.targets[number].rule.id for number in reader.failed))
    if not hits:
        return Judgement("allow", text, failed=failed)
    decisive = policy.decisive(hits)
    target = None if decisive is None else policy.targets[decisive.rule]
    return Judgement(
        "allow" if target is None else target.action,
        "".join(shown),
        None if target is None else target.rule,
        tuple(finding(policy, hit, origin, ms) for hit in hits),
        failed,
    )


async def judged(policy: CompiledPolicy, text: str, origin: Origin, judges: Sequence[Judge]) -> Judgement:
    """The rules, then, where they do not block, the judges that a rule asks for."""
    first = by_rules(policy, text, origin) if len(text) < LONG else await to_thread(by_rules, policy, text, origin)
    rules = policy.asked_about(origin)
    if first.action == "block" or not rules:
        return first
    opinion = await asked(rules, text, origin, judges)
    action: Action | Literal["allow"] = first.action
    decisive = first.rule
    if opinion.action != "allow" and (action == "allow" or SEVERITY[opinion.action] > SEVERITY[action]):
        action, decisive = opinion.action, opinion.rule
    return Judgement(action, first.text, decisive, (*first.found, *opinion.found), (*first.failed, *opinion.failed))


def finding(policy: CompiledPolicy, hit: Hit, origin: Origin, ms: float) -> Found:
    """A hit, as it is told to others."""
    target = policy.targets[hit.rule]
    level = OUTPUT if origin == "answer" else INPUT
    return Found(target.rule.id, level, origin, target.action, hit.start, hit.end, ms)


def _masked(policy: CompiledPolicy, masking: Masking, hits: Sequence[Hit]) -> Sequence[Hit]:
    for hit in hits:
        target = policy.targets[hit.rule]
        if target.action == "mask":
            masking.mask(hit.start, hit.end, target.mask)
    return hits
