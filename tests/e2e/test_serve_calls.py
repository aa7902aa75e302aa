"""Answers and calls that must fit their schemas, and a default model that changes, with the real model."""

from __future__ import annotations

import asyncio
import shutil
import signal

import openai
import pytest

from myna_serve.benchmarks.answer_schemas import KINDS
from myna_serve.benchmarks.fitting import unfit
from serving import MODEL

pytestmark = pytest.mark.anyio

ASK = [{"role": "user", "content": "Make something up."}]
NOT_CACHED = {"x-myna-cache": "off"}


async def test_answers_and_required_calls_fit(served, asking):
    """A sample: an answer or a call for each kind of schema, a few at a time, so that none waits for long."""
    chosen = {"model": MODEL, "messages": ASK, "temperature": 1, "max_completion_tokens": 160}
    few = asyncio.Semaphore(4)

    async def answered(seed, schema):
        form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": True}}
        async with few:
            answer = await asking.chat.completions.create(seed=seed, response_format=form, **chosen)
        assert unfit(answer.choices[0].message.content, schema) == ""

    async def called(seed, schema):
        if schema.get("type") != "object":
            schema = {"type": "object", "properties": {"it": schema}, "required": ["it"]}
        tool = {"type": "function", "function": {"name": "do_it", "parameters": schema, "strict": True}}
        async with few:
            stream = await asking.chat.completions.create(
                seed=seed, tools=[tool], tool_choice="required", stream=True, **chosen
            )
            parts = [part.choices[0] async for part in stream]
        calls = [call for part in parts for call in part.delta.tool_calls or ()]
        assert calls[0].function.name == "do_it"
        assert unfit("".join(call.function.arguments or "" for call in calls), schema) == ""
        assert parts[-1].finish_reason in {"tool_calls", "length"}

    ask = [called if seed % 2 else answered for seed in range(len(KINDS))]
    await asyncio.gather(*(one(seed, schema) for seed, (one, schema) in enumerate(zip(ask, KINDS, strict=True))))


def test_the_limit_is_told_where_it_cuts(served):
    """What is cut off says so, as a text does; so does a document that had to come to its end sooner."""
    schema = {
        "type": "object",
        "properties": {"story": {"type": "array", "items": {"type": "string", "minLength": 20}, "minItems": 9}},
        "required": ["story"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    with served.client() as client:
        for limit in (5, 40):
            answer = client.chat.completions.create(
                model=MODEL, messages=ASK, seed=1, response_format=form, max_completion_tokens=limit
            )
            assert answer.choices[0].finish_reason == "length"
            assert answer.usage.completion_tokens <= limit
        with pytest.raises(openai.LengthFinishReasonError):
            client.chat.completions.parse(
                model=MODEL, messages=ASK, seed=1, response_format=form, max_completion_tokens=5
            )


@pytest.mark.parametrize("way", ["file", "signal"])
async def test_another_default_model_while_it_answers(served, asking, myna, shared_models, tmp_path, way):
    """Nothing under way is dropped; the old model goes when it has nothing to do."""
    (file,) = (shared_models / MODEL).glob("*.gguf")
    other = tmp_path / "another.gguf"
    shutil.copy2(file, other)
    limited = {"messages": ASK, "logit_bias": {"2": -100}, "extra_headers": NOT_CACHED}
    begun = asyncio.Event()

    async def long():
        stream = await asking.chat.completions.create(
            model="default", stream=True, max_completion_tokens=1200, **limited
        )
        parts = []
        async for part in stream:
            begun.set()
            parts.append(part)
        return {part.model for part in parts}, parts[-1].choices[0].finish_reason

    under_way = asyncio.create_task(long())
    await begun.wait()
    (old,) = served.workers()
    assert (await asyncio.to_thread(myna, "config", "set", "chat.model", str(other))).status == 0
    if way == "signal":
        served.process.send_signal(signal.SIGHUP)

    async def short():
        answer = await asking.chat.completions.create(model="default", max_completion_tokens=3, **limited)
        return answer.model

    # Traffic all the while: not one request fails, and from some moment on all are answered by the other model.
    models = [await short()]
    while models[-1] != "another":
        models.append(await short())
    assert set(models) <= {MODEL, "another"}
    assert await under_way == ({MODEL}, "length")
    while old in served.workers():  # noqa: ASYNC110 - it is another process that ends
        await asyncio.sleep(0.1)
    assert await short() == "another"
    assert len(served.workers()) == 1
    # A change that cannot be: it goes on as before.
    assert (await asyncio.to_thread(myna, "config", "set", "chat.model", str(tmp_path / "none.gguf"))).status == 0
    if way == "signal":
        served.process.send_signal(signal.SIGHUP)
    await asyncio.sleep(1.5)
    assert await short() == "another"
