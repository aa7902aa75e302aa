"""Chat completions over a socket: what is asked of the engine, and what comes back."""

from __future__ import annotations

import asyncio
import base64
import json
from types import ModuleType

import pytest

from myna.config import AuditSettings, ChatSettings, PressureSettings, Settings
from myna.engine.protocols import TextEnd, TextPiece
from myna.errors import EngineCrashed, ModelQuarantined
from myna.events import HistoryDropped, TokenLogprob, TurnStarted, Usage
from myna.hookspecs import Verdict, hookimpl
from myna.messages import Image
from myna.pressure import Step
from myna.reading import Reading
from myna.reduction import Reduction
from myna.testing import FakeEngine
from small_guard import guard
from small_png import PIXEL
from until import until

pytestmark = pytest.mark.anyio


def plugin(**hooks):
    made = ModuleType("plugin")
    for name, function in hooks.items():
        setattr(made, name, hookimpl(function))
    return made


def parts_of(response):
    """The parts of a stream; its end was there."""
    lines = [line for line in response.text.split("\n\n") if line]
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


async def test_an_answer_in_one_piece(serve):
    served = await serve(FakeEngine(["Hel", "lo"]))
    response = await served.ask()
    assert response.status_code == 200
    shown = response.json()
    assert shown["object"] == "chat.completion"
    assert shown["model"] == "fake"
    (choice,) = shown["choices"]
    assert choice["message"] == {"role": "assistant", "content": "Hello", "refusal": None}
    assert choice["finish_reason"] == "stop"
    usage = shown["usage"]
    assert usage["completion_tokens"] == 2
    assert usage["total_tokens"] == usage["prompt_tokens"] + 2


async def test_an_answer_as_a_stream(serve):
    served = await serve(FakeEngine(["Hel", "lo"]))
    response = await served.ask(stream=True, stream_options={"include_usage": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    first, *middle, last, usage = parts_of(response)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert [part["choices"][0]["delta"]["content"] for part in middle] == ["Hel", "lo"]
    assert last["choices"][0]["finish_reason"] == "stop"
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] == 2
    assert len({part["id"] for part in [first, *middle, last, usage]}) == 1


async def test_the_whole_conversation_reaches_the_model(serve):
    served = await serve()
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "1"},
        {"role": "user", "content": [{"type": "text", "text": "Two"}]},
        {"role": "developer", "content": "And kind."},
    ]
    assert (await served.ask(messages=messages)).status_code == 200
    (request,) = served.engine.requests
    assert [(one.role, one.text) for one in request.messages] == [
        ("system", "Be brief.\n\nAnd kind."), ("user", "One"), ("assistant", "1"), ("user", "Two"),
    ]  # fmt: skip


async def test_what_is_chosen_reaches_the_engine(serve):
    served = await serve()
    chosen = {
        "temperature": 0.5, "top_p": 0.8, "frequency_penalty": 1, "presence_penalty": -1, "seed": -1,
        "logit_bias": {"7": -100}, "stop": ["x", "y"], "max_completion_tokens": 9, "top_k": 5,
    }  # fmt: skip
    assert (await served.ask(**chosen)).status_code == 200
    (request,) = served.engine.requests
    sampling = request.sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k) == (0.5, 0.8, 5)
    assert (sampling.frequency_penalty, sampling.presence_penalty) == (1, -1)
    assert (sampling.seed, sampling.logit_bias) == (2**32 - 1, {7: -100})
    assert (request.stop, request.max_tokens) == (("x", "y"), 9)


async def test_a_schema_reaches_the_engine(serve):
    served = await serve(FakeEngine(["{}"]))
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "nothing", "schema": schema, "strict": True}}
    assert (await served.ask(response_format=form)).status_code == 200
    assert json.loads(served.engine.requests[0].schema) == schema
    assert (await served.ask(response_format={"type": "json_object"})).status_code == 200
    assert json.loads(served.engine.requests[1].schema) == {"type": "object"}


async def test_several_choices_differ_by_their_seeds_and_the_prompt_counts_once(serve):
    served = await serve(FakeEngine(["a"]))
    shown = (await served.ask(n=3, seed=5)).json()
    assert [choice["index"] for choice in shown["choices"]] == [0, 1, 2]
    assert [request.sampling.seed for request in served.engine.requests] == [5, 6, 7]
    assert shown["usage"]["completion_tokens"] == 3
    assert shown["usage"]["prompt_tokens"] == (await served.ask()).json()["usage"]["prompt_tokens"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "nobody", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages"),
        ({"messages": "x"}, "messages"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": 0}, "top_p"),
        ({"n": 0}, "n"),
        ({"n": 9}, "n"),
        ({"stop": ["a"] * 5}, "stop"),
        ({"stop": [""]}, "stop"),
        ({"logit_bias": {"a": 1}}, "logit_bias"),
        ({"logit_bias": {"1": 101}}, "logit_bias.1"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"surprise": 1}, "surprise"),
        ({"seed": 2**65}, "seed"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(serve, fields, param):
    served = await serve()
    response = await served.ask(**fields)
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["param"]) == (400, "invalid_request_error", param)
    assert served.engine.requests == []


async def test_pictures_come_in_the_request_and_from_nowhere_else(serve):
    served = await serve()

    def asking(url):
        parts = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": url}}]
        return served.ask(messages=[{"role": "user", "content": parts}])

    good = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    assert (await asking(good)).status_code == 200
    (request,) = served.engine.requests
    (picture,) = [part for part in request.messages[-1].parts if isinstance(part, Image)]
    assert list(request.images) == [picture.attachment.sha256]
    for url in (
        "file:///etc/passwd", "/etc/passwd", "http://127.0.0.1:1/x.png", "data:image/png;base64,!!!",
        "data:image/png;base64,", "data:text/html;base64,AAAA", "data:image/png;base64,AAAA",
    ):  # fmt: skip
        response = await asking(url)
        assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_request_error"), url
    assert len(served.engine.requests) == 1


async def test_what_is_said_in_a_sound_is_asked(serve, tmp_path):
    served = await serve(plugins=[guard()])
    served.assistant.heard = {b"what": "What is tea?", b"bad": "a bomb", b"hum": ""}

    def sound(content, **options):
        encoded = base64.b64encode(content).decode()
        return {"type": "input_audio", "input_audio": {"data": encoded, "format": "wav", **options}}

    parts = [{"type": "text", "text": "Answer this: "}, sound(b"what")]
    assert (await served.ask(messages=[{"role": "user", "content": parts}])).status_code == 200
    assert served.engine.requests[-1].messages[-1].text == "Answer this: What is tea?"
    blocked = await served.ask(messages=[{"role": "user", "content": [sound(b"bad")]}])
    assert blocked.json()["choices"][0]["finish_reason"] == "content_filter"
    for wrong in (sound(b""), sound(b"x", data="?"), sound(b"x", format="ogg"), sound(b"hum"), sound(b"noise")):
        response = await served.ask(messages=[{"role": "user", "content": [wrong]}])
        assert response.status_code == 400, wrong
    many = await served.ask(messages=[{"role": "user", "content": [sound(b"what")] * 9}])
    assert many.status_code == 400
    assert len(served.engine.requests) == 1
    assert list(tmp_path.rglob("sound.*")) == []
    key = served.key("texts alone", scopes=("chat",))
    refused = await served.client.post(
        "/v1/chat/completions", json={"messages": [{"role": "user", "content": parts}]}, headers=key
    )
    assert refused.status_code == 403


# the guard


def refuse(word):
    def myna_screen_input(message, draft):
        if word in message.text:
            return Verdict("block", "Call somebody.", rule="no-word")
        return Verdict("replace", message.text.replace("card", "[card]"), "card") if "card" in message.text else None

    return plugin(myna_screen_input=myna_screen_input)


@pytest.mark.parametrize("role", ["system", "user"])
async def test_earlier_messages_are_judged_too(serve, role):
    served = await serve(plugins=[refuse("bomb")])
    messages = [
        {"role": role, "content": "a bomb"},
        {"role": "assistant", "content": "?"},
        {"role": "user", "content": "go on"},
    ]
    shown = (await served.ask(messages=messages)).json()
    assert shown["choices"][0]["finish_reason"] == "content_filter"
    assert served.engine.requests == []


async def test_earlier_messages_go_on_as_the_guard_wants_them(serve):
    served = await serve(plugins=[refuse("bomb")])
    messages = [
        {"role": "user", "content": "my card"}, {"role": "assistant", "content": "card"},
        {"role": "user", "content": "your card"},
    ]  # fmt: skip
    assert (await served.ask(messages=messages)).status_code == 200
    (request,) = served.engine.requests
    assert [one.text for one in request.messages[1:]] == ["my [card]", "card", "your [card]"]


async def test_the_person_is_told_what_the_policy_says(serve):
    served = await serve(plugins=[refuse("Hi")])
    (choice,) = (await served.ask()).json()["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("Call somebody.", "content_filter")
    *_, told, end = parts_of(await served.ask(stream=True))
    assert told["choices"][0]["delta"]["content"] == "Call somebody."
    assert end["choices"][0]["finish_reason"] == "content_filter"


async def test_the_name_of_the_key_is_observed_and_recorded(serve, own_home):
    seen = []

    def myna_observe(event):
        if isinstance(event, TurnStarted):
            seen.append(event.client)

    settings = Settings(audit=AuditSettings(mode="full"))
    served = await serve(plugins=[plugin(myna_observe=myna_observe)], settings=settings)
    headers = served.key("kiosk-3")
    body = {"messages": [{"role": "user", "content": "Hi"}]}
    assert (await served.client.post("/v1/chat/completions", json=body, headers=headers)).status_code == 200
    assert seen == ["kiosk-3"]
    await served.assistant.audit.close()
    lines = [json.loads(line) for line in (own_home / "data" / "audit" / "audit.jsonl").read_text().splitlines()]
    (question,) = [line for line in lines if line["kind"] == "question"]
    assert question["data"]["client"] == "kiosk-3"


# log-probabilities


class Likely(FakeEngine):
    async def generate(self, request, *, ahead=0):
        self.requests.append(request)
        yield TextPiece("a", 1, (TokenLogprob(1, "a", -0.5, ((1, "a", -0.5), (2, "b", float("-inf")))),))
        yield TextEnd("stop", Usage(3, 0, 1))


async def test_logprobs(serve):
    served = await serve(Likely())
    (choice,) = (await served.ask(logprobs=True, top_logprobs=2)).json()["choices"]
    (token,) = choice["logprobs"]["content"]
    assert (token["token"], token["logprob"], token["bytes"]) == ("a", -0.5, [97])
    assert [other["logprob"] for other in token["top_logprobs"]] == [-0.5, -9999.0]
    assert served.engine.requests[0].logprobs == 2


async def test_under_a_filter_only_tokens_that_it_let_out_have_theirs(serve):
    class Filter:
        def __init__(self, answer):
            self.answer = answer

        def feed(self, text):
            return self.answer

        def finish(self):
            return ""

    for answer, told in (("a", ["a"]), ("*", [])):
        hook = plugin(myna_open_output_filter=lambda draft, answer=answer: Filter(answer))
        served = await serve(Likely(), plugins=[hook])
        (choice,) = (await served.ask(logprobs=True, top_logprobs=2)).json()["choices"]
        assert choice["message"]["content"] == answer
        assert [token["token"] for token in choice["logprobs"]["content"]] == told
        assert all(token["top_logprobs"] == [] for token in choice["logprobs"]["content"])


# failures


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (EngineCrashed("ended by SIGKILL; its last words: /secret/path"), 503, "engine_crashed"),
        (ModelQuarantined("three times"), 503, "model_quarantined"),
    ],
)
async def test_a_failing_engine_is_told_without_details(serve, error, status, code):
    served = await serve(FakeEngine(["a", "b"], error=error))
    response = await served.ask()
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert response.json()["error"]["type"] == "server_error"
    assert int(response.headers["retry-after"]) >= 1
    assert "secret" not in response.text


