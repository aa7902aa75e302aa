"""What Myna loads: the object `plugin`, named by the entry point in pyproject.toml.

A module would do as well. An object is better where a plugin keeps something between calls, as the
counter here does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from myna.events import Event, TurnFinished
from myna.hookspecs import CommandInfo, TurnDraft, hookimpl
from myna.messages import system

from .mask import MaskFilter

PERSONA = "You are a cheerful old sailor. Answer correctly, and in a sailor's words."
UNSPOKEN = "kraken"


class Hello:
    MYNA_NEEDS = ()
    MYNA_REQUIRES = ">=0.1"

    def __init__(self) -> None:
        self.finished: Counter[str] = Counter()
        """Turns by the reason for which they ended."""

    @hookimpl
    def myna_register_commands(self) -> Sequence[CommandInfo]:
        return [CommandInfo("hello", "Greet somebody, as a sailor does", "myna_hello.command:hello")]

    @hookimpl
    def myna_prepare_turn(self, draft: TurnDraft) -> None:
        first, *rest = draft.messages
        if first.role == "system":
            draft.messages[:] = [first.with_text(f"{PERSONA}\n\n{first.text}"), *rest]
        else:
            draft.messages.insert(0, system(PERSONA))

    @hookimpl
    def myna_open_output_filter(self) -> MaskFilter:
        # A new one for each turn: it holds text back.
        return MaskFilter(UNSPOKEN)

    @hookimpl
    def myna_observe(self, event: Event) -> None:
        if isinstance(event, TurnFinished):
            self.finished[event.reason] += 1


plugin = Hello()
