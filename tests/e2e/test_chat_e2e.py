"""The default model answers real questions, through the real command line and its worker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from model_workers import model_workers
from myna.assistant import Assistant
from myna.config import Settings
from myna.draft import AskOptions
from myna.engine.protocols import Sampling
from myna.events import TextDelta
from myna.paths import Paths

PARIS = "What is the capital of France?"
GREEDY = AskOptions(sampling=Sampling(temperature=0), max_tokens=40)

PET = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["cat", "dog", "bird"]},
        "tags": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "weight": {"type": "integer"}},
                "required": ["key", "weight"],
            },
        },
    },
    "required": ["name", "kind", "tags"],
}


@asynccontextmanager
async def assistant_in(home: Path) -> AsyncIterator[Assistant]:
    async with await Assistant.open(Paths.find(home), Settings()) as assistant:
        yield assistant


def test_the_capital_of_france(myna):
    ended = myna("ask", PARIS, "--temperature", "0", "--max-tokens", "40")
    assert ended.status == 0, ended.err
    assert "Paris" in ended.out


def test_a_question_from_standard_input(myna):
    ended = myna("ask", "-", "--temperature", "0", "--max-tokens", "40", "--json", stdin=PARIS)
    assert ended.status == 0, ended.err
    answer = json.loads(ended.out)
    assert "Paris" in answer["text"]
    assert answer["finish_reason"] in {"stop", "length"}
    assert answer["usage"]["completion_tokens"] > 0
    assert {"load", "prefill", "first_token", "decode", "total"} <= answer["timings"].keys()


async def test_a_schema_is_obeyed_in_every_answer(myna_home):
    places = asyncio.Semaphore(8)

    async with assistant_in(myna_home) as assistant:

        async def describe(seed: int) -> str:
            async with places:
                conversation = await assistant.conversation(record=False)
                options = AskOptions(
                    sampling=Sampling(temperature=1.0, seed=seed), max_tokens=64, schema=json.dumps(PET)
                )
                finished = await conversation.ask("Describe a pet as JSON.", options=options).finish()
                assert finished.error is None, finished.error
                return finished.text

        # `myna bench schemas` asks for two hundred.
        texts = await asyncio.gather(*map(describe, range(24)))
    for text in texts:
        pet = json.loads(text)
        assert pet.keys() == {"name", "kind", "tags"}
        assert isinstance(pet["name"], str)
        assert pet["kind"] in {"cat", "dog", "bird"}
        assert all(
            tag.keys() == {"key", "weight"} and isinstance(tag["key"], str) and isinstance(tag["weight"], int)
            for tag in pet["tags"]
        )
    assert len(set(texts)) > 12


async def test_the_second_turn_continues_from_the_first(myna_home):
    async with assistant_in(myna_home) as assistant:
        conversation = await assistant.conversation()
        first = await conversation.ask(PARIS, options=GREEDY).finish()
        second = await conversation.ask("And of Germany?", options=GREEDY).finish()
    assert first.usage.cached_tokens < first.usage.prompt_tokens
    # All of the first turn but the last tokens of its answer.
    assert second.usage.cached_tokens >= first.usage.prompt_tokens
    assert second.usage.prompt_tokens - second.usage.cached_tokens < 30


@pytest.mark.parametrize("text", ["你好，世界！今天天气怎么样？", "👩‍👩‍👧‍👦 🏴‍☠️ é नमस्ते"])
async def test_any_script_goes_in_and_comes_out_as_it_was(myna_home, text):
    async with assistant_in(myna_home) as assistant:
        conversation = await assistant.conversation()
        options = AskOptions(
            sampling=Sampling(temperature=0), max_tokens=120, grammar=f"root ::= {json.dumps(text, ensure_ascii=False)}"
        )
        pieces = [event.text async for event in conversation.ask(text, options=options) if isinstance(event, TextDelta)]
        stored = [message.message.text for message in await conversation.history()]
    assert "".join(pieces) == text
    assert all("\ufffd" not in piece for piece in pieces)
    assert stored == [text, text]


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
async def test_after_a_killed_worker_the_next_question_is_answered(myna_home):
    async with assistant_in(myna_home) as assistant:
        conversation = await assistant.conversation()
        events = []
        async for event in conversation.ask("Tell me a very long story.", options=AskOptions(max_tokens=2000)):
            if isinstance(event, TextDelta) and not any(isinstance(seen, TextDelta) for seen in events):
                workers = model_workers()
                assert len(workers) == 1
                workers[0].send_signal(signal.SIGKILL)
            events.append(event)
        assert events[-1].reason == "error"
        assert events[-1].error.code == "engine-crashed"
        told = events[-1].text
        assert told
        again = await conversation.ask(PARIS, options=GREEDY).finish()
        assert again.reason in {"stop", "length"}
        stored = [message.message.text for message in await conversation.history()]
    assert stored == ["Tell me a very long story.", told, PARIS, again.text]