async def test_an_answer_that_breaks_off_ends_with_an_error(serve):
    served = await serve(FakeEngine(["a", "b"], error=EngineCrashed("x"), error_after=1))
    response = await served.ask(stream=True)
    assert response.status_code == 200
    lines = [line for line in response.text.split("\n\n") if line]
    assert json.loads(lines[-1].removeprefix("data: "))["error"]["code"] == "engine_crashed"
    # In one piece, a part of an answer is none.
    assert (await served.ask()).status_code == 503


async def test_an_unknown_model_is_not_found_and_a_path_is_none(serve):
    served = await serve()
    for name in ("gpt-7", "/etc/passwd", "../../x", "x" * 5000):
        response = await served.ask(model=name)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")
        assert len(response.text) < 400
    assert served.engine.requests == []


async def test_too_much_history_is_refused_and_not_dropped(serve):
    def myna_prepare_turn(draft):
        draft.emit(HistoryDropped(turn="", epoch=0, messages=1, tokens=10))

    served = await serve(plugins=[plugin(myna_prepare_turn=myna_prepare_turn)])
    response = await served.ask()
    assert (response.status_code, response.json()["error"]["code"]) == (400, "context_length_exceeded")


async def test_an_answer_has_an_end(serve):
    served = await serve(FakeEngine(["a", "b"], hold_after=1), answer_s=0.05)
    response = await served.ask()
    assert (response.status_code, response.json()["error"]["code"]) == (503, "timeout")
    assert served.engine.cancelled == 1


# load


