"""Opening the conversations without loading a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ..store import ConversationStore
    from .context import Context

T = TypeVar("T")


def with_store(ctx: Context, work: Callable[[ConversationStore], Awaitable[T]]) -> T:
    """The result of `work`, done with the store, which is closed afterwards."""

    async def main() -> T:
        async with await ctx.assistant() as assistant:
            return await work(await assistant.store())

    return ctx.run(main())
