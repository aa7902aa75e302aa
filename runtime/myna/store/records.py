"""What the store gives back: plain frozen data, no database types."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..errors import ErrorInfo
from ..events import FinishReason, Remark, Usage
from ..messages import Message, Role

SearchOrder = Literal["best", "newest"]
"""`best`: bm25 where the database can rank, else newest. `newest`: latest message first."""


class MessageMeta(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a message came about."""

    model: str = ""
    finish: FinishReason | None = None
    """How the answer ended; with a question, how its turn ended where no answer was kept."""
    usage: Usage | None = None
    timings: dict[str, float] = {}
    """Milliseconds by stage, as in `TurnFinished`."""
    seed: int | None = None
    prompt: str = ""
    """Name of the prompt template."""
    prompt_version: str = ""
    prompt_hash: str = ""
    """Lower-case hexadecimal SHA-256 of the template's text, and of its file of examples where it has one."""
    error: ErrorInfo | None = None
    """What it ended with."""
    remarks: tuple[Remark, ...] = ()
    """What a person should know of it, in the order in which it happened."""
    route: str = ""
    """Name of the route that chose the model; empty without one."""
    rule: str = ""
    """Of the route; empty: none fitted."""
    instead_of: str = ""
    """A model that was to answer and could not."""


NO_META = MessageMeta()
"""Of a message that a person wrote."""


class StoredMessage(msgspec.Struct, frozen=True):
    """A node of a conversation's tree. Messages with the same parent are alternatives of one another."""

    id: str
    conversation: str
    parent: str | None
    """None for a message that begins the conversation."""
    message: Message
    turn: str
    meta: MessageMeta
    created: float
    """Unix time, seconds."""


class PromptVotes(msgspec.Struct, frozen=True):
    """What people thought of the answers that one version of a prompt template got."""

    prompt: str
    version: str
    sha256: str
    """Of the template, as in `MessageMeta.prompt_hash`."""
    answers: int
    good: int
    """Answers with a thumb up."""
    bad: int
    """Answers with a thumb down."""


class ConversationRecord(msgspec.Struct, frozen=True):
    id: str
    """32 hexadecimal digits; a later conversation sorts later."""
    title: str
    """Empty until the first message with text, unless one was given."""
    model: str
    system: str
    head: str | None
    """The message that the active branch ends with; None while the conversation is empty."""
    created: float
    """Unix time, seconds."""
    updated: float
    """Unix time of the last message or change, seconds."""


class KeptObject(msgspec.Struct, frozen=True):
    """Something that a server keeps for one of its clients."""

    id: str
    owner: str
    """Nobody else gets it."""
    kind: str
    parent: str | None
    """Id of what it belongs to, and goes with; None for nothing."""
    created: float
    """Unix time, seconds."""
    expires: float
    """Unix time from which on it is gone, seconds."""
    body: str
    """JSON."""


class ConversationSummary(msgspec.Struct, frozen=True):
    """A line of a list of conversations."""

    id: str
    title: str
    model: str
    created: float
    updated: float
    messages: int
    """Messages in all branches."""


class SearchHit(msgspec.Struct, frozen=True):
    conversation: str
    title: str
    message: str
    """Id of the message."""
    role: Role
    created: float
    snippet: str
    """One line of the message around the first match; an ellipsis marks what was cut."""
    matches: tuple[tuple[int, int], ...]
    """Where the query matches in `snippet`: start and end, in characters."""