async def test_a_client_that_goes_away_frees_its_slot(serve):
    served = await serve(FakeEngine(["a", "b"], hold_after=1), parallel=1)
    for stream in (False, True):
        asking = asyncio.create_task(served.ask(stream=stream))
        await served.engine.held()
        await until(lambda: served.engine.running)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await until(lambda: not served.engine.running)
    assert served.engine.cancelled == 2
    served.engine.release()
    assert (await served.ask()).status_code == 200


async def test_a_full_queue_is_told_with_the_time_to_come_back(serve):
    served = await serve(FakeEngine(["a", "b"], hold_after=1), parallel=1, queue=1)
    first = asyncio.create_task(served.ask())
    await served.engine.held()
    second = asyncio.create_task(served.ask())
    await until(lambda: served.service._lanes["chat"].waiting)
    response = await served.ask()
    assert (response.status_code, response.json()["error"]["code"]) == (429, "queue_full")
    assert int(response.headers["retry-after"]) >= 1
    served.engine.release()
    assert [(await one).status_code for one in (first, second)] == [200, 200]


async def test_answers_under_way_are_given_when_the_server_ends(serve):
    served = await serve(FakeEngine(["a", "b"], hold_after=1), parallel=1)
    first = asyncio.create_task(served.ask(stream=True))
    await served.engine.held()
    second = asyncio.create_task(served.ask())
    await until(lambda: served.service._lanes["chat"].waiting)
    served.service.drain()
    served.server.stop()
    assert (await second).status_code == 503
    served.engine.release()
    assert parts_of(await first)[-1]["choices"][0]["finish_reason"] == "stop"
    await served.running


# the cache


async def test_the_same_question_is_computed_once_and_judged_each_time(serve):
    judged = []

    def myna_screen_input(message, draft):
        judged.append(message.text)

    served = await serve(FakeEngine(["Hel", "lo"]), plugins=[plugin(myna_screen_input=myna_screen_input)])
    first, second = [(await served.ask(temperature=0)).json() for _ in range(2)]
    assert first["choices"] == second["choices"]
    assert first["usage"] == second["usage"]
    assert len(served.engine.requests) == 1
    assert judged == ["Hi", "Hi"]
    metrics = (await served.client.get("/metrics")).text
    assert 'myna_answer_cache_total{result="hit"} 1.0' in metrics
    assert 'myna_answer_cache_total{result="miss"} 1.0' in metrics


async def test_what_may_differ_is_computed_again(serve):
    served = await serve()
    for fields in ({}, {}, {"temperature": 0}, {"temperature": 0, "max_tokens": 1}, {"temperature": 0, "seed": 1}):
        await served.ask(**fields)
    assert len(served.engine.requests) == 5
    headers = {"x-myna-cache": "off"}
    body = {"messages": [{"role": "user", "content": "Hi"}], "temperature": 0}
    await served.client.post("/v1/chat/completions", json=body, headers=headers)
    assert len(served.engine.requests) == 6
    for path, asked in (("completions", {"prompt": "Hi"}), ("responses", {"input": "Hi"})):
        for _ in range(2):
            await served.client.post(f"/v1/{path}", json={**asked, "temperature": 0}, headers=headers)
    assert len(served.engine.requests) == 10


async def test_the_cache_is_bounded_and_can_be_off(serve):
    served = await serve(cache=0)
    for _ in range(2):
        await served.ask(temperature=0)
    assert len(served.engine.requests) == 2


async def test_an_answer_that_failed_is_not_kept(serve):
    served = await serve(FakeEngine(["a"], error=EngineCrashed("x")))
    for _ in range(2):
        assert (await served.ask(temperature=0)).status_code == 503
    assert len(served.engine.requests) == 2


async def test_what_stands_in_for_a_model_is_told_and_its_answers_are_not_kept_for_it(serve):
    chosen = Settings(chat=ChatSettings(model="large"), pressure=PressureSettings(models=("small",)))
    served = await serve(FakeEngine(["of large"]), settings=chosen)
    small = FakeEngine(["of small"])

    async def stand_in(step):
        return small

    served.assistant.stand_in = stand_in
    assert served.assistant.reduction.failed(Step("large"))
    answers = [(await served.ask(temperature=0)).json() for _ in range(2)]
    assert {(one["model"], one["choices"][0]["message"]["content"]) for one in answers} == {("small", "of small")}
    assert len(small.requests) == 2
    served.assistant.reduction = Reduction(chosen, look=lambda: Reading(1e6))
    for _ in range(2):
        whole = (await served.ask(temperature=0)).json()
        assert (whole["model"], whole["choices"][0]["message"]["content"]) == ("large", "of large")
    assert len(served.engine.requests) == 1
