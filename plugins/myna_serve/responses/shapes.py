"""Responses, and the events of a stream of one, in OpenAI's shape."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from myna.events import FinishReason, Usage

from .request import ResponseRequest


class Head(msgspec.Struct, frozen=True):
    """What is known before there is an answer."""

    id: str
    created: int
    model: str
    asked: ResponseRequest
    stored: bool

    @classmethod
    def new(cls, model: str, asked: ResponseRequest, *, stored: bool) -> Head:
        return cls(new_id("resp"), int(time.time()), model, asked, stored)

    def shown(
        self,
        output: Sequence[dict[str, Any]] = (),
        *,
        reason: FinishReason | None = None,
        usage: Usage | None = None,
    ) -> dict[str, Any]:
        """The whole object; without a `reason`, of a response under way."""
        incomplete = {"length": "max_output_tokens", "blocked": "content_filter"}.get(reason or "")
        asked = self.asked
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": "in_progress" if reason is None else "incomplete" if incomplete else "completed",
            "error": None,
            "incomplete_details": {"reason": incomplete} if incomplete else None,
            "instructions": asked.instructions,
            "max_output_tokens": asked.max_output_tokens,
            "metadata": asked.metadata or {},
            "model": self.model,
            "output": list(output),
            "parallel_tool_calls": asked.parallel_tool_calls is not False,
            "previous_response_id": asked.previous_response_id,
            "conversation": {"id": named} if (named := conversation_of(asked)) else None,
            "store": self.stored,
            "temperature": asked.temperature,
            "text": {"format": {"type": asked.text.format.type if asked.text and asked.text.format else "text"}},
            "tool_choice": asked.tool_choice if isinstance(asked.tool_choice, str) else "auto",
            "tools": [tool.model_dump() for tool in asked.tools or ()],
            "top_p": asked.top_p,
            "truncation": "disabled",
            "usage": None if usage is None else shown_usage(usage),
        }


def conversation_of(asked: ResponseRequest) -> str:
    """The id of the conversation that it belongs to; empty for none."""
    named = asked.conversation
    return named if isinstance(named, str) else named.id if named is not None else ""


def message(item_id: str, text: str, status: str = "completed") -> dict[str, Any]:
    """An item of the output."""
    return {
        "id": item_id,
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": [text_part(text)] if status == "completed" else [],
    }


def text_part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": []}


def called(item_id: str, call_id: str, name: str, arguments: str, status: str = "completed") -> dict[str, Any]:
    """An item of the output."""
    return {
        "id": item_id,
        "type": "function_call",
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
        "status": status,
    }


def new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"


def shown_usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }
