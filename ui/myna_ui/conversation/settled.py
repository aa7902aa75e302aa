"""What the store says of a conversation, brought to the loop's end of the page in one go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from myna.messages import Image

from .messages import Entry, State
from .notes import Notes, notes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from myna.store.records import MessageMeta, StoredMessage

    from ..opened import Opened
    from ..speaking import Speaking


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


def entries_of(found: Settled, speaking: Speaking, new_key: Callable[[], str]) -> list[Entry]:
    """The rows of a conversation; also of answers that never came, with what their turn ended with."""
    entries: list[Entry] = []
    for at, stored in enumerate(found.messages):
        if stored.message.role == "system":
            continue
        entries.append(entry_of(stored, found, speaking))
        answered = any(one.message.role == "assistant" for one in found.messages[at + 1 : at + 2])
        if stored.message.role == "user" and stored.meta.finish is not None and not answered:
            entries.append(_unanswered(stored, speaking, new_key()))
    return entries


def _unanswered(question: StoredMessage, speaking: Speaking, key: str) -> Entry:
    meta = question.meta
    entry = Entry(key, "assistant", state=_state(meta), stats=_stats(meta))
    entry.notes = [note for note in _notes(meta, speaking) if not note["question"]]
    entry.error = speaking.error(meta.error) if meta.error else {}
    return entry


def entry_of(stored: StoredMessage, found: Settled, speaking: Speaking) -> Entry:
    """A row for a message of the history."""
    message, meta = stored.message, stored.meta
    mine = message.role == "user"
    notes = _notes(meta, speaking)
    place, branches = place_of(stored.id, found.branches)
    good = found.ratings.get(stored.id)
    return Entry(
        stored.id,
        "user" if mine else "assistant",
        message.typed().text,
        [part.attachment.sha256 for part in message.parts if isinstance(part, Image)],
        "done" if mine else _state(meta),
        error=speaking.error(meta.error) if meta.error and not mine else {},
        stats={} if mine else _stats(meta),
        # What a question says of its answer stands where the answer would.
        notes=[note for note in notes if note["question"]] if mine else notes,
        place=place,
        branches=branches,
        rating="" if good is None else "up" if good else "down",
        stored=True,
    )


def _state(meta: MessageMeta) -> State:
    return meta.finish if meta.finish in {"cancelled", "blocked", "error"} else "done"


def _notes(meta: MessageMeta, speaking: Speaking) -> Notes:
    return notes_of(meta.remarks, speaking.language.message)


def _stats(meta: MessageMeta) -> dict[str, Any]:
    stats: dict[str, Any] = {"model": meta.model, "stages": meta.timings}
    if meta.usage is not None:
        stats["tokens"] = meta.usage.completion_tokens
        stats["prompt_tokens"] = meta.usage.prompt_tokens
        stats["cached_tokens"] = meta.usage.cached_tokens
    return stats


def place_of(message: str, branches: dict[str, tuple[str, ...]]) -> tuple[int, int]:
    """Which of how many alternatives `message` is, from 1."""
    group = branches.get(message, (message,))
    return group.index(message) + 1, len(group)
