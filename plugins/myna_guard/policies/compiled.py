"""A policy made ready to read texts with."""

from __future__ import annotations

from functools import cached_property

import msgspec

from ..findings import SEVERITY, Action, Origin
from ..matching.expressions import Expression
from ..matching.lexicon import Lexicon
from ..matching.personal import SHAPES
from ..matching.walker import Automaton
from ..reader import EVERYBODY, Hit, Screen
from .layers import ActiveRule, Policy
from .model import UNSAFE, Notice, Rule

BLOCKED = Notice(en="This is not answered here.", zh="这个问题在这里不作回答。")
"""Where a policy has no notice of its own called `blocked`."""


class Target(msgspec.Struct, frozen=True):
    """What one finder leads to."""

    rule: Rule
    action: Action
    mask: str


class CompiledPolicy:
    """The rules of a policy by where they count. Each kind of text is compiled when the first one is read."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.targets: list[Target] = []
        """What the numbers in hits stand for; a rule on several kinds of personal data has several."""
        self._screens: dict[Origin, Screen] = {}

    def screen(self, origin: Origin) -> Screen:
        """What to look for in texts from `origin`."""
        if origin not in self._screens:
            self._screens[origin] = self._compile(origin)
        return self._screens[origin]

    @cached_property
    def labels(self) -> tuple[Rule, ...]:
        """Rules that ask a judge."""
        return tuple(active.rule for active in self.policy.rules if active.rule.label)

    def asked_about(self, origin: Origin) -> tuple[Rule, ...]:
        """Rules that ask a judge about texts from `origin`."""
        return tuple(rule for rule in self.labels if origin in rule.on and rule.label != UNSAFE)

    def origin(self, rule_id: str) -> str:
        """The policy that a rule comes from."""
        return next((active.policy for active in self.policy.rules if active.rule.id == rule_id), "")

    def notice(self, rule: Rule) -> Notice:
        """What a person is shown when `rule` ends a turn."""
        return self.policy.notices.get(rule.notice or "blocked", BLOCKED)

    def decisive(self, hits: list[Hit]) -> Hit | None:
        """The hit with the gravest action, the first of several."""
        return max(hits, key=lambda hit: SEVERITY[self.targets[hit.rule].action], default=None)

    def _compile(self, origin: Origin) -> Screen:
        keywords: list[tuple[str, int]] = []
        exceptions: list[tuple[str, int]] = []
        expressions: list[Expression] = []
        for active in self.policy.rules:
            rule = active.rule
            if origin not in rule.on or rule.label:
                continue
            if rule.action == "allow":
                exceptions += [(word, EVERYBODY) for word in active.words]
                continue
            if active.words:
                number = self._target(rule, rule.action, rule.mask or "***")
                keywords += [(word, number) for word in active.words]
                exceptions += [(word, number) for word in rule.exceptions]
            else:
                expressions += self._expressions(active, rule.action, exceptions)
        return Screen(Automaton(Lexicon(keywords)), Automaton(Lexicon(exceptions)), tuple(expressions))

    def _expressions(self, active: ActiveRule, action: Action, exceptions: list[tuple[str, int]]) -> list[Expression]:
        rule = active.rule
        made = []
        for kind in rule.personal:
            shape = SHAPES[kind]
            number = self._target(rule, action, rule.mask or shape.mask)
            made.append(Expression.of(shape.pattern, number, shape.check))
            exceptions += [(word, number) for word in rule.exceptions]
        if rule.pattern:
            number = self._target(rule, action, rule.mask or "***")
            made.append(Expression.of(rule.pattern, number))
            exceptions += [(word, number) for word in rule.exceptions]
        return made

    def _target(self, rule: Rule, action: Action, mask: str) -> int:
        self.targets.append(Target(rule, action, mask))
        return len(self.targets) - 1
