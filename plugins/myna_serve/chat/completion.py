"""A chat completion: all choices, one after the other, in one slot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from myna.events import TokenLogprob, Usage

from .answering import End, Piece, answer
from .asking import Asked
from .shapes import Head, choice, last_part, part, reason_of, together, whole
from .tools import Deltas, Streaming, found_calls

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service


async def complete(service: Service, who: Identity, asked: Asked, *, cached: bool) -> dict[str, Any]:
    """The answer in one piece. Raises `Fault`."""
    choices: list[dict[str, Any]] = []
    usage: Usage | None = None
    model = ""
    async with service.slot("chat", who):
        for index in range(asked.choices):
            texts: list[str] = []
            logprobs: list[TokenLogprob] = []
            async with aclosing(answer(service, who, asked, index, cached=cached)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, End):
                        usage, model = together(usage, piece.usage), piece.model
                        text, calls = found_calls("".join(texts), asked.options.tools)
                        given = logprobs if asked.options.logprobs is not None else None
                        choices.append(choice(index, text, calls, piece.reason, given))
                    else:
                        texts.append(piece.text)
                        logprobs += piece.logprobs
    return whole(Head.new(model), choices, usage or Usage())


async def stream(
    service: Service, who: Identity, asked: Asked, *, cached: bool, with_usage: bool
) -> AsyncGenerator[dict[str, Any], None]:
    """The answer as it comes; holds its slot until it is closed. Raises `Fault`."""
    usage: Usage | None = None
    async with service.slot("chat", who):
        head = Head.new("")
        for index in range(asked.choices):
            reading, deltas = Streaming(asked.options.tools), Deltas()
            begun = False
            async with aclosing(answer(service, who, asked, index, cached=cached)) as pieces:
                async for piece in pieces:
                    if not begun and not head.model:
                        # Of all choices: it is known once somebody answers.
                        head = msgspec.structs.replace(head, model=piece.model)
                    if not begun:
                        # Once something is known to come: until then an error has a status of its own.
                        begun = True
                        yield part(head, index, {"role": "assistant", "content": ""})
                    if isinstance(piece, Piece):
                        logprobs = piece.logprobs
                        for delta in deltas.shown(reading.feed(piece.text)):
                            yield part(head, index, delta, logprobs=logprobs)
                            logprobs = ()
                        if logprobs:
                            yield part(head, index, {"content": ""}, logprobs=logprobs)
                    else:
                        usage = together(usage, piece.usage)
                        for delta in deltas.shown(reading.finish()):
                            yield part(head, index, delta)
                        yield part(head, index, {}, reason=reason_of(piece.reason, deltas.calls))
        if with_usage:
            yield last_part(head, usage or Usage())
