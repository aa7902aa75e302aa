"""The server as its clients see it: the public client of OpenAI, real sockets, real models."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import openai
import pytest

from serving import MODEL, Running, started

pytestmark = pytest.mark.anyio

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]
CITY = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 20},
        "days": {"type": "integer", "minimum": 1, "maximum": 9},
    },
    "required": ["city", "days"],
    "additionalProperties": False,
}
WEATHER = {"type": "function", "function": {"name": "weather", "description": "The weather", "parameters": CITY}}


@pytest.fixture
def client(served: Running) -> Iterator[openai.OpenAI]:
    with served.client() as opened:
        yield opened


def test_the_public_client_chats(client):
    answer = client.chat.completions.create(model=MODEL, messages=QUESTION, temperature=0, max_completion_tokens=20)
    assert "Paris" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == MODEL
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    parts = list(
        client.chat.completions.create(
            model="default",
            messages=QUESTION,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=3,
            extra_headers={"x-myna-cache": "off"},
        )
    )
    text = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert answer.choices[0].message.content.startswith(text)
    assert text
    assert parts[-2].choices[0].finish_reason == "length"
    assert parts[-1].usage.completion_tokens == 3
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).owned_by == "myna"


def test_sampling_is_obeyed(client):
    def ask(**chosen):
        extra = {"extra_headers": {"x-myna-cache": "off"}, "max_completion_tokens": 12}
        answer = client.chat.completions.create(model=MODEL, messages=QUESTION, **{**extra, **chosen})
        return [choice.message.content for choice in answer.choices]

    first, second = ask(n=2, seed=3, temperature=1.5)
    assert first != second
    (stopped,) = ask(temperature=0, stop=["Paris"])
    assert "Paris" not in stopped
    assert "capital" in stopped
    with pytest.raises(openai.BadRequestError, match="seed"):
        ask(seed="x")


def test_answers_and_tool_calls_fit_their_schemas(client):
    form = {"type": "json_schema", "json_schema": {"name": "trip", "schema": CITY, "strict": True}}
    for seed in range(5):
        chosen = {"model": MODEL, "temperature": 1, "seed": seed, "max_completion_tokens": 200}
        ask = [{"role": "user", "content": "Where shall we go, and for how long?"}]
        answer = client.chat.completions.create(messages=ask, response_format=form, **chosen)
        fits(json.loads(answer.choices[0].message.content))
        called = client.chat.completions.create(messages=ask, tools=[WEATHER], tool_choice="required", **chosen)
        (call,) = called.choices[0].message.tool_calls
        assert (call.function.name, called.choices[0].finish_reason) == ("weather", "tool_calls")
        fits(json.loads(call.function.arguments))
    # And on: with the result of the call.
    followed = [*ask, called.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "It rains."}]
    answer = client.chat.completions.create(messages=followed, tools=[WEATHER], tool_choice="none", **chosen)
    assert answer.choices[0].message.content


def fits(value):
    assert set(value) == {"city", "days"}
    assert len(value["city"]) <= 20
    assert 1 <= value["days"] <= 9


def test_responses_and_completions(client):
    whole = client.responses.create(model=MODEL, input="What is the capital of France?", temperature=0)
    assert "Paris" in whole.output_text
    assert (whole.status, whole.store) == ("completed", True)
    events = list(
        client.responses.create(model=MODEL, input="What is the capital of France?", temperature=0, stream=True)
    )
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == whole.output_text
    assert events[-1].response.output_text == whole.output_text
    asked = {"model": MODEL, "temperature": 0, "max_output_tokens": 20}
    following = client.responses.create(input="And of Italy?", previous_response_id=whole.id, **asked)
    assert following.usage.input_tokens > whole.usage.input_tokens + whole.usage.output_tokens
    (item,) = client.responses.input_items.list(following.id).data
    assert item.content[0].text == "And of Italy?"
    assert client.responses.retrieve(whole.id).output_text == whole.output_text
    conversation = client.conversations.create(
        items=[{"type": "message", "role": "user", "content": "My name is Ann."}]
    )
    client.responses.create(input="Hello", conversation=conversation.id, **asked)
    listed = client.conversations.items.list(conversation.id, order="asc").data
    assert [one.role for one in listed] == ["user", "user", "assistant"]
    assert client.conversations.delete(conversation.id).deleted
    client.responses.delete(whole.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(whole.id)
    old = client.completions.create(model=MODEL, prompt="What is the capital of France?", temperature=0)
    assert "Paris" in old.choices[0].text


def test_embeddings(served, client, install):
    install("all-minilm-l6-v2")
    texts = ["A cat sat there.", "A kitten was sitting.", "The budget was cut."]
    vectors = [item.embedding for item in client.embeddings.create(model="all-minilm-l6-v2", input=texts).data]
    plain = client.embeddings.create(model="default", input=texts, encoding_format="float")
    assert [item.embedding for item in plain.data] == [pytest.approx(vector) for vector in vectors]
    assert plain.usage.prompt_tokens > 0

    def close(a, b):
        return sum(x * y for x, y in zip(vectors[a], vectors[b], strict=True))

    assert close(0, 1) > close(0, 2)
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="default", input=[])
    with pytest.raises(openai.BadRequestError, match="dimensions"):
        client.embeddings.create(model="default", input="x", dimensions=7)


def test_what_is_spoken_is_understood(served, client, install, myna_home):
    install("whisper-tiny-en", "piper-en-us-joe", "silero-vad")

    def spoken(form):
        text = "What is the capital of France? Hello there."
        return client.audio.speech.create(model="default", voice="alloy", input=text, response_format=form).content

    sound = {form: spoken(form) for form in ("wav", "flac", "pcm", "mp3", "opus", "aac")}
    with wave.open(BytesIO(sound["wav"])) as opened:
        assert (opened.getframerate(), opened.getsampwidth(), opened.getnchannels()) == (22_050, 2, 1)
    assert len(sound["flac"]) < 0.7 * len(sound["wav"])
    assert len(sound["pcm"]) == pytest.approx(len(sound["wav"]) * 24_000 / 22_050, rel=0.1)
    plain = BytesIO()
    with wave.open(plain, "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(sound["pcm"])

    def heard(data, **options):
        return client.audio.transcriptions.create(model="whisper-1", file=("sound", data), **options)

    assert all(len(sound[form]) < 0.3 * len(sound["wav"]) for form in ("mp3", "opus", "aac"))
    for data in (sound["wav"], sound["flac"], plain.getvalue(), sound["mp3"], sound["opus"], sound["aac"]):
        assert "capital of France" in heard(data).text
    assert "capital of France" in heard(sound["wav"], response_format="text")
    assert "-->" in heard(sound["wav"], response_format="srt")
    assert heard(sound["wav"], response_format="vtt").startswith("WEBVTT")
    shown = heard(sound["wav"], response_format="verbose_json", timestamp_granularities=["word"])
    assert shown.language == "en"
    assert [word.word for word in shown.words][:2] == ["What", "is"]
    parts = list(heard(sound["wav"], stream=True))
    assert "".join(part.delta for part in parts[:-1]) == parts[-1].text
    with pytest.raises(openai.BadRequestError):
        heard(b"this is no sound")
    with pytest.raises(openai.BadRequestError, match="response_format"):
        spoken("wma")
    part = {"type": "input_audio", "input_audio": {"data": base64.b64encode(sound["mp3"]).decode(), "format": "mp3"}}
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": [part]}], temperature=0)
    assert "Paris" in answer.choices[0].message.content
    assert list((myna_home / "data" / "uploads").rglob("sound")) == []


def test_pictures_and_moderations(served, client, install):
    install("efficientnet-lite0")
    picture = (Path(__file__).parents[1] / "plugins" / "vision" / "pictures" / "cat.jpg").read_bytes()
    url = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    parts = [{"type": "text", "text": "What is in the picture?"}, {"type": "image_url", "image_url": {"url": url}}]
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": parts}])
    assert "cat" in answer.choices[0].message.content
    harmless, harmful = client.moderations.create(input=["I like tea.", "I want to kill myself"]).results
    assert (harmless.flagged, harmful.flagged) == (False, True)
    assert harmful.categories.self_harm
    blocked = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "I want to kill myself"}]
    )
    assert blocked.choices[0].finish_reason == "content_filter"
    with pytest.raises(openai.BadRequestError, match="hard"):
        client.audio.speech.create(model="default", voice="alloy", input="I want to kill myself")


def test_keys_open_the_server_and_other_addresses_need_one(myna):
    refused = myna("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.status == 2
    assert "myna serve keys add" in refused.err
    key = json.loads(myna("serve", "keys", "add", "kiosk", "--scope", "models", "--json").out)["key"]
    with myna.start("serve", "--host", "0.0.0.0", "--port", "0", "--json") as process:
        running = started(process)
        with running.client("wrong") as client, pytest.raises(openai.AuthenticationError):
            client.models.list()
        with running.client(key) as client:
            assert client.models.list().data
            with pytest.raises(openai.PermissionDeniedError):
                client.chat.completions.create(model=MODEL, messages=QUESTION)
            assert myna("serve", "keys", "revoke", "kiosk").status == 0
            with pytest.raises(openai.AuthenticationError):
                client.models.list()
        process.terminate()
        assert process.wait(30) == 0


async def test_a_killed_worker_takes_only_its_own_requests(served, asking):
    ask = [{"role": "user", "content": "Count to one hundred."}]

    async def long(begun: asyncio.Event) -> str:
        try:
            stream = await asking.chat.completions.create(
                model=MODEL, messages=ask, stream=True, max_completion_tokens=2000, logit_bias={"2": -100}
            )
            async for _ in stream:
                begun.set()
        except openai.APIError as error:
            return str(error)
        return ""

    begun = [asyncio.Event() for _ in range(3)]
    under_way = [asyncio.create_task(long(one)) for one in begun]
    await asyncio.gather(*(one.wait() for one in begun))
    (worker,) = served.workers()
    worker.send_signal(signal.SIGKILL)
    assert await asyncio.gather(*under_way) == ["the model stopped working; try again"] * 3
    answer = await asking.chat.completions.create(model=MODEL, messages=QUESTION, max_completion_tokens=5)
    assert answer.usage.completion_tokens == 5
    assert served.process.poll() is None
    (again,) = served.workers()
    assert again.pid != worker.pid
    async with httpx.AsyncClient(base_url=served.url) as http:
        assert f'myna_worker_restarts_total{{model="{MODEL}"}} 1.0' in (await http.get("/metrics")).text


async def test_a_client_that_goes_away_frees_the_model(served):
    async with httpx.AsyncClient(base_url=served.url, timeout=60) as http:
        body = {"messages": QUESTION, "stream": True, "logit_bias": {"2": -100}, "max_tokens": 5000}
        for _ in range(10):
            async with http.stream("POST", "/v1/chat/completions", json=body) as response:
                async for _ in response.aiter_bytes():
                    break
        answer = await http.post("/v1/chat/completions", json={"messages": QUESTION, "max_tokens": 3})
        assert answer.status_code == 200
        while 'myna_requests_running{lane="chat"} 0.0' not in (await http.get("/metrics")).text:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_answers_under_way_are_given_when_the_server_is_told_to_end(served):
    async with httpx.AsyncClient(base_url=served.url, timeout=60) as http:
        body = {"messages": QUESTION, "stream": True, "logit_bias": {"2": -100}, "max_tokens": 200}
        text = b""
        async with http.stream("POST", "/v1/chat/completions", json=body) as response:
            async for chunk in response.aiter_bytes():
                if not text:
                    served.process.terminate()
                text += chunk
    assert text.endswith(b"data: [DONE]\n\n")
    assert b'"finish_reason":"length"' in text
    assert await asyncio.to_thread(served.process.wait, 30) == 0
    assert served.process.stderr is not None
    assert b"Traceback" not in served.process.stderr.read()


async def test_eight_streams_at_once(served, asking):

    async def ask(number: int) -> int:
        stream = await asking.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": f"Tell me about the number {number}."}],
            stream=True,
            stream_options={"include_usage": True},
            max_completion_tokens=32,
            logit_bias={"2": -100},
        )
        return [part async for part in stream][-1].usage.completion_tokens

    assert await asyncio.gather(*(ask(number) for number in range(8))) == [32] * 8


async def test_garbage_never_ends_it(served):
    """Raw bytes: slow and cut heads, wrong lengths, broken chunks, bad UTF-8, deep JSON."""
    chance = random.Random(7)
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    bodies = [
        b"",
        b"\r\n" * 1000,
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n",
        head + b"X: " + b"y" * 200_000,
        head + b"Content-Length: 99999999999999999999\r\n\r\n{}",
        head + b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n0123456789",
        head + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
        head + b"Content-Length: 100\r\n\r\n{",
        head + b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
        head + b"Content-Length: 60000\r\n\r\n" + b"[" * 60_000,
        b"POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 30\r\n\r\n--x\r\nContent-Disposition: form",
        *(chance.randbytes(chance.randrange(1, 5000)) for _ in range(40)),
        *(head[: chance.randrange(len(head))] + chance.randbytes(50) for _ in range(40)),
    ]

    async def throw(data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        try:
            writer.write(data)
            await writer.drain()
            writer.write_eof()
            async with asyncio.timeout(30):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    for answer in await asyncio.gather(*(throw(data) for data in bodies)):
        assert not answer.startswith(b"HTTP/1.1 5"), answer
    assert served.process.poll() is None
    async with httpx.AsyncClient(base_url=served.url, timeout=60) as http:
        assert (await http.get("/health/live")).json() == {"status": "ok"}
        answer = await http.post("/v1/chat/completions", json={"messages": QUESTION, "max_tokens": 3})
        assert answer.status_code == 200


def test_ctrl_c_ends_it_at_once(served):
    with served.client() as client:
        client.models.list()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(20) == 130
    assert served.process.stderr is not None
    assert b"Traceback" not in served.process.stderr.read()


def test_without_a_model_it_says_so_and_is_not_ready(bare_myna):
    with bare_myna.start("serve", "--port", "0", "--json") as process:
        running = started(process)
        assert httpx.get(f"{running.url}/health/live").status_code == 200
        ready = httpx.get(f"{running.url}/health/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "model-missing")
        with running.client() as client, pytest.raises(openai.NotFoundError):
            client.chat.completions.create(model="default", messages=QUESTION)
        process.terminate()
        assert process.wait(30) == 0


def test_a_port_in_use_is_a_clear_error(served, myna):
    ended = myna("serve", "--port", str(served.port))
    assert ended.status == 2
    assert "is in use" in ended.err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_speaks_both_languages(bare_myna, language):
    said = bare_myna("serve", "keys", "revoke", "nobody", env={"MYNA_LANGUAGE": language})
    assert said.status == 2
    assert ("没有名为 nobody 的密钥" if language == "zh" else "there is no key called nobody") in said.err


def test_the_command_line_stays_quick(bare_myna):
    """Nothing of the server is imported before it runs."""
    script = "import sys; from myna.cli.main import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=bare_myna.environment(), check=True
    )
    for name in ("fastapi", "uvicorn", "starlette", "limits", "sqlalchemy"):
        assert f"'{name}'" not in done.stderr
