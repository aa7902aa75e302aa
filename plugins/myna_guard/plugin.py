"""What the guard adds to Myna: it screens what is asked, and reviews what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from myna.bench import BenchInfo
from myna.config import Settings
from myna.doctor import Finding
from myna.errors import MynaError
from myna.hookspecs import CommandInfo, Need, OutputFilter, TurnDraft, Verdict, hookimpl
from myna.messages import Message

if TYPE_CHECKING:
    from myna.audit.policy import AuditPolicy

    from .findings import Judge, Origin
    from .policies.active import ActivePolicy
    from .policies.compiled import CompiledPolicy
    from .policies.layers import Policy


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

    def _ready(self, settings: Settings, *origins: Origin) -> CompiledPolicy:
        """The policy, compiled for these texts."""
        policy = self.policy(settings)
        for origin in origins:
            policy.screen(origin)
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
        found = [Finding("guard", "ok", f"{len(policy.rules)} rules of the policy {named}")]
        return [*found, *_pictures(policy)]

    @hookimpl
    def myna_require_audit(self, settings: Settings) -> AuditPolicy | None:
        return self.policy(settings).policy.audit

    @hookimpl
    async def myna_screen_input(self, message: Message, draft: TurnDraft) -> Verdict | None:
        import asyncio

        from .screening import origin_of, screened

        policy = await asyncio.to_thread(self._ready, draft.settings, origin_of(message), "answer")
        return await screened(policy, self.judges, message, draft)

    @hookimpl
    def myna_open_output_filter(self, draft: TurnDraft) -> OutputFilter | None:
        policy = self.policy(draft.settings)
        if not policy.screen("answer"):
            return None
        from .answer import AnswerFilter
        from .notices import Speaker
        from .screening import asked
        from .telling import tell, tell_failure

        return AnswerFilter(
            policy,
            Speaker.to(asked(draft), draft.settings),
            found=lambda one: tell(draft, policy, one),
            failed=lambda part: tell_failure(draft, policy, part, "answer"),
        )


def _pictures(policy: Policy) -> list[Finding]:
    """What the doctor says where pictures are to be judged and what judges them is missing."""
    from .pictures import MODEL, installed
    from .policies.model import UNSAFE

    if not any(active.rule.label == UNSAFE for active in policy.rules) or installed():
        return []
    pull = f"myna models pull {MODEL}"
    if policy.fails_closed:
        text = f"questions with pictures are not answered: the policy judges pictures, and {MODEL} is not installed"
        return [Finding("guard", "problem", text, pull)]
    return [Finding("guard", "note", f"pictures are not judged: {MODEL} is not installed", pull)]
