"""Tools over the socket: told to the model as data, their calls streamed as they are written, past all filters."""

from __future__ import annotations

import json

import pytest

from myna.hookspecs import Verdict, hookimpl
from myna.messages import Text, ToolCall
from myna.testing import FakeEngine
from myna.tools import Tool

pytestmark = pytest.mark.anyio

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": SCHEMA}}]
WRITTEN = '<tool_call>{"name":"weather","arguments":{"city": "Wien"}}</tool_call>'
WEATHER = Tool("weather", "d", json.dumps(SCHEMA, separators=(",", ":")))


def deltas(response):
    """Of a stream: the deltas, and the reason at its end."""
    assert response.status_code == 200, response.text
    parts = [json.loads(line[6:]) for line in response.text.split("\n\n") if line and "[DONE]" not in line]
    choices = [choice for part in parts for choice in part.get("choices", ())]
    return [choice["delta"] for choice in choices], choices[-1]["finish_reason"]


def assembled(parts):
    """Text, and calls by index, as clients put them together."""
    text, calls = "", {}
    for delta in parts:
        text += delta.get("content") or ""
        for call in delta.get("tool_calls", ()):
            if "id" in call:
                assert call["index"] not in calls
                calls[call["index"]] = {
                    "id": call["id"],
                    "type": call["type"],
                    "name": call["function"]["name"],
                    "args": "",
                }
            calls[call["index"]]["args"] += call["function"]["arguments"]
    return text, calls


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_a_call_over_the_socket(serve, size):
    text = f"Wait. {WRITTEN}"
    served = await serve(FakeEngine([text[at : at + size] for at in range(0, len(text), size)]))
    (choice,) = (await served.ask(tools=TOOLS)).json()["choices"]
    assert (choice["finish_reason"], choice["message"]["content"]) == ("tool_calls", "Wait.")
    (call,) = choice["message"]["tool_calls"]
    assert (call["type"], call["function"]["name"]) == ("function", "weather")
    assert json.loads(call["function"]["arguments"]) == {"city": "Wien"}
    assert served.engine.requests[0].tools.tools == (WEATHER,)
    parts, reason = deltas(await served.ask(tools=TOOLS, stream=True))
    said, calls = assembled(parts)
    assert (said, reason) == ("Wait.", "tool_calls")
    assert (calls[0]["type"], calls[0]["name"], calls[0]["args"]) == ("function", "weather", '{"city": "Wien"}')


async def test_arguments_come_while_they_are_written(serve):
    engine = FakeEngine([WRITTEN[:52], WRITTEN[52:]], hold_after=1)
    served = await serve(engine)
    asked = {"messages": [{"role": "user", "content": "x"}], "tools": TOOLS, "stream": True}
    begun, before = "", ""
    async with served.client.stream("POST", "/v1/chat/completions", json=asked) as response:
        async for piece in response.aiter_text():
            begun += piece
            if not before and r"{\"city" in begun:
                # The model has not gone on yet.
                assert engine.running == 1
                before = begun
                engine.release()
    assert '"name":"weather"' in before
    assert "Wien" not in before
    assert "ien" in begun


async def test_several_calls_and_broken_ones(serve):
    served = await serve(FakeEngine([WRITTEN, "\n", WRITTEN]))
    (choice,) = (await served.ask(tools=TOOLS)).json()["choices"]
    assert len(choice["message"]["tool_calls"]) == 2
    _, calls = assembled(deltas(await served.ask(tools=TOOLS, stream=True))[0])
    assert [call["args"] for call in calls.values()] == ['{"city": "Wien"}'] * 2
    assert len({call["id"] for call in calls.values()}) == 2
    cut = WRITTEN[:-20]
    served = await serve(FakeEngine([cut]))
    (choice,) = (await served.ask(tools=TOOLS)).json()["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == (cut, "stop")
    assert "tool_calls" not in choice["message"]
    # What was told of it is out, and the reason says that it is not to be carried out.
    assert deltas(await served.ask(tools=TOOLS, stream=True))[1] == "stop"
    assert deltas(await served.ask(tools=TOOLS, stream=True, max_tokens=1))[1] == "stop"


async def test_how_many_calls_there_may_be(serve):
    served = await serve(FakeEngine([WRITTEN]))
    for fields, expected in (
        ({}, (False, 0)),
        ({"tool_choice": "auto", "parallel_tool_calls": False}, (False, 1)),
        ({"tool_choice": "required"}, (True, 1)),
        ({"tool_choice": "required", "parallel_tool_calls": True}, (True, 8)),
        (
            {"tool_choice": {"type": "function", "function": {"name": "weather"}}, "parallel_tool_calls": True},
            (True, 1),
        ),
    ):
        answer = (await served.ask(tools=TOOLS, **fields)).json()["choices"][0]
        assert answer["finish_reason"] == "tool_calls"
        use = served.engine.requests[-1].tools
        assert (use.required, use.most) == expected


async def test_a_named_tool_is_the_only_one(serve):
    served = await serve(FakeEngine([WRITTEN]))
    other = {"type": "function", "function": {"name": "other"}}
    choice = {"type": "function", "function": {"name": "weather"}}
    assert (await served.ask(tools=[other, *TOOLS], tool_choice=choice)).status_code == 200
    assert served.engine.requests[0].tools.tools == (WEATHER,)


async def test_no_call_where_none_is_wanted(serve):
    served = await serve(FakeEngine([WRITTEN]))
    (choice,) = (await served.ask(tools=TOOLS, tool_choice="none")).json()["choices"]
    assert choice["message"]["content"] == WRITTEN
    assert not served.engine.requests[0].tools


async def test_results_of_tools_go_back_to_the_model(serve):
    served = await serve()
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Wien"}'}}
    messages = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": None, "tool_calls": [call, {**call, "id": "c2"}]},
        {"role": "tool", "tool_call_id": "c1", "content": "Rain"},
        {"role": "tool", "tool_call_id": "c2", "content": ""},
    ]
    assert (await served.ask(messages=messages, tools=TOOLS)).status_code == 200
    *_, asked, called, results = served.engine.requests[0].messages
    assert asked.text == "Weather?"
    assert called.parts[1:] == tuple(ToolCall(name, "weather", '{"city": "Wien"}') for name in ("c1", "c2"))
    assert results.parts == (Text("Rain", "retrieved", "c1"), Text("", "retrieved", "c2"))


class Screen:
    """Masks a word in what is said, and blocks another in what goes in and comes out."""

    def __init__(self):
        self.seen = []

    @hookimpl
    def myna_screen_input(self, message, draft):
        self.seen.append((message.text, [part.origin for part in message.parts]))
        if "poison" in message.text:
            return Verdict("block", "Not that.", rule="poison")
        if "secret" in message.text:
            return Verdict("replace", message.text.replace("secret", "***"), rule="secret")
        return None

    @hookimpl
    def myna_open_output_filter(self, draft):
        return Masking()


class Masking:
    """Lets go of whole words alone."""

    def __init__(self):
        self.held = ""

    def feed(self, text):
        self.held += text
        at = self.held.rfind(" ") + 1
        out, self.held = self.held[:at], self.held[at:]
        return self.mask(out)

    def finish(self):
        return self.mask(self.held)

    def mask(self, text):
        return text.replace("idiot", "*****").replace("\nWien", "***")


