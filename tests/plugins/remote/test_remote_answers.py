"""A server that behaves: everything that a text engine can do, over a real socket, from a real worker."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import msgspec
import pytest

from far import ASK, answer
from hostile import Hostile, Visit, well
from myna.engine.protocols import Lora, Sampling, TextRequest
from myna.errors import EngineError, EngineUnavailable, ModelLoadFailed, UsageError
from myna.events import Usage
from myna.messages import Attachment, Audio, Image, Message, Text, ToolCall, system, user
from myna.tools import Tool, ToolUse

PICTURE = Attachment("a" * 64, "image/png", 3)


def replaced(**options):
    return msgspec.structs.replace(ASK, **options)


async def test_an_answer_streams_and_is_counted(remote_worker):
    async with Hostile(well) as server:
        client = remote_worker(server.url)
        text, end, pieces = await answer(client)
        assert text == "The capital is 巴黎."
        assert len(pieces) == 4
        assert (end.reason, end.usage) == ("stop", Usage(20, 7, 5))
        assert set(end.timings) == {"prefill", "first_token", "decode"}
        (visit,) = server.visits
        assert visit.target == "/v1/chat/completions"
        assert visit.asked == {
            "model": "big",
            "messages": [{"role": "user", "content": "What is the capital of France?"}],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        assert visit.headers["accept-encoding"] == "identity"
        assert "authorization" not in visit.headers
        assert (await client.info()).context == 8192
        # What the server has counted corrects the estimate.
        assert await client.count(ASK.messages) == 20


async def test_what_was_chosen_is_said_in_the_servers_words(remote):
    sampling = Sampling(temperature=0.5, top_p=0.9, top_k=3, repeat_penalty=1.1, seed=7, logit_bias={5: -100.0})
    request = replaced(
        messages=(system("Be brief."), Message("user", (Text("Look: "), Image(PICTURE)))),
        images={PICTURE.sha256: b"png"},
        sampling=sampling,
        max_tokens=9,
        schema='{"type": "object"}',
        logprobs=2,
        stop=("a", "b", "c", "d", "e"),
    )

    async def script(visit: Visit) -> None:
        await visit.head()
        top = [{"token": "{", "logprob": -0.1}, {"token": "[", "logprob": -2.5}]
        logprobs = {"content": [{"token": "{}", "logprob": -0.1, "top_logprobs": top}]}
        await visit.say("{}", logprobs=logprobs)
        await visit.stop()

    async with Hostile(script) as server:
        client = remote(server.url, server="vllm", pictures=True, logprobs=True)
        text, end, pieces = await answer(client, request)
        assert (text, end.seed, end.usage) == ("{}", 7, Usage(completion_tokens=1))
        assert pieces[0].logprobs[0].top == ((-1, "{", -0.1), (-1, "[", -2.5))
        asked = server.visits[0].asked
    assert asked["messages"][0] == {"role": "system", "content": "Be brief."}
    assert asked["messages"][1]["content"][1]["image_url"]["url"] == "data:image/png;base64,cG5n"
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}
    said = {key: asked[key] for key in ("temperature", "top_p", "top_k", "repetition_penalty", "seed", "max_tokens")}
    assert said == {
        "temperature": 0.5, "top_p": 0.9, "top_k": 3, "repetition_penalty": 1.1, "seed": 7, "max_tokens": 9,
    }  # fmt: skip
    assert asked["logit_bias"] == {"5": -100.0}
    assert (asked["logprobs"], asked["top_logprobs"], asked["stop"]) == (True, 2, ["a", "b", "c", "d"])


async def test_stop_strings_hold_also_where_the_server_does_not_know_them(remote):
    async def script(visit: Visit) -> None:
        await visit.head()
        for piece in ("one EN", "D two"):
            await visit.say(piece)
        await visit.until_left()

    async with Hostile(script) as server:
        text, end, _ = await answer(remote(server.url), replaced(stop=("END",)))
        assert (text, end.reason, end.stop) == ("one ", "stop", "END")
        await asyncio.wait_for(server.left.wait(), 10)


async def test_an_answer_is_cut_where_it_was_to_end(remote):
    async def script(visit: Visit) -> None:
        await visit.head()
        while True:
            await visit.say("word ")

    async with Hostile(script) as server:
        text, end, _ = await answer(remote(server.url), replaced(max_tokens=3))
        assert (text, end.reason) == ("word word word ", "length")


async def test_calls_of_tools_come_as_text_in_one_way(remote):
    async def script(visit: Visit) -> None:
        await visit.head()
        first = {"index": 0, "id": "1", "function": {"name": "weather", "arguments": '{"city"'}}
        await visit.event(choices=[{"delta": {"tool_calls": [first]}}])
        await visit.event(choices=[{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": ':"Paris"}'}}]}}])
        await visit.stop("tool_calls")

    tools = ToolUse((Tool("weather", "The weather"),), required=True, most=1)
    async with Hostile(script) as server:
        text, end, _ = await answer(remote(server.url, tools=True), replaced(tools=tools))
        asked = server.visits[0].asked
        told = {"name": "weather", "description": "The weather", "parameters": {"type": "object"}}
        assert asked["tools"] == [{"type": "function", "function": told}]
        assert (asked["tool_choice"], asked["parallel_tool_calls"]) == ("required", False)
        call = text.removeprefix("<tool_call>").removesuffix("</tool_call>")
        assert json.loads(call) == {"name": "weather", "arguments": {"city": "Paris"}}
        assert end.reason == "stop"


async def test_calls_that_a_server_leaves_in_the_text_come_in_the_same_form(remote):
    """Filters read the strings in them without escapes, as whoever is called will."""

    async def script(visit: Visit) -> None:
        await visit.head()
        written = '<tool_call>\n{"name": "weather", "arguments": {"city": "\\u0050aris"}}\n</tool_call>'
        for piece in ("Let me see. ", written[:20], written[20:]):
            await visit.say(piece)
        await visit.stop()

    async with Hostile(script) as server:
        asked = replaced(tools=ToolUse((Tool("weather"),)))
        text, _, _ = await answer(remote(server.url, tools=True), asked)
        assert text == 'Let me see.<tool_call>{"name":"weather","arguments":{"city": "Paris"}}</tool_call>'
        text, _, _ = await answer(remote(server.url), replaced())
        assert "\\u0050aris" in text


async def test_results_of_tools_are_messages_of_their_own(remote):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.say("It rains.")
        await visit.stop()

    talk = (
        Message("user", (Text("The weather?"),)),
        Message("assistant", (Text("Let me see."), ToolCall("c1", "weather", '{"city":"Paris"}'))),
        Message("user", (Text("rain", call="c1"), Text("Well?"))),
    )
    async with Hostile(script) as server:
        await answer(remote(server.url, tools=True), replaced(messages=talk))
        assert server.visits[0].asked["messages"] == [
            {"role": "user", "content": "The weather?"},
            {
                "role": "assistant",
                "content": "Let me see.",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Paris"}'}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "rain"},
            {"role": "user", "content": "Well?"},
        ]


async def test_a_cancel_hangs_up(remote_worker):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.say("Hel")
        await visit.until_left()

    async with Hostile(script) as server:
        async with aclosing(remote_worker(server.url).generate(ASK)) as pieces:
            assert (await anext(pieces)).text == "Hel"
        await asyncio.wait_for(server.left.wait(), 10)


@pytest.mark.parametrize(
    "request_",
    [
        replaced(sampling=Sampling(top_k=3)),
        replaced(sampling=Sampling(mirostat=2)),
        replaced(grammar='root ::= "a"'),
        replaced(loras=(Lora("a.gguf"),)),
        replaced(logprobs=1),
        replaced(tools=ToolUse((Tool("weather"),))),
        replaced(schema="{}", messages=(Message("user", (Audio(PICTURE),)),)),
        replaced(messages=(Message("user", (Image(PICTURE),)),)),
        replaced(template_options={"enable_thinking": False}),
        TextRequest(prompt="raw"),
    ],
)
async def test_what_the_server_cannot_do_is_said_before_it_is_asked(remote, request_):
    async with Hostile(well) as server:
        with pytest.raises(UsageError):
            await answer(remote(server.url), request_)
        assert not server.visits


async def test_a_server_that_does_not_keep_to_the_schema_is_found_out(remote):
    async with Hostile(well) as server:
        with pytest.raises(EngineError, match="schema"):
            await answer(remote(server.url), replaced(schema="{}"))


async def test_the_key_goes_to_the_server_and_nowhere_else(remote_worker, tmp_path, monkeypatch):
    (tmp_path / "key").write_text("s3cret\n")
    async with Hostile(well) as server:
        await answer(remote_worker(server.url, key_file=str(tmp_path / "key")))
        assert server.visits[0].headers["authorization"] == "Bearer s3cret"
        monkeypatch.setenv("FAR_KEY", "from the environment")
        await answer(remote_worker(server.url, key_env="FAR_KEY", name="by-env"))
        assert server.visits[1].headers["authorization"] == "Bearer from the environment"
    written = "".join(path.read_text() for path in tmp_path.glob("*log*"))
    assert "s3cret" not in written


@pytest.mark.parametrize("options", [{"key_file": "/nowhere/key"}, {"key_env": "MYNA_NO_SUCH_KEY"}])
async def test_a_key_that_is_not_there_is_said(remote, options):
    with pytest.raises(ModelLoadFailed, match="key"):
        await answer(remote("http://127.0.0.1:9/v1", **options))


async def test_a_certificate_that_is_not_trusted(remote, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ModelLoadFailed, match=r"ca\.pem"):
        await answer(remote("https://127.0.0.1:9/v1", ca=str(tmp_path / "ca.pem")))


async def test_no_proxy_of_the_environment_gets_anything(remote, monkeypatch):
    async with Hostile(well) as proxy, Hostile(well) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        await answer(remote(server.url))
        assert (len(proxy.visits), len(server.visits)) == (0, 1)


async def test_refused_connection(remote):
    async with Hostile(well) as server:
        url = server.url
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        await answer(remote(url))


async def test_two_answers_at_a_time(remote):
    both = asyncio.Barrier(2)

    async def script(visit: Visit) -> None:
        await both.wait()
        await well(visit)

    async with Hostile(script) as server:
        client = remote(server.url)
        first, second = await asyncio.gather(answer(client), answer(client, replaced(messages=(user("?"),))))
        assert first[0] == second[0]
