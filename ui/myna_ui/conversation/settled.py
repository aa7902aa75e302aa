"""What the store says of a conversation, brought to the loop's end of the page in one go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from myna.messages import Image

from .messages import Entry

if TYPE_CHECKING:
    from myna.store.records import StoredMessage

    from ..opened import Opened


class Settled(msgspec.Struct, frozen=True):
    messages: list[StoredMessage]
    """Of one turn, or of the whole active branch."""
    branches: dict[str, tuple[str, ...]] = {}
    """Alternatives by the id of each of them."""
    ratings: dict[str, bool] = {}
    title: str = ""
    model: str = ""
    recorded: bool = True


QUESTION_TRIES = 40
QUESTION_PAUSE_S = 0.05
"""A question is written while the model reads it; a slow disk may need longer than a quick model."""


async def settled(opened: Opened, *, turn: str = "", asked: bool = False) -> Settled:
    """What there is of `turn`, or of the whole conversation. With `asked`, the question is waited for."""
    conversation = opened.conversation
    messages = await (conversation.turn_messages(turn) if turn else conversation.history())
    for _ in range(QUESTION_TRIES if asked else 0):
        if messages:
            break
        await asyncio.sleep(QUESTION_PAUSE_S)
        messages = await conversation.turn_messages(turn)
    groups = await conversation.branches()
    title, ratings, model = "", dict[str, bool](), conversation.model
    if conversation.recorded and messages:
        store = await opened.assistant.store()
        record = await store.get(conversation.id)
        title, model = record.title, conversation.model or record.model
        ratings = await store.ratings(conversation.id)
    branches = {message: group for group in groups for message in group}
    return Settled(messages, branches, ratings, title, model, conversation.recorded)


def entry_of(stored: StoredMessage, found: Settled) -> Entry:
    """A row for a message of the history."""
    message, meta = stored.message, stored.meta
    stats: dict[str, Any] = {}
    if message.role == "assistant":
        stats = {"model": meta.model, "stages": meta.timings}
        if meta.usage is not None:
            stats["tokens"] = meta.usage.completion_tokens
            stats["prompt_tokens"] = meta.usage.prompt_tokens
            stats["cached_tokens"] = meta.usage.cached_tokens
    place, branches = place_of(stored.id, found.branches)
    good = found.ratings.get(stored.id)
    return Entry(
        stored.id,
        "user" if message.role == "user" else "assistant",
        message.typed().text,
        [part.attachment.sha256 for part in message.parts if isinstance(part, Image)],
        meta.finish if meta.finish in {"cancelled", "blocked", "error"} else "done",
        stats=stats,
        place=place,
        branches=branches,
        rating="" if good is None else "up" if good else "down",
        stored=True,
    )


def place_of(message: str, branches: dict[str, tuple[str, ...]]) -> tuple[int, int]:
    """Which of how many alternatives `message` is, from 1."""
    group = branches.get(message, (message,))
    return group.index(message) + 1, len(group)
