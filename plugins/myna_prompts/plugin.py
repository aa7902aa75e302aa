"""What prompt templates add to Myna: commands, and turns that are put into a template."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from myna.bench import BenchInfo
from myna.hookspecs import (
    ChatCommand,
    CommandInfo,
    DemoStep,
    Need,
    OutputFilter,
    PanelInfo,
    PromptSource,
    TurnDraft,
    hookimpl,
)

if TYPE_CHECKING:
    from .choosing import Chooser

_SHIPPED = Path(__file__).parent / "templates"
_PANEL = Path(__file__).parent / "panel"


class PromptsPlugin:
    """Remembers the vectors of examples, which only saves work."""

    MYNA_NEEDS: tuple[Need, ...] = ("files",)

    def __init__(self) -> None:
        self._chooser: Chooser | None = None

    @hookimpl
    def myna_register_prompts(self) -> Sequence[PromptSource]:
        return tuple(PromptSource(str(_SHIPPED / language)) for language in ("en", "zh"))

    @hookimpl
    def myna_register_commands(self) -> Sequence[CommandInfo]:
        return (CommandInfo("prompts", "Show, try and measure prompt templates", "myna_prompts.commands:prompts"),)

    @hookimpl
    def myna_register_chat_commands(self) -> Sequence[ChatCommand]:
        about = "Put questions into a prompt template"
        return (
            ChatCommand("prompt", "[NAME [K=V]...]", about, "myna_prompts.slash:prompt"),
            ChatCommand("rate", "up|down|none", "Say whether the last answer was good", "myna_prompts.slash:rate"),
        )

    @hookimpl
    def myna_register_panels(self) -> Sequence[PanelInfo]:
        page = _PANEL / "PromptsPage.qml"
        view_model = "myna_prompts.panel:PromptsPanel"
        return (PanelInfo("prompts", "Prompts", str(page), view_model, "prompt", 210, str(_PANEL / "i18n")),)

    @hookimpl
    def myna_register_demo_steps(self) -> Sequence[DemoStep]:
        return (DemoStep("A text becomes data, by a template", 125, "myna_prompts.demo:template"),)

    @hookimpl
    def myna_register_benchmarks(self) -> Sequence[BenchInfo]:
        about = "Rendering templates, and choosing examples"
        return (BenchInfo("prompts", about, "myna_prompts.benchmark:run"),)

    # Before what fits the history into the context.
    @hookimpl(tryfirst=True)
    async def myna_prepare_turn(self, draft: TurnDraft) -> None:
        if draft.prompt and draft.used is None:
            from myna.paths import Paths

            from .applying import apply
            from .opening import open_chooser

            self._chooser = self._chooser or open_chooser(Paths.find())
            await apply(draft, self._chooser)

    # After whoever judges the answer, so that no step is shown that was not judged.
    @hookimpl(trylast=True)
    def myna_open_output_filter(self, draft: TurnDraft) -> OutputFilter | None:
        if draft.used is None or not draft.used.answer_after:
            return None
        from .applying import visible_part

        return visible_part(draft)
