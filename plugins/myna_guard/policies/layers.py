"""Laying policies over one another, and finding them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from myna.audit.policy import AuditPolicy, strictest
from myna.errors import BadPolicy
from myna.suggest import did_you_mean

from .model import Case, Notice, PolicyFile, Rule
from .reading import read_policy, words_of

SHIPPED = Path(__file__).with_name("packs")


class ActiveRule(msgspec.Struct, frozen=True):
    """A rule that counts, and why."""

    rule: Rule
    policy: str
    """Which policy it comes from."""
    over: str = ""
    """Of which policy it replaced the rule of the same name."""
    words: tuple[str, ...] = ()
    """Those of its lists too."""

    def finds(self) -> str:
        """What it looks for, in short."""
        rule = self.rule
        if rule.label:
            return f"{rule.label} >= {rule.threshold:g}"
        return f"{len(self.words)} words" if self.words else rule.pattern or ", ".join(rule.personal)


class ActiveCase(msgspec.Struct, frozen=True):
    case: Case
    policy: str


class Policy(msgspec.Struct, frozen=True):
    """What counts, all layers together."""

    names: tuple[str, ...]
    """Of the layers, the lowest first."""
    files: tuple[Path, ...]
    """Every file that was read; lists of words too."""
    rules: tuple[ActiveRule, ...]
    removed: Mapping[str, str]
    """Policy that took it away, by rule."""
    notices: Mapping[str, Notice]
    fails_closed: bool
    cases: tuple[ActiveCase, ...]
    audit: AuditPolicy = AuditPolicy()
    """What must be recorded: whatever one of them asks for."""


class Folders:
    """Where policies lie, the folders of the owner before the shipped ones."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = (*folders, SHIPPED)

    def names(self) -> list[str]:
        """Every policy that can be named."""
        return sorted({path.stem for folder in self._folders if folder.is_dir() for path in folder.glob("*.toml")})

    def path(self, name: str) -> Path:
        """The file of a policy. Raises `BadPolicy` where there is none."""
        if name.endswith(".toml"):
            return Path(name).expanduser().absolute()
        for folder in self._folders:
            path = folder / f"{name}.toml"
            if Path(name).name == name and path.is_file():
                return path
        raise BadPolicy(f"there is no policy {name}{did_you_mean(name, self.names())}")


def layered(names: Sequence[str], folders: Folders) -> Policy:
    """The policies `names` and what they extend, as one.

    Raises:
        BadPolicy: one is missing or wrong, they extend one another in a circle, or contradict one another.
    """
    files: dict[str, tuple[Path, PolicyFile]] = {}
    for name in names:
        _gather(name, folders, files, ())
    rules: dict[str, ActiveRule] = {}
    removed: dict[str, str] = {}
    notices: dict[str, Notice] = {}
    cases: list[ActiveCase] = []
    fails_closed = False
    read: list[Path] = []
    for name, (path, policy) in files.items():
        read.append(path)
        for rule_id in policy.remove:
            if rule_id not in rules:
                raise BadPolicy(
                    f"{path}: it removes the rule {rule_id}, which no policy below it has{did_you_mean(rule_id, rules)}"
                )
            del rules[rule_id]
            removed[rule_id] = name
        for rule in policy.rules:
            over = rules[rule.id].policy if rule.id in rules else ""
            rules[rule.id] = ActiveRule(rule, name, over, words_of(rule, path.parent))
            read += [path.parent / listed for listed in rule.lists]
        notices |= policy.notices
        cases += [ActiveCase(case, name) for case in policy.tests]
        fails_closed = policy.on_failure == "closed" if policy.on_failure else fails_closed
    _check_notices(rules, notices)
    # What a layer above decides otherwise, the cases of a lower one no longer say.
    order = {name: place for place, name in enumerate(files)}
    cases = [
        one
        for one in cases
        if not one.case.rule or (one.case.rule in rules and order[rules[one.case.rule].policy] <= order[one.policy])
    ]
    audit = strictest(policy.audit for _, policy in files.values())
    return Policy(tuple(files), tuple(read), tuple(rules.values()), removed, notices, fails_closed, tuple(cases), audit)


def _gather(name: str, folders: Folders, files: dict[str, tuple[Path, PolicyFile]], above: tuple[str, ...]) -> None:
    """Add a policy behind all that it extends."""
    path = folders.path(name)
    if path.stem in above:
        raise BadPolicy(f"policies extend one another in a circle: {' -> '.join([*above, path.stem])}")
    if path.stem in files:
        return
    policy = read_policy(path)
    for below in policy.extends:
        _gather(below, folders, files, (*above, path.stem))
    files[path.stem] = (path, policy)


def _check_notices(rules: Mapping[str, ActiveRule], notices: Mapping[str, Notice]) -> None:
    for active in rules.values():
        notice = active.rule.notice
        if notice and notice not in notices:
            raise BadPolicy(
                f"rule {active.rule.id} of {active.policy} names the notice {notice}, which there is not"
                f"{did_you_mean(notice, notices)}"
            )
