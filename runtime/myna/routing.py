"""Who answers a turn: the model that was asked for, or those of a route, one where the others cannot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from .draft import AskOptions
from .errors import (
    AuditFailed,
    EngineCrashed,
    EngineError,
    ExtraMissing,
    ModelLoadFailed,
    ModelMissing,
    ModelQuarantined,
    MynaError,
    OutOfMemory,
    PluginFailed,
    StoreFailed,
)
from .events import Routed
from .hookspecs import Route, RouteFacts
from .loading import Loaded
from .messages import Message
from .pressure import Cause, Step

if TYPE_CHECKING:
    from .conversation import Conversation

_OF_LOADING = (OutOfMemory, ModelLoadFailed, EngineCrashed, ModelQuarantined)
"""Of a model that does not get up: something smaller may."""
_OF_MODELS = (EngineError, ModelMissing, ExtraMissing)
"""After these another model may still answer ..."""
_OF_MYNA = (StoreFailed, AuditFailed, PluginFailed)
"""... but not after these, whoever is asked."""


def _of_the_model(error: MynaError) -> bool:
    """Whether another model may still answer."""
    return isinstance(error, _OF_MODELS) and not isinstance(error, _OF_MYNA)


class Routing:
    """Of one turn. `model` is the one that is to answer now, as it is asked for."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        turn: str,
        epoch: int,
        route: str,
        found: Route,
        tell: Callable[[Routed], None],
    ) -> None:
        """`route`: the name that was asked for, where it is one; `tell` has a decision told to whoever listens."""
        self.model = found.models[0]
        self._conversation = conversation
        self._turn = turn
        self._epoch = epoch
        self._route = route
        self._rule = found.rule
        self._further = list(found.models[1:])
        self._tell = tell

    @classmethod
    async def of(
        cls,
        conversation: Conversation,
        history: Callable[[], Awaitable[Sequence[Message]]],
        options: AskOptions,
        *,
        turn: str,
        epoch: int,
        tell: Callable[[Routed], None],
    ) -> Routing:
        """Choose. `history` brings all messages, the question at the end; it is asked only where a route wants them.

        Raises:
            ModelMissing: there is no such model.
            MynaError: a plugin failed, or the history cannot be read.
        """
        asked = conversation.model
        route = await conversation.route_name()
        found: Route | None = None
        if route:
            facts = RouteFacts(
                messages=tuple(await history()),
                schema=bool(options.schema),
                tools=bool(options.tools),
                prompt=options.prompt,
                client=conversation.client,
            )
            found = conversation.host.route_turn(route, facts, conversation.settings)
        routing = cls(conversation, turn=turn, epoch=epoch, route=route, found=found or Route((asked,)), tell=tell)
        if found is not None:
            await routing._decide()
        return routing

    async def name(self) -> str:
        """The name of the model that is to answer, also where the default does.

        Raises:
            MynaError: it cannot be had, and there is no other.
        """
        try:
            return await self._conversation.model_name(self.model)
        except MynaError as error:
            if not self._further or not _of_the_model(error):
                raise
            return self.model

    async def load(self) -> Loaded:
        """The model that is to answer, loaded; something smaller where this machine has no room for it, and the next
        one where it cannot be had.

        Raises:
            MynaError: none can be had.
        """
        conversation = self._conversation
        while True:
            step: Step | None = None
            try:
                step = await conversation.step(self.model)
                engine = await conversation.engine(step)
                info, model = await engine.info(), await conversation.resolve(step.model)
                # What stands in for another model may also be what was asked for.
                cause: Cause = "" if step == Step(self.model) else conversation.reduced(step)
                return Loaded(engine, info, model, cause, step.context)
            except MynaError as error:
                short = isinstance(error, OutOfMemory)
                smaller = step and isinstance(error, _OF_LOADING) and conversation.failed(step, memory=short)
                if not smaller and not await self.instead(error):
                    raise

    async def instead(self, error: MynaError) -> bool:
        """Go on to the next model after `error` of this one; False when there is none, or it is nothing of a model."""
        if not self._further or not _of_the_model(error):
            return False
        failed, self.model = self.model, self._further.pop(0)
        await self._decide(failed, error.code)
        return True

    async def _decide(self, instead_of: str = "", reason: str = "") -> None:
        name = await self.name()
        self._tell(
            Routed(
                turn=self._turn,
                epoch=self._epoch,
                route=self._route,
                rule=self._rule,
                model=name,
                instead_of=instead_of,
                reason=reason,
            )
        )
