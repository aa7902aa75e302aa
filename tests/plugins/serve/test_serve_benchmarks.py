"""What the measurements do, beside a server whose engine answers from a script."""

from __future__ import annotations

import asyncio
import json
import os

import jsonschema
import pytest

from myna.benchmarks.chat_client import ChatClient
from myna.errors import EngineCrashed, EngineError, EngineHung
from myna.testing import FakeEngine
from myna_serve.benchmarks import schemas
from myna_serve.benchmarks.answer_schemas import FORMS, KINDS
from myna_serve.benchmarks.crash import crash, worker_of
from myna_serve.benchmarks.crowd import Tally, crowd
from myna_serve.benchmarks.fitting import unfit

pytestmark = pytest.mark.anyio

APPETITES = {"modest": 1, "greedy": 8}


class Slow(FakeEngine):
    """Each answer takes a hundredth of a second."""

    async def generate(self, request, *, ahead=0):
        await asyncio.sleep(0.01)
        async for item in super().generate(request, ahead=ahead):
            yield item


async def test_all_keys_are_served_and_who_is_refused_comes_back(serve):
    served = await serve(Slow(), queue=3, parallel=2)
    keys = {name: served.key(name)["authorization"].removeprefix("Bearer ") for name in APPETITES}
    tally = Tally()
    await crowd(lambda name: ChatClient("it", served.port, key=keys[name]), APPETITES, 2.5, tally)
    assert not tally.failed
    assert tally.told_to_wait
    assert min(tally.answered.values()) >= 1
    assert tally.answered.keys() == APPETITES.keys()


async def test_what_fails_is_told(serve):
    served = await serve(FakeEngine())
    served.key("somebody")
    tally = Tally()
    await crowd(lambda _: ChatClient("it", served.port, key="wrong"), {"somebody": 1}, 0.05, tally)
    assert not tally.answered
    assert "it answered 401" in tally.failed[0]


class Mortal(FakeEngine):
    """Its long answers go on until `kill`, then break off with `error`; the next `down` requests are told the same."""

    def __init__(self, error, *, down=0, patience=3600.0):
        super().__init__()
        self.error, self.down, self.patience = error, down, patience
        self.killed = asyncio.Event()

    def kill(self):
        self.killed.set()

    async def generate(self, request, *, ahead=0):
        async for item in super().generate(request, ahead=ahead):
            yield item
            if not self.killed.is_set() and request.max_tokens > 1:
                await asyncio.wait_for(self.killed.wait(), self.patience)
                raise self.error
        if request.max_tokens == 1 and self.down:
            self.down -= 1
            raise self.error


async def test_a_crash_is_told_clearly_and_the_next_is_answered(serve):
    engine = Mortal(EngineCrashed("gone"), down=2)
    served = await serve(engine, parallel=4)
    seen = await crash(ChatClient("it", served.port), engine.kill, streams=4)
    assert (seen.clear, seen.whole, seen.other) == (4, 0, [])
    assert seen.back_s > 0
    assert engine.down == 0


async def test_another_error_than_the_clear_one_counts(serve):
    engine = Mortal(EngineHung("gone"), down=1)
    served = await serve(engine, parallel=3)
    seen = await crash(ChatClient("it", served.port), engine.kill, streams=3)
    # Three that broke off, and the one who asked next.
    assert (seen.clear, len(seen.other)) == (0, 4)
    assert any("broke off" in message for message in seen.other)


async def test_what_never_begins_is_no_crash(serve):
    served = await serve(FakeEngine(error=EngineCrashed("at once")))
    seen = await crash(ChatClient("it", served.port), lambda: pytest.fail("killed"), streams=2)
    assert "before all had begun" in seen.other[0]


def test_a_server_without_a_worker():
    with pytest.raises(EngineError, match="no worker"):
        worker_of(os.getpid())


