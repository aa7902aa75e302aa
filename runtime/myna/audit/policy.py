"""What is recorded, when, and what a failure means: as the settings say, and as plugins ask for besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from ..config import AuditSettings

Mode = Literal["off", "metadata", "redacted", "full"]
Release = Literal["nothing", "question", "answer"]
OnFailure = Literal["open", "closed"]

_MODES: tuple[Mode, ...] = ("off", "metadata", "redacted", "full")
_RELEASES: tuple[Release, ...] = ("nothing", "question", "answer")


class AuditPolicy(msgspec.Struct, frozen=True):
    """As in the section `audit` of the settings. Its defaults ask for nothing."""

    mode: Mode = "off"
    before_release: Release = "nothing"
    on_failure: OnFailure = "open"

    @property
    def closed(self) -> bool:
        """Whether what cannot be recorded must not happen."""
        return self.mode != "off" and self.on_failure == "closed"

    @property
    def release(self) -> Release:
        """What must be recorded before an answer is let out: where failures close, the question at least."""
        if self.mode == "off":
            return "nothing"
        return "question" if self.closed and self.before_release == "nothing" else self.before_release


def policy_of(settings: AuditSettings) -> AuditPolicy:
    return AuditPolicy(settings.mode, settings.before_release, settings.on_failure)


def strictest(policies: Iterable[AuditPolicy]) -> AuditPolicy:
    """What satisfies all of them."""
    found = list(policies)
    return AuditPolicy(
        mode=max((policy.mode for policy in found), key=_MODES.index, default="off"),
        before_release=max((policy.before_release for policy in found), key=_RELEASES.index, default="nothing"),
        on_failure="closed" if any(policy.on_failure == "closed" for policy in found) else "open",
    )
