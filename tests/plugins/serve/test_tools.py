"""Calls of tools: found in what a model writes, held back from what is shown, required by a grammar."""

from __future__ import annotations

import json

import pytest

from myna.testing import FakeEngine
from myna_serve.chat.tools import Call, Holding, OneTool, Toolbox

pytestmark = pytest.mark.anyio

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": SCHEMA}}]
WRITTEN = '<tool_call>{"name": "weather", "arguments": {"city": "Wien"}}</tool_call>'
BOX = Toolbox((OneTool("weather", "d", SCHEMA),))


def shown(calls: list[Call]) -> list[tuple[str, dict]]:
    return [(call.name, json.loads(bytes(call.arguments))) for call in calls]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("before", ["", "One moment. ", "1 < 2, <tool> "])
def test_a_call_is_held_back_however_it_arrives(size, before):
    holding = Holding(BOX)
    text = before + WRITTEN
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    told = "".join(holding.feed(piece) for piece in pieces)
    rest, calls = holding.finish()
    assert told + rest == before
    assert shown(calls) == [("weather", {"city": "Wien"})]


@pytest.mark.parametrize(
    "text",
    [
        "no call at all <",
        "<tool_cal",
        "<tool_call>",
        "<tool_call>nonsense</tool_call>",
        '<tool_call>{"name": "other", "arguments": {}}</tool_call>',
        '<tool_call>{"name": "weather", "arguments": "x"}</tool_call>',
        '<tool_call>{"name": "weather"}</tool_call>',
        "<tool_call>" + "[" * 5000,
    ],
)
def test_what_is_no_call_is_text(text):
    holding = Holding(BOX)
    told = holding.feed(text)
    rest, calls = holding.finish()
    assert (told + rest, calls) == (text, [])


def test_several_calls_and_one_that_was_not_closed():
    text, calls = BOX.calls(WRITTEN + "\n" + WRITTEN.removesuffix("</tool_call>"))
    assert (text, len(calls)) == ("", 2)


def test_without_tools_nothing_is_held_back():
    holding = Holding(Toolbox())
    assert holding.feed(WRITTEN) == WRITTEN
    assert holding.finish() == ("", [])


async def test_a_call_over_the_socket(serve):
    served = await serve(FakeEngine(["Wait. ", WRITTEN[:20], WRITTEN[20:]]))
    (choice,) = (await served.ask(tools=TOOLS)).json()["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", "Wait.")
    (call,) = choice["message"]["tool_calls"]
    assert (call["type"], call["function"]["name"]) == ("function", "weather")
    assert json.loads(call["function"]["arguments"]) == {"city": "Wien"}
    assert "weather" in served.engine.requests[0].messages[0].text
    lines = (await served.ask(tools=TOOLS, stream=True)).text.split("\n\n")
    deltas = [json.loads(line[6:])["choices"][0]["delta"] for line in lines if line and "[DONE]" not in line]
    assert "".join(delta.get("content") or "" for delta in deltas) == "Wait. "
    ((streamed,),) = [delta["tool_calls"] for delta in deltas if "tool_calls" in delta]
    assert (streamed["index"], streamed["function"]["name"]) == (0, "weather")


async def test_a_required_call_is_a_schema(serve):
    served = await serve(FakeEngine(['{"name": "weather", "arguments": {"city": "Wien"}}']))
    named = {"type": "function", "function": {"name": "weather"}}
    for choice in ("required", named):
        (shown,) = (await served.ask(tools=TOOLS, tool_choice=choice)).json()["choices"]
        assert (shown["finish_reason"], shown["message"]["content"]) == ("tool_calls", None)
        schema = json.loads(served.engine.requests[-1].schema)
        assert schema["properties"] == {"name": {"const": "weather"}, "arguments": SCHEMA}


async def test_no_call_where_none_is_wanted(serve):
    served = await serve(FakeEngine([WRITTEN]))
    (choice,) = (await served.ask(tools=TOOLS, tool_choice="none")).json()["choices"]
    assert choice["message"]["content"] == WRITTEN
    assert "weather" not in served.engine.requests[0].messages[0].text


async def test_results_of_tools_go_back_to_the_model(serve):
    served = await serve()
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Wien"}'}}
    messages = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "c2", "content": "Wind"},
    ]
    assert (await served.ask(messages=messages, tools=TOOLS)).status_code == 200
    *_, asked, called, results = served.engine.requests[0].messages
    assert [asked.text, called.text] == [
        "Weather?",
        '<tool_call>{"name":"weather","arguments":{"city":"Wien"}}</tool_call>',
    ]
    assert results.role == "user"
    assert "Rain" in results.text
    assert "Wind" in results.text


@pytest.mark.parametrize(
    "fields",
    [
        {"tools": TOOLS * 2},
        {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "other"}}},
        {"tools": TOOLS, "tool_choice": "required", "response_format": {"type": "json_object"}},
        {"tools": [{"type": "function", "function": {"name": "a b"}}]},
        {"tools": [{"type": "browser"}]},
        {"tool_choice": {"type": "function", "function": {"name": "weather"}}},
    ],
)
async def test_tools_that_make_no_sense_are_refused(serve, fields):
    served = await serve()
    assert (await served.ask(**fields)).status_code == 400
    assert served.engine.requests == []
