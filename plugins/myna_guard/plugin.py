"""What the guard adds to Myna: it screens what is asked, and reviews what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from myna.bench import BenchInfo
from myna.config import Settings
from myna.doctor import Finding
from myna.engine.protocols import EngineInfo, Task
from myna.errors import MynaError
from myna.hookspecs import CommandInfo, DemoStep, Need, PanelInfo, ResolvedModel, TurnDraft, Verdict, hookimpl
from myna.messages import Message

from .classifiers.troubles import Troubles
from .panel.recent import Recent

if TYPE_CHECKING:
    from myna.audit.policy import AuditPolicy
    from myna.events import Event
    from myna.hookspecs import AsyncOutputFilter, OutputFilter
    from myna.panel import Desk, Panel

    from .findings import Found, Judge, Origin
    from .policies.active import ActivePolicy
    from .policies.compiled import CompiledPolicy
    from .policies.layers import Policy


_PANEL = Path(__file__).parent / "panel"


class GuardPlugin:
    """Keeps the active policy."""

    MYNA_NEEDS: tuple[Need, ...] = ("files",)

    def __init__(self, judges: Sequence[Judge] = (), active: ActivePolicy | None = None) -> None:
        """`judges` are asked besides the classifiers that the policy names."""
        self.judges: list[Judge] = list(judges)
        self._active = active
        self._troubles = Troubles()
        self._recent = Recent()

    def policy(self, settings: Settings) -> CompiledPolicy:
        """The policy that counts now. Raises `BadPolicy`."""
        return self._policies().get(settings.guard)

    def _policies(self) -> ActivePolicy:
        if self._active is None:
            from .policies.active import ActivePolicy

            self._active = ActivePolicy()
        return self._active

    def _judges(self, policy: CompiledPolicy, draft: TurnDraft) -> Sequence[Judge]:
        from .classifiers.judges import judges_of

        limit_s = draft.settings.guard.time_limit_s
        return [*self.judges, *judges_of(policy, draft.classify, limit_s=limit_s, troubles=self._troubles)]

    def _ready(self, settings: Settings, *origins: Origin) -> CompiledPolicy:
        """The policy, compiled for these texts."""
        policy = self.policy(settings)
        for origin in origins:
            policy.screen(origin)
        return policy

    @hookimpl
    def myna_register_engines(self) -> Sequence[EngineInfo]:
        factory = "myna_guard.classifiers.worker.engine:TextClassifierEngine"
        return (EngineInfo("text-classifier", ("classify",), (".onnx", ".json.gz"), factory, extra="guard"),)

    @hookimpl(tryfirst=True)
    def myna_resolve_model(self, name: str, task: Task, settings: Settings) -> ResolvedModel | None:
        if task != "classify":
            return None
        from myna.paths import Paths

        from .classifiers.models import resolve_classifier

        return resolve_classifier(name, settings, Paths.find())

    @hookimpl
    def myna_register_demo_steps(self) -> Sequence[DemoStep]:
        return (DemoStep("A filter masks what is personal", 130, "myna_guard.demo:policy"),)

    @hookimpl
    def myna_register_commands(self) -> Sequence[CommandInfo]:
        return (CommandInfo("guard", "Try what the active policy does, and see why", "myna_guard.command:guard"),)

    @hookimpl
    def myna_register_panels(self) -> Sequence[PanelInfo]:
        page = str(_PANEL / "SafetyPage.qml")
        return (PanelInfo("safety", "Safety", page, self._make_panel, "shield", 220, str(_PANEL / "i18n")),)

    def _make_panel(self, desk: Desk) -> Panel:
        from .panel.panel import SafetyPanel

        return SafetyPanel(desk, self._policies(), self._recent, self.judges)

    @hookimpl
    def myna_observe(self, event: Event) -> None:
        self._recent.hear(event)

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
        from .classifiers.health import missing_classifiers

        return [*found, *missing_classifiers(policy), *_pictures(policy)]

    @hookimpl
    def myna_require_audit(self, settings: Settings) -> AuditPolicy | None:
        return self.policy(settings).policy.audit

    @hookimpl
    async def myna_screen_input(self, message: Message, draft: TurnDraft) -> Verdict | None:
        import asyncio

        from .screening import origin_of, screened

        policy = await asyncio.to_thread(self._ready, draft.settings, origin_of(message), "answer")
        return await screened(policy, self._judges(policy, draft), message, draft)

    @hookimpl
    def myna_screens_printed(self, settings: Settings) -> bool:
        from .classifiers.models import installed

        policy = self.policy(settings)
        if self.judges or policy.screen("picture"):
            return True
        rules = policy.asked_about("picture")
        return any(policy.policy.fails_closed or installed(rule.classifier) for rule in rules if rule.classifier)

    @hookimpl
    def myna_open_output_filter(self, draft: TurnDraft) -> OutputFilter | AsyncOutputFilter | None:
        policy = self.policy(draft.settings)
        if not policy.screen("answer") and not policy.asked_about("answer"):
            return None
        from .answer import AnswerFilter
        from .notices import Speaker
        from .screening import asked
        from .telling import tell, tell_failure

        def found(one: Found) -> None:
            tell(draft, policy, one)

        def failed(part: str) -> None:
            tell_failure(draft, policy, part, "answer")

        speaker = Speaker.to(asked(draft), draft.settings)
        by_rules = AnswerFilter(policy, speaker, found=found, failed=failed)
        if not policy.asked_about("answer"):
            return by_rules
        from .classifiers.answer import JudgedAnswer

        return JudgedAnswer(by_rules, policy, self._judges(policy, draft), speaker, found=found, failed=failed)


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
