"""The model of one attempt, loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .events import ContextShrunk, Reduced
from .pressure import Cause

if TYPE_CHECKING:
    from .engine.clients import TextClient
    from .engine.protocols import ModelInfo
    from .hookspecs import ResolvedModel


class Loaded(msgspec.Struct, frozen=True):
    engine: TextClient
    info: ModelInfo
    model: ResolvedModel
    cause: Cause = ""
    """Why it is not what was asked for; empty where it is."""
    context: int = 0
    """Tokens of a conversation, where they are fewer for that cause."""

    def remark(self, turn: str, epoch: int) -> Reduced | ContextShrunk | None:
        """What a person should know of it."""
        info = self.info
        if self.cause:
            return Reduced(turn=turn, epoch=epoch, cause=self.cause, model=self.model.name, context=self.context)
        if info.context < info.context_wanted:
            return ContextShrunk(turn=turn, epoch=epoch, wanted=info.context_wanted, given=info.context)
        return None
