"""Which policies there are, which of them count, and what each rule does: plain data for the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from myna.errors import BadPolicy, MynaError

from ..classifiers.health import NUMPY_ALONE
from ..classifiers.models import installed
from ..notices import HELP_LINE
from ..pictures import MODEL
from ..policies.compiled import CompiledPolicy
from ..policies.layers import SHIPPED, ActiveRule, Folders, Policy, layered
from ..policies.model import UNSAFE, Notice, PolicyFile
from ..policies.reading import read_policy

Told = Callable[[MynaError], dict[str, str]]
"""An error, as the page shows it."""

PATTERN = 200
"""Characters of a regular expression that the page shows."""


def choices(folders: Folders, chosen: Sequence[str], told: Told) -> list[dict[str, Any]]:
    """Every policy that can be chosen; of a file that cannot be used, what is wrong with it."""
    names = folders.names()
    return [_choice(name, folders, chosen, told) for name in (*names, *(name for name in chosen if name not in names))]


def _choice(value: str, folders: Folders, chosen: Sequence[str], told: Told) -> dict[str, Any]:
    row: dict[str, Any] = {"value": value, "name": Path(value).stem, "chosen": value in chosen, "error": {}}
    row |= {"en": "", "zh": "", "shipped": False, "path": ""}
    try:
        path = folders.path(value)
        row |= {"shipped": path.parent == SHIPPED, "path": str(path)}
        row |= _both(read_policy(path).description)
        layered((value,), folders)
    except BadPolicy as error:
        row["error"] = told(error)
    return row


def explained(policy: CompiledPolicy, chosen: Sequence[str]) -> dict[str, Any]:
    """What counts now, and why."""
    active = policy.policy
    return {
        "layers": _layers(active, chosen),
        "rules": [_rule(one, active) for one in active.rules],
        "removed": [{"rule": rule, "policy": by} for rule, by in active.removed.items()],
        "closed": active.fails_closed,
        "notice": _both(active.notices["self-harm"]) if "self-harm" in active.notices else {},
        "help_line": _both(HELP_LINE),
    }


def classifiers(policy: Policy) -> list[dict[str, Any]]:
    """Models that rules ask, and whether they can answer."""
    asked: dict[str, list[str]] = {}
    for active in policy.rules:
        name = MODEL if active.rule.label == UNSAFE else active.rule.classifier
        if name:
            asked.setdefault(name, []).append(active.rule.id)
    runtime = find_spec("onnxruntime") is not None
    return [
        {"name": name, "rules": rules, "installed": installed(name), "runtime": runtime or name in NUMPY_ALONE}
        for name, rules in asked.items()
    ]


def _both(notice: Notice) -> dict[str, str]:
    return {"en": notice.en, "zh": notice.zh}


def _layers(policy: Policy, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """The lowest first, each with what brought it in."""
    stems = {Path(name).stem: name for name in chosen}
    files = {path.stem: path for path in policy.files if path.suffix == ".toml"}
    read = {name: file for name in policy.names if name in files and (file := _as_it_is(files[name])) is not None}
    return [
        {
            "name": name,
            "chosen": name in stems,
            "by": next((other for other, file in read.items() if name in file.extends), ""),
            "rules": sum(active.policy == name for active in policy.rules),
            **(_both(read[name].description) if name in read else {"en": "", "zh": ""}),
        }
        for name in policy.names
    ]


def _as_it_is(path: Path) -> PolicyFile | None:
    """A file that counts, and which somebody may have broken since it was read."""
    try:
        return read_policy(path)
    except BadPolicy:
        return None


def _rule(active: ActiveRule, policy: Policy) -> dict[str, Any]:
    rule = active.rule
    kind = "label" if rule.label else "words" if active.words else "pattern" if rule.pattern else "personal"
    notice = policy.notices.get(rule.notice or "blocked") if rule.action in {"block", "replace"} else None
    return {
        "id": rule.id,
        "policy": active.policy,
        "over": active.over,
        "on": list(rule.on),
        "action": rule.action,
        "kind": "picture" if rule.label == UNSAFE else kind,
        "words": len(active.words),
        "exceptions": len(rule.exceptions),
        "pattern": rule.pattern[:PATTERN],
        "personal": list(rule.personal),
        "label": rule.label.replace("+", ", "),
        "threshold": rule.threshold,
        "classifier": MODEL if rule.label == UNSAFE else rule.classifier,
        "notice": _both(notice) if notice else {"en": "", "zh": ""},
    }