@pytest.fixture
async def asking(serve):
    """Asks a server whose engine says a text: what is wrong with what came."""

    async def ask(kind, text, schema):
        served = await serve(FakeEngine([text]))
        served.client.base_url = f"http://127.0.0.1:{served.port}/v1/"
        return await kind(served.client, 7, schema), served.engine.requests[-1]

    return ask


FLAT = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@pytest.mark.parametrize(
    ("text", "wrong"), [('{"n": 1}', ""), ('{"n": "1"}', "'1' is not of type"), ("{", "no JSON"), ("", "no JSON")]
)
async def test_each_answer_is_judged(asking, text, wrong):
    found, request = await asking(schemas.answer, text, FLAT)
    assert wrong in found
    assert bool(wrong) == bool(found)
    assert text in found or not found
    assert (json.loads(request.schema), request.sampling.temperature, request.sampling.seed) == (FLAT, 1, 7)


@pytest.mark.parametrize(
    ("arguments", "wrong"), [('{"n": 1}', ""), ('{"it": {"n": 1}}', "'n' is a required property"), (None, "no call")]
)
async def test_each_required_call_is_judged(asking, arguments, wrong):
    text = "Well." if arguments is None else f'<tool_call>{{"name":"do_it","arguments":{arguments}}}</tool_call>'
    found, request = await asking(schemas.call, text, FLAT)
    assert wrong in found
    assert bool(wrong) == bool(found)
    assert request.tools.required


async def test_all_schemas_are_asked_and_what_fails_is_told(serve):
    served = await serve(FakeEngine(["{}"]), parallel=8)
    served.client.base_url = f"http://127.0.0.1:{served.port}/v1/"
    tally = await schemas.asked(served.client, schemas.answer, len(KINDS) + len(FORMS))
    assert len(tally.seconds) == len(served.engine.requests) == len(KINDS) + len(FORMS)
    # Only where anything goes is nothing enough.
    assert tally.fitting == 1
    await served.client.aclose()
    served.client = type(served.client)(base_url="http://127.0.0.1:1/", trust_env=False)
    tally = await schemas.asked(served.client, schemas.answer, 2)
    assert (tally.fitting, len(tally.wrong)) == (0, 2)
    assert "ConnectError" in tally.wrong[0]


@pytest.mark.parametrize("schema", [*KINDS, *FORMS])
def test_the_schemas_are_schemas(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("text", "schema", "wrong"),
    [
        ('"2026-02-30"', {"type": "string", "format": "date"}, "is not a 'date'"),
        ('"a"', {"type": "string", "pattern": "^[b]$"}, "does not match"),
        ("3", {"type": "integer", "maximum": 2}, "greater than the maximum"),
        ('"晴"', {"enum": ["晴", "雨"]}, ""),
        ('"10:12:15.125-14:10"', {"type": "string", "format": "time"}, ""),
        ('"10:12:15"', {"type": "string", "format": "time"}, "is not a 'time'"),
        ('"25:12:15Z"', {"type": "string", "format": "time"}, "is not a 'time'"),
        ('"2024-02-29T10:12:15Z"', {"type": "string", "format": "date-time"}, ""),
        ('"2023-02-29T10:12:15Z"', {"type": "string", "format": "date-time"}, "is not a 'date-time'"),
        ('"2024-02-29 10:12:15Z"', {"type": "string", "format": "date-time"}, "is not a 'date-time'"),
        ('"http://x.example/a?b"', {"type": "string", "format": "uri"}, ""),
        ('"x.example/a b"', {"type": "string", "format": "uri"}, "is not a 'uri'"),
        ('"a@b"', {"type": "string", "format": "email"}, ""),
        ('"1.2.3.400"', {"type": "string", "format": "ipv4"}, "is not a 'ipv4'"),
        ("7", {"format": "time"}, ""),
    ],
)
def test_the_judge_looks_at_formats_patterns_and_ranges(text, schema, wrong):
    assert wrong in unfit(text, schema)
    assert bool(unfit(text, schema)) == bool(wrong)
