"""The tests inside policies: texts, and what the policies must make of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from .classifiers.models import installed
from .findings import Origin
from .judging import Judgement, by_rules
from .policies.compiled import CompiledPolicy
from .policies.layers import ActiveCase

Judged = Callable[[str, Origin], Awaitable[Judgement]]
"""Judges a text with the classifiers too."""


class Tested(msgspec.Struct, frozen=True):
    """Tests by the policy that they are in, and their text."""

    count: int
    """That were run."""
    failed: tuple[str, ...] = ()
    """Come out otherwise than they say."""
    skipped: tuple[str, ...] = ()
    """Need a classifier that is not installed."""


def needs_classifiers(policy: CompiledPolicy) -> bool:
    """Whether a test can be run that is about a rule which asks one."""
    return any(name and installed(name) for name in (_classifier(policy, one) for one in policy.policy.cases))


async def run_cases(policy: CompiledPolicy, judged: Judged) -> Tested:
    """Run all tests. Classifiers are asked in those that name a rule which asks one."""
    failed, skipped = list[str](), list[str]()
    for one in policy.policy.cases:
        case, named = one.case, f"{one.policy}: {one.case.text}"
        classifier = _classifier(policy, one)
        if classifier and not installed(classifier):
            skipped.append(named)
            continue
        judgement = await judged(case.text, case.on) if classifier else by_rules(policy, case.text, case.on)
        decided = "" if judgement.rule is None else judgement.rule.id
        if judgement.action != case.expect or (case.rule and case.rule != decided):
            failed.append(named)
    return Tested(len(policy.policy.cases) - len(skipped), tuple(failed), tuple(skipped))


def _classifier(policy: CompiledPolicy, one: ActiveCase) -> str:
    """Which one the rule asks that a test is about; empty where it asks none."""
    return next((rule.classifier for rule in policy.labels if rule.id == one.case.rule), "")
