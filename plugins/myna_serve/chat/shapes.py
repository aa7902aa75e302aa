"""Chat completions in OpenAI's shape."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from myna.calls.reader import Call
from myna.events import FinishReason, TokenLogprob, Usage

from .tools import shown_calls

_REASONS = {"stop": "stop", "length": "length", "blocked": "content_filter"}


class Head(msgspec.Struct, frozen=True):
    """What all parts of one completion have in common."""

    id: str
    created: int
    model: str

    @classmethod
    def new(cls, model: str) -> Head:
        return cls(f"chatcmpl-{uuid.uuid4().hex}", int(time.time()), model)

    def shown(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def reason_of(reason: FinishReason, calls: int = 0) -> str:
    """`calls`: how many whole ones there are."""
    return "tool_calls" if calls and reason == "stop" else _REASONS.get(reason, "stop")


def whole(head: Head, choices: list[dict[str, Any]], usage: Usage) -> dict[str, Any]:
    """An answer in one piece."""
    return {**head.shown("chat.completion"), "choices": choices, "usage": shown_usage(usage)}


def choice(
    index: int, text: str, calls: Sequence[Call], reason: FinishReason, logprobs: Sequence[TokenLogprob] | None
) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text if text or not calls else None, "refusal": None}
    if calls:
        message["tool_calls"] = shown_calls(calls)
    return {
        "index": index,
        "message": message,
        "logprobs": None if logprobs is None else shown_logprobs(logprobs),
        "finish_reason": reason_of(reason, len(calls)),
    }


def part(
    head: Head,
    index: int,
    delta: dict[str, Any],
    *,
    reason: str | None = None,
    logprobs: Sequence[TokenLogprob] = (),
) -> dict[str, Any]:
    """A piece of a stream."""
    shown = {
        "index": index,
        "delta": delta,
        "logprobs": shown_logprobs(logprobs) if logprobs else None,
        "finish_reason": reason,
    }
    return {**head.shown("chat.completion.chunk"), "choices": [shown]}


def last_part(head: Head, usage: Usage) -> dict[str, Any]:
    """The end of a stream whose client wants to know what it took."""
    return {**head.shown("chat.completion.chunk"), "choices": [], "usage": shown_usage(usage)}


def shown_usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
    }


def shown_logprobs(logprobs: Sequence[TokenLogprob]) -> dict[str, Any]:
    return {
        "content": [
            {
                **_token(one.text, one.logprob),
                "top_logprobs": [_token(text, logprob) for _, text, logprob in one.top],
            }
            for one in logprobs
        ],
        "refusal": None,
    }


_LEAST = -9999.0
"""Of a token that cannot come: JSON has no infinity, and OpenAI writes this."""


def _token(text: str, logprob: float) -> dict[str, Any]:
    return {"token": text, "logprob": max(logprob, _LEAST), "bytes": list(text.encode(errors="replace"))}


def together(first: Usage | None, usage: Usage) -> Usage:
    """The usage of several choices: the prompt counts once."""
    if first is None:
        return usage
    return Usage(first.prompt_tokens, first.cached_tokens, first.completion_tokens + usage.completion_tokens)