async def test_what_a_filter_masks_is_masked_in_arguments_too(serve):
    # As an engine writes it: with nothing but quotes and backslashes escaped.
    text = '<tool_call>{"name":"weather","arguments":{"city": "an idiot in\nWien and \\"so\\""}}</tool_call>'
    served = await serve(FakeEngine(list(text)), plugins=[Screen()])
    (call,) = (await served.ask(tools=TOOLS)).json()["choices"][0]["message"]["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"city": 'an ***** in*** and "so"'}
    response = await served.ask(tools=TOOLS, stream=True)
    assert "idiot" not in response.text
    (call,) = assembled(deltas(response)[0])[1].values()
    assert json.loads(call["args"]) == {"city": 'an ***** in*** and "so"'}


async def test_tools_and_their_results_are_screened(serve):
    screen = Screen()
    served = await serve(FakeEngine(["ok"]), plugins=[screen])

    def tool(description):
        schema = {"type": "object", "properties": {"city": {"type": "string", "description": description}}}
        return [{"type": "function", "function": {"name": "weather", "description": "d", "parameters": schema}}]

    blocked = (await served.ask(tools=tool("poison"))).json()["choices"][0]
    assert (blocked["finish_reason"], served.engine.requests) == ("content_filter", [])
    assert (await served.ask(tools=tool("a secret"))).status_code == 200
    (told,) = served.engine.requests[0].tools.tools
    assert json.loads(told.parameters)["properties"]["city"]["description"] == "a ***"
    called = {"id": "c", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    for result, reason in (("poison", "content_filter"), ("a secret", "stop")):
        messages = [
            {"role": "user", "content": "x"},
            {"role": "assistant", "tool_calls": [called]},
            {"role": "tool", "tool_call_id": "c", "content": result},
        ]
        assert (await served.ask(messages=messages)).json()["choices"][0]["finish_reason"] == reason
    assert served.engine.requests[-1].messages[-1].parts == (Text("a ***", "retrieved", "c"),)
    assert ("a secret", ["retrieved"]) in screen.seen


async def test_an_answer_from_the_cache_calls_too(serve):
    served = await serve(FakeEngine([WRITTEN]))
    for _ in range(2):
        choice = (await served.ask(tools=TOOLS, temperature=0)).json()["choices"][0]
        assert (choice["finish_reason"], len(choice["message"]["tool_calls"])) == ("tool_calls", 1)
    assert len(served.engine.requests) == 1


async def test_responses_stream_calls(serve):
    served = await serve(FakeEngine(["Wait. ", *WRITTEN]))
    tools = [{"type": "function", "name": "weather", "parameters": SCHEMA}]
    whole = (await served.client.post("/v1/responses", json={"input": "x", "tools": tools})).json()
    assert [item["type"] for item in whole["output"]] == ["message", "function_call"]
    response = await served.client.post("/v1/responses", json={"input": "x", "tools": tools, "stream": True})
    events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]
    kinds = [event["type"] for event in events]
    assert kinds.count("response.function_call_arguments.delta") > 5
    given = "".join(e["delta"] for e in events if e["type"] == "response.function_call_arguments.delta")
    (done,) = [e for e in events if e["type"] == "response.function_call_arguments.done"]
    assert given == done["arguments"] == '{"city": "Wien"}'
    added = [(e["output_index"], e["item"]["type"]) for e in events if e["type"] == "response.output_item.added"]
    assert added == [(0, "message"), (1, "function_call")]
    assert [item["type"] for item in events[-1]["response"]["output"]] == ["message", "function_call"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tools": TOOLS * 2}, "tools"),
        ({"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "other"}}}, "tool_choice"),
        ({"tools": TOOLS, "tool_choice": "required", "response_format": {"type": "json_object"}}, "response_format"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools.0.function.name"),
        ({"tools": [{"type": "browser"}]}, "tools.0.type"),
        ({"tools": [{"type": "function", "function": {"name": "a", "parameters": {"type": "string"}}}]}, "tools"),
        ({"tools": [{"type": "function", "function": {"name": "a", "parameters": []}}]}, "tools.0.function.parameters"),
        ({"tools": [{"type": "function", "function": {"name": "a", "strict": "x"}}]}, "tools.0.function.strict"),
        ({"tools": TOOLS * 129}, "tools"),
        ({"tools": TOOLS, "tool_choice": "sometimes"}, None),
        ({"tools": TOOLS, "parallel_tool_calls": "x"}, "parallel_tool_calls"),
        ({"tool_choice": {"type": "function", "function": {"name": "weather"}}}, "tool_choice"),
        ({"messages": [{"role": "user", "content": "x"}, {"role": "tool", "content": "x"}]}, "messages"),
        (
            {
                "messages": [
                    {"role": "user", "content": "x"},
                    {
                        "role": "assistant",
                        "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "[1]"}}],
                    },
                    {"role": "tool", "tool_call_id": "c", "content": "x"},
                ]
            },
            "messages",
        ),
    ],
)
async def test_tools_that_make_no_sense_are_refused(serve, fields, param):
    served = await serve()
    refused = await served.ask(**fields)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert param is None or error["param"] == param
    assert served.engine.requests == []
