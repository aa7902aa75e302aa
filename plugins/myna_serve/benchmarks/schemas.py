"""Do answers always fit their schema, and required calls theirs? Each is judged, and none may be wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from myna.bench import Measurement
from myna.benchmarks.chat_client import HOST
from myna.benchmarks.subject import open_subject
from myna.cli.bench import Samples

from .answer_schemas import FORMS, KINDS
from .fitting import unfit
from .program import serving

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

COUNT = 200
AT_ONCE = 8
CONTEXT = 2048
ANSWER = 400
"""Tokens: what is longer comes to its end there, and is to fit all the same."""

PATIENCE_S = 600.0
QUESTION = "Make up an example that is not empty."

Schema = dict[str, Any]


class Tally(msgspec.Struct):
    """What came of one kind of request."""

    seconds: list[float] = msgspec.field(default_factory=list)
    """Of each answer, with what it waited for."""
    wrong: list[str] = msgspec.field(default_factory=list)
    """What did not fit, and why."""

    @property
    def fitting(self) -> int:
        return len(self.seconds) - len(self.wrong)


async def run(bench: BenchContext) -> list[Measurement]:
    """How many answers of 200 fit, how many required calls do, and seconds for each; at temperature 1."""
    found: list[Measurement] = []
    async with AsyncExitStack() as stack:
        subject = await stack.enter_async_context(open_subject(bench, context=CONTEXT))
        program = await stack.enter_async_context(
            serving(subject, engine_context=CONTEXT, engine_parallel=AT_ONCE, serve_cache=0)
        )
        await subject.unload()
        url = f"http://{HOST}:{program.port}/v1/"
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False))
        for kind, ask in (("answers that fit", answer), ("required calls that fit", call)):
            tally = await asked(client, ask)
            bench.note(f"  {kind}: {tally.fitting} of {COUNT}")
            for words in tally.wrong:
                bench.note(f"  {words}")
            fitting, every = Samples(kind, (float(tally.fitting),)), Samples("all", (float(COUNT),))
            name = f"schemas, {kind}"
            found += [
                bench.compare(name, fitting, every, unit="answers", better="higher", target=1.0),
                bench.compare(f"{name}, time", Samples(name, tuple(tally.seconds)), unit="s", better="lower"),
            ]
    return found


Ask = Callable[[httpx.AsyncClient, int, Schema], Awaitable[str]]
"""One request with a seed and a schema; what is wrong with its answer, or empty."""


async def asked(client: httpx.AsyncClient, ask: Ask, count: int = COUNT) -> Tally:
    """`count` requests over all schemas, each with a seed of its own."""
    schemas = [*KINDS, *FORMS]
    tally = Tally()
    room = asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> None:
        async with room:
            began = time.perf_counter()
            try:
                wrong = await ask(client, seed, schemas[seed % len(schemas)])
            except httpx.HTTPError as error:
                wrong = f"{type(error).__name__} {error}"
            tally.seconds.append(time.perf_counter() - began)
        if wrong:
            tally.wrong.append(f"seed {seed}: {wrong}")

    await asyncio.gather(*(one(seed) for seed in range(count)))
    return tally


async def answer(client: httpx.AsyncClient, seed: int, schema: Schema) -> str:
    """A document is asked for."""
    form = {"type": "json_schema", "json_schema": {"name": "it", "schema": schema, "strict": True}}
    said = await _said(client, seed, response_format=form)
    if isinstance(said, str):
        return said
    return _judged(said.get("content") or "", schema)


async def call(client: httpx.AsyncClient, seed: int, schema: Schema) -> str:
    """One of two tools has to be called: the arguments of a tool are an object."""
    whole = schema if schema.get("type") == "object" else {
        "type": "object", "properties": {"it": schema}, "required": ["it"], "additionalProperties": False,
    }  # fmt: skip
    other = {"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}}, "required": ["city"]}
    takes = {"do_it": whole, "weather": other}
    tools = [
        {"type": "function", "function": {"name": name, "parameters": parameters, "strict": True}}
        for name, parameters in takes.items()
    ]
    said = await _said(client, seed, tools=tools, tool_choice="required")
    if isinstance(said, str):
        return said
    calls: list[dict[str, Any]] = said.get("tool_calls") or []
    if len(calls) != 1 or calls[0]["function"]["name"] not in takes:
        return f"no call of a tool: {said!r}"
    function = calls[0]["function"]
    return _judged(function["arguments"], takes[function["name"]])


async def _said(client: httpx.AsyncClient, seed: int, **chosen: Any) -> dict[str, Any] | str:
    """The message that is answered, or why there is none."""
    body = {
        "messages": [{"role": "user", "content": QUESTION}],
        "temperature": 1,
        "seed": seed,
        "max_completion_tokens": ANSWER,
        **chosen,
    }
    response = await client.post("chat/completions", json=body)
    if response.status_code != 200:
        return f"it answered {response.status_code}: {response.text}"
    message: dict[str, Any] = response.json()["choices"][0]["message"]
    return message


def _judged(text: str, schema: Schema) -> str:
    wrong = unfit(text, schema)
    return f"{wrong}: {text}" if wrong else ""
