"""`/v1/embeddings`."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from myna.errors import MynaError
from myna.events import Usage
from myna_serve.access.identity import Identity
from myna_serve.api.routes import new_routes
from myna_serve.aside import record
from myna_serve.chat.request import Strict
from myna_serve.connection import while_connected
from myna_serve.faults import bad, fault_of
from myna_serve.screened import Screen
from myna_serve.service import Service

MOST_TEXTS = 2048
"""As OpenAI has it."""

AT_ONCE = 32
"""Texts that go to the model together; between two such parts, others have their turn and a client may go."""

FLOAT_BYTES = 4


class EmbeddingRequest(Strict):
    model: str = ""
    input: str | list[str] | list[int] | list[list[int]]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Field(ge=1)] | None = None
    user: str | None = None


def embedding_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/embeddings", summary="Vectors of texts", response_model=None)
    async def embeddings(request: Request, asked: EmbeddingRequest) -> Response:
        who = await service.begin(request, "embeddings")
        texts = _texts(asked)
        model = await service.models.choose(asked.model, "embed")
        return JSONResponse(await while_connected(request, _embed(service, who, asked, texts, model)))

    return routes


def _texts(asked: EmbeddingRequest) -> list[str]:
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise bad(f"input: 1 to {MOST_TEXTS} texts are possible", "input")
    found = [text for text in texts if isinstance(text, str)]
    if len(found) < len(texts):
        raise bad("input: tokens are not taken, only texts", "input", "unsupported_tokens")
    if not all(text.strip() for text in found):
        raise bad("input: a text is empty", "input")
    return found


async def _embed(
    service: Service, who: Identity, asked: EmbeddingRequest, texts: list[str], model: str
) -> dict[str, Any]:
    vectors: list[bytes] = []
    tokens = 0
    screen = Screen(service, who, "/v1/embeddings", "input")
    async with service.slot("embed", who):
        texts = [await screen.passed(text) for text in texts]
        try:
            name = (await service.assistant.resolve(model, "embed")).name
            embedder = await service.assistant.embedder(model)
            for at in range(0, len(texts), AT_ONCE):
                found = await embedder.embed(texts[at : at + AT_ONCE])
                if asked.dimensions not in {None, found.dimensions}:
                    raise bad(f"dimensions: this model has {found.dimensions}", "dimensions")
                vectors += _rows(found.vectors, found.dimensions)
                tokens += found.tokens
        except MynaError as error:
            raise fault_of(error) from error
    content = {"input": "\n".join(texts)}
    counts = {"count": len(texts), "masked": screen.masked, "tokens": tokens}
    await record(service, who, "/v1/embeddings", content=content, model=name, **counts)
    service.metrics.used(Usage(prompt_tokens=tokens))
    await service.access.used(who, tokens)
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": at, "embedding": _shown(vector, asked.encoding_format)}
            for at, vector in enumerate(vectors)
        ],
        "model": name,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _rows(vectors: bytes, dimensions: int) -> Iterator[bytes]:
    row = dimensions * FLOAT_BYTES
    return (vectors[at : at + row] for at in range(0, len(vectors), row))


def _shown(vector: bytes, form: Literal["float", "base64"]) -> str | list[float]:
    """base64 is of little-endian float32, which is what engines give."""
    if form == "base64":
        return base64.b64encode(vector).decode()
    floats = array("f", vector)
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()
