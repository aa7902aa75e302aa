"""The parts of `myna demo` that need nothing but a chat model."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING

from ..draft import AskOptions
from ..engine.protocols import Sampling
from ..errors import EngineError
from ..events import TextDelta, TurnFinished
from .answer import failure, figures
from .terminal import printable

if TYPE_CHECKING:
    from rich.console import Console

    from ..assistant import Assistant
    from ..turn import Turn

GREEDY = Sampling(temperature=0)

SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 40},
        "country": {"type": "string", "maxLength": 40},
        "size": {"enum": ["small", "medium", "large"]},
        "languages": {"type": "array", "items": {"type": "string", "maxLength": 20}, "minItems": 1, "maxItems": 2},
    },
    "required": ["city", "country", "size", "languages"],
    "additionalProperties": False,
}

QUESTIONS = (
    "What is the capital of France?",
    "Name three colours.",
    "What is water made of?",
    "How many days has a week?",
)


async def question(assistant: Assistant, console: Console) -> dict[str, float]:
    """One turn, streamed."""
    conversation = await assistant.conversation(record=False)
    finished = await _stream(conversation.ask(QUESTIONS[0], options=_options()), QUESTIONS[0], console)
    return _stages(finished)


async def follow_up(assistant: Assistant, console: Console) -> dict[str, float]:
    """Two turns: the second finds the first in the cache and computes only what is new."""
    conversation = await assistant.conversation(record=False)
    first = "Tell me in two sentences what a myna bird is."
    second = "Can it talk?"
    before = await _stream(conversation.ask(first, options=_options()), first, console)
    after = await _stream(conversation.ask(second, options=_options()), second, console)
    share = after.usage.cached_tokens / max(after.usage.prompt_tokens, 1)
    console.print(f"{after.usage.cached_tokens} of {after.usage.prompt_tokens} tokens were cached ({share:.0%})")
    return {
        "first_token_of_first_turn": before.timings.get("first_token", 0.0),
        "first_token_of_second_turn": after.timings.get("first_token", 0.0),
    }


async def structured(assistant: Assistant, console: Console) -> dict[str, float]:
    """An answer that a program can read."""
    conversation = await assistant.conversation(record=False)
    text = "Describe Paris as JSON."
    options = AskOptions(sampling=GREEDY, max_tokens=200, schema=json.dumps(SCHEMA))
    finished = await _stream(conversation.ask(text, options=options), text, console)
    fields = ", ".join(json.loads(finished.text))
    console.print(f"It is valid JSON with {fields}.", markup=False, highlight=False)
    return _stages(finished)


async def together(assistant: Assistant, console: Console) -> dict[str, float]:
    """Four turns in one model at once; their answers are shown when all are done."""
    conversations = [await assistant.conversation(record=False) for _ in QUESTIONS]
    start = time.perf_counter()
    turns = [
        conversation.ask(text, options=_options()) for conversation, text in zip(conversations, QUESTIONS, strict=True)
    ]
    finished = await asyncio.gather(*(_finish(turn) for turn in turns))
    elapsed = (time.perf_counter() - start) * 1000
    for text, one in zip(QUESTIONS, finished, strict=True):
        console.print(f"› {text}", style="cyan", markup=False, highlight=False)
        console.print(printable(one.text.strip()), markup=False, highlight=False)
    tokens = sum(one.usage.completion_tokens for one in finished)
    console.print(f"{tokens} tokens for all, {tokens / elapsed * 1000:.1f} tokens/s", style="dim", highlight=False)
    return {"all_four": elapsed, "slowest_first_token": max(one.timings.get("first_token", 0.0) for one in finished)}


def _options() -> AskOptions:
    return AskOptions(sampling=GREEDY, max_tokens=80)


async def _stream(turn: Turn, text: str, console: Console) -> TurnFinished:
    console.print(f"› {text}", style="cyan", markup=False, highlight=False)
    finished: TurnFinished | None = None
    async for event in turn:
        if isinstance(event, TextDelta):
            console.out(printable(event.text), end="", highlight=False)
        elif isinstance(event, TurnFinished):
            finished = event
    console.out("")
    finished = _good(finished)
    console.print(figures(finished), style="dim", highlight=False)
    return finished


async def _finish(turn: Turn) -> TurnFinished:
    finished: TurnFinished | None = None
    async for event in turn:
        if isinstance(event, TurnFinished):
            finished = event
    return _good(finished)


def _good(finished: TurnFinished | None) -> TurnFinished:
    if finished is None:
        raise EngineError("the turn ended without a result")
    if error := failure(finished):
        raise error
    return finished


def _stages(finished: TurnFinished) -> dict[str, float]:
    kept = ("load", "prefill", "first_token", "decode", "total")
    return {stage: finished.timings[stage] for stage in kept if stage in finished.timings}
