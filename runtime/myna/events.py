"""What a turn tells whoever asked, in order, ending with exactly one `TurnFinished`.

Every event carries the turn's id and the epoch it belongs to. Cancelling or interrupting raises the
conversation's epoch; a sink that has seen a newer epoch drops what still arrives from an older one.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .errors import ErrorInfo

FinishReason = Literal["stop", "length", "cancelled", "blocked", "error"]
"""`stop`: the model ended or a stop string came. `length`: a token limit. `error`: see `error`."""


class Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """How many of `prompt_tokens` came from the KV cache and were not computed again."""
    completion_tokens: int = 0


class TokenLogprob(msgspec.Struct, frozen=True):
    """One generated token with its natural-log probability and the likeliest alternatives."""

    token: int
    text: str
    logprob: float
    top: tuple[tuple[int, str, float], ...] = ()
    """(token, text, log-probability), likeliest first."""


class TurnEvent(msgspec.Struct, frozen=True, kw_only=True):
    turn: str
    epoch: int


class TurnStarted(TurnEvent, frozen=True, tag="started"):
    conversation: str
    model: str
    client: str = ""
    """Who asked, where that is a program on behalf of somebody else: the name of an API key."""


class Routed(TurnEvent, frozen=True, tag="routed"):
    """Which of several models answers."""

    route: str
    """Name of the route that was asked for as a model."""
    rule: str
    """Which of its rules decided; empty: none fitted."""
    model: str
    instead_of: str = ""
    """A model that could not answer."""
    reason: str = ""
    """Why not: the code of an error."""


class HistoryDropped(TurnEvent, frozen=True, tag="history-dropped"):
    """Older messages did not fit the context and were left out of the prompt (never out of the store)."""

    messages: int
    tokens: int
    summarised: bool = False


class ContextShrunk(TurnEvent, frozen=True, tag="context-shrunk"):
    """Memory was short, so the model runs with a shorter context than configured."""

    wanted: int
    """Tokens."""
    given: int
    """Tokens."""


class Reduced(TurnEvent, frozen=True, tag="reduced"):
    """This machine is short of memory, or hot, or a model does not load: something smaller answers."""

    cause: Literal["memory", "temperature", "failure"]
    model: str
    """The one that answers."""
    context: int = 0
    """Tokens of a conversation, where they are fewer; 0: as the settings say."""


class Notice(TurnEvent, frozen=True, tag="notice"):
    """Something that a person should know, by a plugin; `code` is stable, `text` is for people."""

    code: str
    text: str


class GuardFinding(TurnEvent, frozen=True, tag="guard-finding"):
    """A rule found something. Where, not what: events may be kept where texts must not."""

    policy: str
    """Which policy the rule comes from."""
    rule: str
    level: int
    """1: rules on what comes in. 2: classifiers. 3: the review of an answer."""
    origin: Literal["user", "picture", "retrieved", "answer"]
    action: Literal["log", "mask", "replace", "ask-again", "block"]
    start: int
    """Characters from the start of the text."""
    end: int
    ms: float
    """Milliseconds that it took."""
    label: str = ""
    """Of a classifier."""
    score: float = 1.0


class GuardFailed(TurnEvent, frozen=True, tag="guard-failed"):
    """A part of the guard could not judge: a rule that took too long, a classifier that crashed."""

    policy: str
    part: str
    """A rule by id, or a judge by name."""
    origin: Literal["user", "picture", "retrieved", "answer"]
    closed: bool
    """The turn ends for it."""


class TextDelta(TurnEvent, frozen=True, tag="text"):
    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


class TextComplete(TurnEvent, frozen=True, tag="complete"):
    """The last `TextDelta` was sent; only in a turn that waits until its answer was delivered, for example spoken."""

    error: ErrorInfo | None = None
    """What the answer broke off with."""


class TurnFinished(TurnEvent, frozen=True, tag="finished"):
    reason: FinishReason
    usage: Usage = Usage()
    timings: dict[str, float] = {}
    """Milliseconds by stage: `prepare`, `screen`, `load`, `queue`, `prefill`, `first_token` (from the
    call of `ask`), `decode`, `record`, `total`; `see`, what encoding pictures took, where they were
    new. Of a spoken turn also, from the true end of the question: `voice_endpoint`, `voice_transcript`,
    `voice_first_token`, `voice_first_sentence`, `voice_audio_written`, `voice_audio_played`; and
    `voice_end_of_speech`, from the start of the microphone's stream."""
    text: str = ""
    """All that was delivered; of a spoken answer that was cut short, what was heard."""
    message: str = ""
    """Id of the stored answer; empty when nothing was stored."""
    error: ErrorInfo | None = None
    from_plugin: bool = False
    """A plugin knew the answer: no model gave it."""
    prompt: str = ""
    """Name of the prompt template that the question was put into; empty without one."""
    prompt_version: str = ""
    prompt_hash: str = ""
    """As in `MessageMeta`."""
    model: str = ""
    """Who answered, or was to; another one than `TurnStarted` said, where that one could not."""
    routed: Routed | None = None
    """The last decision, where a route chose among models."""


Remark = HistoryDropped | ContextShrunk | Reduced | Routed | Notice | GuardFinding | GuardFailed
"""What a person should know of a question or an answer; kept beside it."""

Event = (
    TurnStarted
    | Routed
    | HistoryDropped
    | ContextShrunk
    | Reduced
    | Notice
    | GuardFinding
    | GuardFailed
    | TextDelta
    | TextComplete
    | TurnFinished
)
