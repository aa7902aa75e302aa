"""`/v1/moderations`: what the guard of this machine makes of texts and pictures."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from myna.events import GuardFinding
from myna_serve.access.identity import Identity
from myna_serve.api.routes import new_routes
from myna_serve.aside import Judged, judge, record
from myna_serve.chat.pictures import picture_of
from myna_serve.chat.request import ImagePart, Strict, TextPart
from myna_serve.connection import while_connected
from myna_serve.faults import Fault, bad
from myna_serve.linked.pictures import Link, bring
from myna_serve.service import Service

MOST_INPUTS = 64

CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip
"""OpenAI's; clients expect each of them."""

_KNOWN_AS = {
    "self-harm": "self-harm",
    "offensive": "harassment",
    "profanity": "harassment",
    "unsafe-picture": "sexual",
}
"""Which of them a rule of the shipped policies means. Other rules stand under their own names."""

Item = Annotated[TextPart | ImagePart, Field(discriminator="type")]


class ModerationRequest(Strict):
    model: str = ""
    input: str | list[str] | list[Item]


def moderation_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/moderations", summary="What the guard makes of texts and pictures", response_model=None)
    async def moderations(request: Request, asked: ModerationRequest) -> Response:
        who = await service.begin(request, "moderations")
        if not service.assistant.host.screens:
            raise Fault(501, "no guard is active here", code="no_guard")
        await bring(request, service, who, _links(asked))
        inputs = _inputs(asked)
        return JSONResponse(await while_connected(request, _moderate(service, who, inputs)))

    return routes


def _links(asked: ModerationRequest) -> list[Link]:
    return [one.image_url for one in asked.input if isinstance(one, ImagePart)]


def _inputs(asked: ModerationRequest) -> list[list[str | bytes]]:
    """Parts that are judged together, for each result."""
    if isinstance(asked.input, str):
        return [[asked.input]]
    if not 1 <= len(asked.input) <= MOST_INPUTS:
        raise bad(f"input: 1 to {MOST_INPUTS} are possible", "input")
    if all(isinstance(one, str) for one in asked.input):
        return [[one] for one in asked.input if isinstance(one, str)]
    parts: list[str | bytes] = []
    for one in asked.input:
        if isinstance(one, TextPart):
            parts.append(one.text)
        elif isinstance(one, ImagePart):
            parts.append(picture_of(one.image_url.url))
    return [parts]


async def _moderate(service: Service, who: Identity, inputs: list[list[str | bytes]]) -> dict[str, Any]:
    async with service.slot("judge", who):
        judged = [await judge(service, parts) for parts in inputs]
    content = {"input": "\n".join(part for parts in inputs for part in parts if isinstance(part, str))}
    flagged = sum(_flagged(one) for one in judged)
    await record(service, who, "/v1/moderations", content=content, count=len(judged), flagged=flagged)
    return {"id": f"modr-{uuid.uuid4().hex}", "model": "myna-guard", "results": [_result(one) for one in judged]}


def _flagged(judged: Judged) -> bool:
    """Whether the policy does anything about it; what is only to be logged is no reason."""
    return judged.verdict.action != "allow" or any(finding.action != "log" for finding in judged.findings)


def _result(judged: Judged) -> dict[str, Any]:
    scores = dict.fromkeys(CATEGORIES, 0.0) | _scores(judged.findings)
    if judged.verdict.action == "block" and not any(scores.values()):
        # A part of the guard failed, and the policy blocks what cannot be judged.
        scores[judged.verdict.rule or "blocked"] = 1.0
    return {
        "flagged": _flagged(judged),
        "categories": {name: score > 0 for name, score in scores.items()},
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] if score else [] for name, score in scores.items()},
        "action": judged.verdict.action,
    }


def _scores(findings: Iterable[GuardFinding]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for finding in findings:
        name = _KNOWN_AS.get(finding.rule, finding.rule)
        scores[name] = max(scores.get(name, 0.0), finding.score)
    return scores
