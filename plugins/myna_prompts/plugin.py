"""What prompt templates add to Myna: commands, and a turn that is put into a template."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from myna.hookspecs import ChatCommand, CommandInfo, OutputFilter, PromptSource, TurnDraft, hookimpl

MYNA_NEEDS = ("files",)

_SHIPPED = Path(__file__).parent / "templates"


@hookimpl
def myna_register_prompts() -> Sequence[PromptSource]:
    return tuple(PromptSource(str(_SHIPPED / language)) for language in ("en", "zh"))


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("prompts", "Show, try and measure prompt templates", "myna_prompts.commands:prompts"),)


@hookimpl
def myna_register_chat_commands() -> Sequence[ChatCommand]:
    about = "Put questions into a prompt template"
    return (
        ChatCommand("prompt", "[NAME [K=V]...]", about, "myna_prompts.slash:prompt"),
        ChatCommand("rate", "up|down|none", "Say whether the last answer was good", "myna_prompts.slash:rate"),
    )


# Before what fits the history into the context.
@hookimpl(tryfirst=True)
async def myna_prepare_turn(draft: TurnDraft) -> None:
    if draft.prompt and draft.used is None:
        from .applying import apply

        await apply(draft)


# After whoever judges the answer, so that no step is shown that was not judged.
@hookimpl(trylast=True)
def myna_open_output_filter(draft: TurnDraft) -> OutputFilter | None:
    if draft.used is None or not draft.used.answer_after:
        return None
    from .applying import visible_part

    return visible_part(draft)
