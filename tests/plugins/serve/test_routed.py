"""A model that is no file here, and a name that chooses among models, as clients see them."""

from __future__ import annotations

import json

import pytest

from myna.errors import EngineUnavailable
from myna.hookspecs import OfferedModel, ResolvedModel, Route, hookimpl
from myna.testing import FakeEngine
from myna_serve.access.budget import Budget
from myna_serve.faults import Fault

pytestmark = pytest.mark.anyio


class Chooses:
    """`auto` sends what has tools, or a JSON schema, to `far`."""

    @hookimpl
    def myna_offer_models(self):
        return [OfferedModel("far", "chat", "far"), OfferedModel("auto", "chat", "chooses")]

    @hookimpl
    def myna_route_turn(self, name, facts):
        hard = facts.tools or facts.schema
        return Route(("far", "near") if hard else ("near",), "hard" if hard else "") if name == "auto" else None


class Unavailable(FakeEngine):
    def generate(self, request, *, ahead=0):
        raise EngineUnavailable("far: gone")


@pytest.fixture
async def routed(serve):
    """A server where the model `far` can be had, until the test says otherwise."""
    served = await serve(FakeEngine(["from ", "near"]), [Chooses()])
    engines = {"far": FakeEngine(["from ", "far"]), "near": served.engine}

    async def resolve(name="", task="chat"):
        route = "auto" if name == "auto" else ""
        return ResolvedModel("near" if route or not name else name, task, ".gguf", {}, "0" * 64, route=route)

    async def text_engine(name=""):
        return engines["near" if name in {"", "auto"} else name]

    served.assistant.resolve, served.assistant.text_engine = resolve, text_engine
    served.engines = engines
    return served


TOOL = {"type": "function", "function": {"name": "weather"}}


async def test_who_answered_is_told(routed):
    plain = (await routed.ask(model="auto")).json()
    assert (plain["model"], plain["choices"][0]["message"]["content"]) == ("near", "from near")
    hard = (await routed.ask(model="auto", tools=[TOOL])).json()
    assert (hard["model"], hard["choices"][0]["message"]["content"]) == ("far", "from far")
    streamed = (await routed.ask(model="auto", tools=[TOOL], stream=True)).text
    chunks = [json.loads(line[6:]) for line in streamed.splitlines() if line.startswith("data: {")]
    assert {chunk["model"] for chunk in chunks} == {"far"}
    names = [model["id"] for model in (await routed.client.get("/v1/models")).json()["data"]]
    assert {"far", "auto"} <= set(names)
    assert (await routed.client.get("/v1/models/auto")).status_code == 200
    response = (await routed.client.post("/v1/responses", json={"model": "auto", "input": "Hi"})).json()
    assert response["model"] == "near"


async def test_another_one_answers_where_one_cannot(routed):
    routed.engines["far"] = Unavailable()
    answer = (await routed.ask(model="auto", tools=[TOOL])).json()
    assert (answer["model"], answer["choices"][0]["message"]["content"]) == ("near", "from near")
    failed = await routed.ask(model="far")
    assert failed.status_code == 503
    assert failed.json()["error"]["code"] == "engine_unavailable"
    assert int(failed.headers["retry-after"]) > 0
    figures = (await routed.client.get("/metrics")).text
    assert 'myna_routed_requests_total{instead_of="far",model="near",route="auto",rule="hard"} 1.0' in figures


async def test_what_a_route_chose_is_not_kept_for_the_next(routed):
    for _ in range(2):
        await routed.ask(model="auto", seed=1)
    assert len(routed.engine.requests) == 2
    for _ in range(2):
        await routed.ask(model="default", seed=1)
    assert len(routed.engine.requests) == 3


async def test_limits_that_cannot_be_counted_let_nobody_in(caplog):
    budget = Budget.at("redis://127.0.0.1:1")
    with pytest.raises(Fault) as raised:
        await budget.request("key", "5/minute")
    assert (raised.value.status, raised.value.code) == (503, "limits_unavailable")
    assert [record.getMessage() for record in caplog.records] == ["serve.limits: ConnectionError"]
    await budget.request("key", "")
