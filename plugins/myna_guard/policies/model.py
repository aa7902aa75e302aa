"""What a policy file holds."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from myna.audit.policy import AuditPolicy

from ..findings import Action, Origin
from ..matching.personal import Personal

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}\Z")]


UNSAFE = "unsafe-picture"
"""The label for pictures themselves; its score is the probability that a picture is pornographic."""


class Audit(AuditPolicy, frozen=True, forbid_unknown_fields=True):
    """What must be recorded where the policy counts, as in the section `audit` of the settings."""


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text for people, in both languages. `{help_line}` is the setting `guard.help_line`."""

    en: str
    zh: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to look for, and what then. It finds by words, a pattern, personal data, or the label of a judge."""

    id: Name
    action: Action | Literal["allow"] = "block"
    """`allow`: what these words cover is found by no rule."""
    on: tuple[Origin, ...] = ("user", "answer")
    words: tuple[str, ...] = ()
    """Words and phrases, found as whole words; a star at either end lets them go on there."""
    lists: tuple[str, ...] = ()
    """Files with one of them a line, beside the policy."""
    exceptions: tuple[str, ...] = msgspec.field(default=(), name="except")
    """Words and phrases inside which this rule finds nothing."""
    pattern: str = ""
    """A regular expression. Over text with full-width forms made plain and zero-width characters gone."""
    personal: tuple[Personal, ...] = ()
    label: str = ""
    """Of a judge; several joined by `+` are one, their scores added."""
    classifier: str = ""
    """The model that is asked for the label, by its name in the catalog; empty: whoever knows the label."""
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    """From which score of a judge on the label counts."""
    mask: str = ""
    """What stands in the place of what was found; empty: `***`, or the kind of personal data."""
    notice: str = ""
    """Which notice the person is shown, or what an answer is replaced by; empty: `blocked`."""
    correction: str = ""
    """What the model is told when it is asked again."""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text, and what the policy must make of it."""

    text: str
    expect: Action | Literal["allow"]
    on: Origin = "user"
    rule: str = ""
    """Which rule must have decided; empty: any."""


class PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pack."""

    name: Name
    description: Notice
    extends: tuple[Name, ...] = ()
    """Policies that this one is laid over."""
    on_failure: Literal["open", "closed", ""] = ""
    """What becomes of a turn when a part of the guard fails; empty: as what it extends says, else `open`."""
    remove: tuple[Name, ...] = ()
    """Rules of the policies below that do not count here."""
    audit: Audit = Audit()
    notices: dict[str, Notice] = {}
    rules: tuple[Rule, ...] = ()
    tests: tuple[Case, ...] = ()
