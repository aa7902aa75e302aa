"""Vectors, judgements, speech, completions and responses, with engines that answer from a script."""

from __future__ import annotations

import base64
import json
from array import array
from types import ModuleType

import pytest

from myna.config import AuditSettings, Settings
from myna.hookspecs import Utterance, hookimpl
from myna.testing import FakeEngine, FakeSpeech, FakeSynthesizer
from small_guard import guard

pytestmark = pytest.mark.anyio


def recorded(home):
    lines = (home / "data" / "audit" / "audit.jsonl").read_text().splitlines()
    return [line["data"] for line in map(json.loads, lines) if line["kind"] == "request"]


FULL = Settings(audit=AuditSettings(mode="metadata"))


async def test_embeddings(serve, own_home):
    served = await serve(settings=FULL)
    plain, packed = [
        (await served.client.post("/v1/embeddings", json={"input": ["a", "b"], "encoding_format": form})).json()
        for form in ("float", "base64")
    ]
    assert [item["index"] for item in plain["data"]] == [0, 1]
    for one, other in zip(plain["data"], packed["data"], strict=True):
        assert array("f", base64.b64decode(other["embedding"])).tolist() == one["embedding"]
    assert plain["usage"]["prompt_tokens"] > 0
    await served.assistant.audit.close()
    (first, _) = recorded(own_home)
    assert first == {"client": "local", "endpoint": "/v1/embeddings", "model": "fake", "count": 2,
                     "masked": 0, "tokens": plain["usage"]["prompt_tokens"]}  # fmt: skip


@pytest.mark.parametrize("wrong", ["", [], [""], [1, 2], [[1]], ["x"] * 2049, {"a": 1}, None])
async def test_texts_without_a_vector_are_refused(serve, wrong):
    served = await serve()
    response = await served.client.post("/v1/embeddings", json={"input": wrong})
    assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error")


async def test_moderations_say_what_the_guard_says(serve, own_home):
    served = await serve(plugins=[guard()], settings=FULL)
    asked = {"input": ["a bomb", "a card", "tea", "nothing"]}
    shown = (await served.client.post("/v1/moderations", json=asked)).json()["results"]
    assert [one["flagged"] for one in shown] == [True, True, False, False]
    assert [one["action"] for one in shown] == ["block", "replace", "allow", "allow"]
    assert shown[0]["categories"]["harassment"]
    assert shown[1]["categories"]["personal-data"]
    assert not any(shown[3]["categories"].values())
    assert len(shown[3]["categories"]) == 13
    await served.assistant.audit.close()
    assert recorded(own_home) == [{"client": "local", "endpoint": "/v1/moderations", "count": 4, "flagged": 2}]
    assert 'myna_guard_findings_total{action="block"} 1.0' in (await served.client.get("/metrics")).text


async def test_without_a_guard_nothing_is_called_harmless(serve):
    served = await serve()
    response = await served.client.post("/v1/moderations", json={"input": "x"})
    assert (response.status_code, response.json()["error"]["code"]) == (501, "no_guard")


def reader():
    made = ModuleType("reader")

    def myna_read_aloud(text, language, voice, settings):
        return [Utterance(word, language or "en", voice) for word in text.split()]

    made.myna_read_aloud = hookimpl(myna_read_aloud)
    return made


async def test_what_the_guard_forbids_is_not_spoken(serve):
    served = await serve(plugins=[guard(), reader()])
    voice = FakeSynthesizer(FakeSpeech())

    async def synthesizer(name=""):
        return voice

    served.assistant.synthesizer = synthesizer
    said = await served.client.post("/v1/audio/speech", json={"input": "my card please", "response_format": "pcm"})
    assert said.status_code == 200
    assert [request.text for request in voice.requests] == ["my", "***", "please"]
    refused = await served.client.post("/v1/audio/speech", json={"input": "a bomb"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "content_filter")
    assert len(voice.requests) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"input": ""}, {"input": "x" * 4097}, {"input": "x", "speed": 9}, {"input": "x", "response_format": "wma"},
        {"input": "x", "stream_format": "sse"}, {"input": "  "},
    ],
)  # fmt: skip
async def test_speech_that_makes_no_sense_is_refused(serve, wrong):
    served = await serve(plugins=[reader()])
    assert (await served.client.post("/v1/audio/speech", json=wrong)).status_code == 400


async def test_a_voice_that_there_is_not(serve):
    served = await serve(plugins=[reader()])
    response = await served.client.post("/v1/audio/speech", json={"input": "x", "voice": "../../secret"})
    assert response.status_code == 404


async def test_without_speech_it_says_so(serve):
    served = await serve()
    response = await served.client.post("/v1/audio/speech", json={"input": "x"})
    assert (response.status_code, response.json()["error"]["code"]) == (501, "extra_missing")


async def test_completions(serve):
    served = await serve(FakeEngine(["a", "b"]))
    asked = {"prompt": ["x", "y"], "n": 2, "seed": 1}
    shown = (await served.client.post("/v1/completions", json=asked)).json()
    assert [(choice["index"], choice["text"]) for choice in shown["choices"]] == [(at, "ab") for at in range(4)]
    assert shown["usage"]["completion_tokens"] == 8
    assert {request.max_tokens for request in served.engine.requests} == {16}
    response = await served.client.post("/v1/completions", json={"prompt": "x", "stream": True})
    assert response.text.endswith("data: [DONE]\n\n")
    for wrong in ({"prompt": []}, {"prompt": ""}, {"prompt": ["x"] * 9}, {"prompt": "x", "echo": True}):
        assert (await served.client.post("/v1/completions", json=wrong)).status_code == 400


async def test_responses(serve):
    served = await serve(FakeEngine(["Hel", "lo"]))
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "One"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "1"}]},
        {"role": "user", "content": "Two"},
    ]
    asked = {"instructions": "Be brief.", "input": items, "max_output_tokens": 1}
    shown = (await served.client.post("/v1/responses", json=asked)).json()
    assert (shown["status"], shown["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert shown["output"][0]["content"][0]["text"] == "Hel"
    assert [one.text for one in served.engine.requests[0].messages] == ["Be brief.", "One", "1", "Two"]
    for wrong in (
        {"input": []}, {"input": "x", "previous_response_id": "r"}, {"input": [{"type": "reasoning"}]},
        {"input": "x", "text": {"format": {"type": "json_schema"}}}, {"input": "x", "background": True}, {"input": ""},
    ):  # fmt: skip
        assert (await served.client.post("/v1/responses", json=wrong)).status_code == 400, wrong


async def test_a_response_that_calls_a_tool(serve):
    served = await serve(FakeEngine(['<tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>']))
    tools = [{"type": "function", "name": "f", "parameters": {"type": "object"}}]
    asked = {"input": "x", "tools": tools, "tool_choice": {"type": "function", "name": "f"}}
    (item,) = (await served.client.post("/v1/responses", json=asked)).json()["output"]
    assert (item["type"], item["name"], json.loads(item["arguments"])) == ("function_call", "f", {"a": 1})
    again = [
        {"role": "user", "content": "x"},
        {key: item[key] for key in ("type", "call_id", "name", "arguments")},
        {"type": "function_call_output", "call_id": item["call_id"], "output": "2"},
    ]
    assert (await served.client.post("/v1/responses", json={"input": again})).status_code == 200
    assert "2" in served.engine.requests[-1].messages[-1].text


async def test_health(serve):
    served = await serve()
    assert (await served.client.get("/health/ready")).json() == {"status": "ok"}
    served.service.drain()
    response = await served.client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"status": "ending"})
    assert (await served.client.get("/health/live")).status_code == 200
