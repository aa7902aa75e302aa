"""What the guard adds to Myna: it screens what is asked, and reviews what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from myna.bench import BenchInfo
from myna.config import Settings
from myna.doctor import Finding
from myna.errors import MynaError
from myna.events import GuardFailed, GuardFinding
from myna.hookspecs import CommandInfo, Need, OutputFilter, TurnDraft, Verdict, hookimpl
from myna.messages import Message

if TYPE_CHECKING:
    from .findings import Found, Judge
    from .policies.active import ActivePolicy
    from .policies.compiled import CompiledPolicy


class GuardPlugin:
    """Keeps the active policy. `judges` are the classifiers that its rules may ask."""

    MYNA_NEEDS: tuple[Need, ...] = ("files",)

    def __init__(self, judges: Sequence[Judge] = (), active: ActivePolicy | None = None) -> None:
        self.judges: list[Judge] = list(judges)
        self._active = active

    def policy(self, settings: Settings) -> CompiledPolicy:
        """The policy that counts now. Raises `BadPolicy`."""
        if self._active is None:
            from .policies.active import ActivePolicy

            self._active = ActivePolicy()
        return self._active.get(settings.guard)

    def _ready(self, settings: Settings) -> CompiledPolicy:
        """The policy, compiled for all that a turn asks of it."""
        policy = self.policy(settings)
        policy.screen("user")
        policy.screen("answer")
        return policy

    @hookimpl
    def myna_register_commands(self) -> Sequence[CommandInfo]:
        return (CommandInfo("guard", "Try what the active policy does, and see why", "myna_guard.command:guard"),)

    @hookimpl
    def myna_register_benchmarks(self) -> Sequence[BenchInfo]:
        return (
            BenchInfo(
                "guard", "Evasions caught, harmless text let pass, cost a token", "myna_guard.benchmarks.guard:run"
            ),
        )

    @hookimpl
    def myna_check_health(self, settings: Settings) -> Sequence[Finding]:
        try:
            policy = self.policy(settings).policy
        except MynaError as error:
            return [Finding("guard", "problem", error.message, "myna guard policies")]
        named = ", ".join(settings.guard.policies)
        return [Finding("guard", "ok", f"{len(policy.rules)} rules of the policy {named}")]

    @hookimpl
    async def myna_screen_input(self, message: Message, draft: TurnDraft) -> Verdict | None:
        import asyncio

        policy = await asyncio.to_thread(self._ready, draft.settings)
        if not message.text:
            return None
        from .judging import judged
        from .notices import FAILED, Speaker

        judgement = await judged(policy, message.text, "user", self.judges)
        speaker = Speaker.to(message.text, draft.settings)
        for one in judgement.found:
            _tell(draft, policy, one)
        for part in judgement.failed:
            _tell_failure(draft, policy, part)
        if judgement.rule is not None and judgement.action == "block":
            return Verdict("block", speaker.text(policy.notice(judgement.rule)), judgement.rule.id)
        if judgement.failed and policy.policy.fails_closed:
            return Verdict("block", speaker.text(FAILED), judgement.failed[0])
        if judgement.rule is not None and judgement.action == "replace":
            return Verdict("replace", speaker.text(policy.notice(judgement.rule)), judgement.rule.id)
        if judgement.rule is not None and judgement.text != message.text:
            return Verdict("replace", judgement.text, judgement.rule.id)
        return None

    @hookimpl
    def myna_open_output_filter(self, draft: TurnDraft) -> OutputFilter | None:
        policy = self.policy(draft.settings)
        if not policy.screen("answer"):
            return None
        from .answer import AnswerFilter
        from .notices import Speaker

        asked = next((message.text for message in reversed(draft.messages) if message.role == "user"), "")
        return AnswerFilter(
            policy,
            Speaker.to(asked, draft.settings),
            found=lambda one: _tell(draft, policy, one),
            failed=lambda part: _tell_failure(draft, policy, part),
        )


def _tell(draft: TurnDraft, policy: CompiledPolicy, one: Found) -> None:
    draft.emit(
        GuardFinding(
            turn="",
            epoch=0,
            policy=policy.origin(one.rule),
            rule=one.rule,
            level=one.level,
            origin=one.origin,
            action=one.action,
            start=one.start,
            end=one.end,
            ms=one.ms,
            label=one.label,
            score=one.score,
        )
    )


def _tell_failure(draft: TurnDraft, policy: CompiledPolicy, part: str) -> None:
    draft.emit(
        GuardFailed(turn="", epoch=0, policy=policy.policy.names[-1], part=part, closed=policy.policy.fails_closed)
    )
