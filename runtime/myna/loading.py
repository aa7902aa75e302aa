"""The model of one turn, loaded; something smaller where this machine has no room for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from .errors import EngineCrashed, ModelLoadFailed, ModelMissing, ModelQuarantined, OutOfMemory
from .events import ContextShrunk, Reduced
from .pressure import Cause

if TYPE_CHECKING:
    from .conversation import Conversation
    from .engine.clients import TextClient
    from .engine.protocols import ModelInfo


class Loaded(msgspec.Struct, frozen=True):
    model: str
    """Its name."""
    engine: TextClient
    info: ModelInfo
    cause: Cause = ""
    """Why it is not what was asked for; empty where it is."""
    context: int = 0
    """Tokens of a conversation, where they are fewer for that cause."""

    def remark(self, turn: str, epoch: int) -> Reduced | ContextShrunk | None:
        """What a person should know of it."""
        info = self.info
        if self.cause:
            return Reduced(turn=turn, epoch=epoch, cause=self.cause, model=self.model, context=self.context)
        if info.context < info.context_wanted:
            return ContextShrunk(turn=turn, epoch=epoch, wanted=info.context_wanted, given=info.context)
        return None


async def load(conversation: Conversation, begin: Callable[[str], Awaitable[None]]) -> Loaded:
    """`begin` is told once, before anything is loaded, what is going to answer.

    Raises:
        MynaError: it cannot be loaded, and nothing that may stand in for it can.
    """
    begun = False
    while True:
        step = await conversation.step()
        try:
            name = await conversation.model_name(step)
        except ModelMissing:
            if not conversation.missing(step):
                raise
            continue
        if not begun:
            await begin(name)
            begun = True
        engine = await conversation.engine(step)
        try:
            info = await engine.info()
        except (OutOfMemory, ModelLoadFailed, EngineCrashed, ModelQuarantined):
            if not conversation.failed(step):
                raise
            continue
        return Loaded(name, engine, info, conversation.reduced(step), step.context)
