"""Items of responses and conversations, as they are kept and listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from myna_serve.aside import judge
from myna_serve.faults import bad

from .request import Item
from .shapes import new_id

if TYPE_CHECKING:
    from myna_serve.service import Service


async def passed(service: Service, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`items` as the guard lets them pass; none of them where one is blocked. They were judged with the question, which
    keeps what came of it to itself. Raises `Fault`."""
    if not service.assistant.host.screens:
        return items
    allowed = [await _passed(service, item) for item in items]
    found = [item for item in allowed if item is not None]
    return found if len(found) == len(items) else []


async def _passed(service: Service, item: dict[str, Any]) -> dict[str, Any] | None:
    if item["type"] == "function_call_output":
        text = await _allowed(service, item["output"])
        return None if text is None else {**item, "output": text}
    if item.get("role") not in {"user", "system", "developer"}:
        return item
    content = []
    for part in item["content"]:
        text = await _allowed(service, part.get("text", ""))
        if text is None:
            return None
        content.append({**part, "text": text} if "text" in part else part)
    return {**item, "content": content}


async def _allowed(service: Service, text: str) -> str | None:
    """None where it is blocked."""
    verdict = (await judge(service, [text], counted=False)).verdict
    return None if verdict.action == "block" else verdict.text if verdict.action == "replace" else text


def items_of(asked: str | Sequence[Item]) -> list[dict[str, Any]]:
    """What was asked, each part with a name, and texts in one way."""
    if isinstance(asked, str):
        return [_named({"type": "message", "role": "user", "content": asked})]
    return [_named(item.model_dump(exclude_none=True)) for item in asked]


def _named(item: dict[str, Any]) -> dict[str, Any]:
    prefix = {"message": "msg", "function_call": "fc", "function_call_output": "fco"}[item["type"]]
    named = {"status": "completed", **item, "id": item.get("id") or new_id(prefix)}
    if isinstance(item.get("content"), str):
        kind = "output_text" if item["role"] == "assistant" else "input_text"
        named["content"] = [{"type": kind, "text": item["content"]}]
    return named


def page(items: Sequence[dict[str, Any]], *, limit: int, order: Literal["asc", "desc"], after: str) -> dict[str, Any]:
    """A part of a list, as OpenAI hands it out. Raises `Fault`: `after` names nothing in it."""
    ordered = list(items) if order == "asc" else list(reversed(items))
    if after:
        places = [at for at, item in enumerate(ordered) if item["id"] == after]
        if not places:
            raise bad("after: there is no such item", "after")
        ordered = ordered[places[0] + 1 :]
    data = ordered[:limit]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": len(ordered) > len(data),
    }
