"""Turns that a route sends to another server, and back when that cannot answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from far import model
from hostile import Hostile, Visit, well
from myna.assistant import Assistant
from myna.config import ChatSettings, ModelSettings, PluginSettings, Settings
from myna.draft import AskOptions
from myna.events import Routed, TextDelta, TurnFinished, TurnStarted
from myna.hookspecs import ResolvedModel, hookimpl
from myna.host import PluginHost
from myna.paths import Paths
from myna.remote_settings import RemoteSettings, RouteRule, RouteSettings
from myna.testing import FakeEngine
from myna_remote.models import FORMAT
from myna_remote.plugin import RemotePlugin

SCHEMA = AskOptions(schema='{"type": "object"}')


class Installed:
    """One model here, as the model store has it."""

    @hookimpl
    def myna_resolve_model(self, name, task):
        return ResolvedModel("small", task, ".gguf", {}) if name in {"", "small"} else None


class Holding:
    """A filter that lets nothing out before the end."""

    @hookimpl
    def myna_open_output_filter(self, draft):
        held: list[str] = []

        class Filter:
            def feed(self, text):
                held.append(text)
                return ""

            def finish(self):
                return "".join(held)

        return Filter()


class Mixed(Assistant):
    """Here a script answers, elsewhere a server on a socket, through a real worker."""

    here: Any

    async def text_engine(self, name: str = "") -> Any:
        if (await self.resolve(name)).format == FORMAT:
            return await super().text_engine(name)
        return self.here


Opened = Callable[..., Any]


@pytest.fixture
async def opened(own_home) -> AsyncIterator[Opened]:
    """`await opened(url)` is an assistant with the route `auto`: with a schema to the server at `url`, else here."""
    made: list[Assistant] = []

    async def make(
        url: str, *plugins: object, offline: bool = False, route: str = "small", default: str = "", **options: Any
    ) -> Mixed:
        routes = (RouteSettings("auto", route, (RouteRule(("far",), "json", schema=True),)),)
        remote = RemoteSettings((model(url, **options),), routes)
        settings = Settings(chat=ChatSettings(model=default), remote=remote, models=ModelSettings(offline=offline))
        extra = [("remote", RemotePlugin()), ("installed", Installed())]
        extra += [(f"plugin{at}", plugin) for at, plugin in enumerate(plugins)]
        assistant = Mixed(Paths.find(), settings, PluginHost.load(PluginSettings(), extra=extra, entry_points=()))
        assistant.here = FakeEngine(["from ", "here"])
        made.append(assistant)
        return assistant

    yield make
    for assistant in made:
        await assistant.close()


async def events_of(turn: Any) -> tuple[list[Any], TurnFinished, list[Routed], str]:
    events = [event async for event in turn]
    routed = [event for event in events if isinstance(event, Routed)]
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    return events, events[-1], routed, text


async def test_a_rule_decides_and_the_decision_is_told_and_kept(opened):
    async def script(visit: Visit) -> None:
        await visit.head()
        await visit.say("{}")
        await visit.stop()

    async with Hostile(script) as server:
        assistant = await opened(server.url)
        conversation = await assistant.conversation(model="auto")
        events, finished, (routed,), text = await events_of(conversation.ask("Hi", options=SCHEMA))
        assert isinstance(events[0], TurnStarted)
        assert (events[0].model, finished.model, text) == ("far", "far", "{}")
        assert (routed.route, routed.rule, routed.model, routed.instead_of) == ("auto", "json", "far", "")
        assert finished.routed == routed
        _, finished, (routed,), text = await events_of(conversation.ask("Hi"))
        assert (finished.model, routed.rule, text) == ("small", "", "from here")
        kept = [stored.meta for stored in await conversation.history()]
        assert [(meta.model, meta.route, meta.rule) for meta in kept[1::2]] == [
            ("far", "auto", "json"), ("small", "auto", ""),
        ]  # fmt: skip


async def refuses(visit: Visit) -> None:
    await visit.head("503 Service Unavailable", "application/json")


async def test_a_server_that_fails_before_the_first_token_costs_nothing_but_a_notice(opened):
    async with Hostile(refuses) as server:
        assistant = await opened(server.url)
        conversation = await assistant.conversation(model="auto")
        events, finished, routed, text = await events_of(conversation.ask("Hi", options=SCHEMA))
        assert (finished.reason, finished.model, text) == ("stop", "small", "from here")
        assert [(one.model, one.instead_of, one.reason) for one in routed] == [
            ("far", "", ""), ("small", "far", "engine-unavailable"),
        ]  # fmt: skip
        assert [type(event) for event in events].count(TurnFinished) == 1
        stored = await conversation.history()
        assert [(one.message.role, one.message.text) for one in stored] == [("user", "Hi"), ("assistant", "from here")]
        assert (stored[1].meta.model, stored[1].meta.instead_of) == ("small", "far")


async def test_a_route_can_be_the_default_and_what_is_installed_here_answers(opened):
    async with Hostile(well) as server:
        assistant = await opened(server.url, route="local", default="auto")
        _, finished, (routed,), text = await events_of((await assistant.conversation()).ask("Hi"))
        assert (finished.reason, finished.model, text) == ("stop", "small", "from here")
        assert (routed.route, routed.model) == ("auto", "small")


async def test_local_is_never_a_default_elsewhere(opened):
    async with Hostile(refuses) as server:
        assistant = await opened(server.url, route="local", default="far")
        turn = (await assistant.conversation(model="auto")).ask("Hi", options=SCHEMA)
        _, finished, routed, text = await events_of(turn)
        assert (finished.model, text, routed[-1].instead_of) == ("small", "from here", "far")


async def test_no_network_at_all(opened):
    async with Hostile(well) as server:
        url = server.url
    assistant = await opened(url)
    _, finished, _, text = await events_of((await assistant.conversation(model="auto")).ask("Hi", options=SCHEMA))
    assert (finished.reason, text) == ("stop", "from here")
    _, finished, _, text = await events_of((await assistant.conversation(model="far")).ask("Hi"))
    assert (finished.reason, finished.error.code, text) == ("error", "engine-unavailable", "")


async def test_answers_of_two_models_are_never_mixed(opened):
    async def breaks(visit: Visit) -> None:
        await visit.head()
        await visit.say("half of ")

    async with Hostile(breaks) as server:
        assistant = await opened(server.url)
        _, finished, _, text = await events_of((await assistant.conversation(model="auto")).ask("Hi", options=SCHEMA))
        assert (finished.reason, finished.error.code, text) == ("error", "engine-unavailable", "half of ")
        assert not assistant.here.requests
        # Nothing was shown yet: then another one may answer, and nothing of the first is left in a filter.
        held = await opened(server.url, Holding())
        _, finished, _, text = await events_of((await held.conversation(model="auto")).ask("Hi", options=SCHEMA))
        assert (finished.reason, finished.model, text) == ("stop", "small", "from here")


async def test_a_request_that_the_server_does_not_take_is_nobody_elses(opened):
    async def script(visit: Visit) -> None:
        await visit.head("400 Bad Request", "application/json")

    async with Hostile(script) as server:
        assistant = await opened(server.url)
        _, finished, _, _ = await events_of((await assistant.conversation(model="auto")).ask("Hi", options=SCHEMA))
        assert (finished.reason, finished.error.code) == ("error", "bad-input")
        assert not assistant.here.requests


async def test_offline_means_offline(opened):
    async with Hostile(well) as server:
        assistant = await opened(server.url, offline=True)
        _, finished, _, text = await events_of((await assistant.conversation(model="auto")).ask("Hi", options=SCHEMA))
        assert (finished.reason, text) == ("stop", "from here")
        (finding,) = (assistant.host.offered_models(assistant.settings)[0].check(),)
        assert finding.level == "note"
        assert (server.visits, server.checks) == ([], 0)


async def test_lists_and_health_say_what_is_there(opened):
    async with Hostile(well) as server:
        assistant = await opened(server.url)
        far, auto = assistant.host.offered_models(assistant.settings)
        assert (far.name, auto.name, auto.check) == ("far", "auto", None)
        assert auto.facts == {"Rule json": "far", "Otherwise": "small"}
        assert server.checks == 0  # a list asks nobody
        import asyncio

        assert (await asyncio.to_thread(far.check)).level == "ok"
        server.sick = True
        told = await asyncio.to_thread(far.check)
        assert (told.level, "500" in told.text) == ("problem", True)
        other = await opened(server.url, model="another")
        server.sick = False
        told = await asyncio.to_thread(other.host.offered_models(other.settings)[0].check)
        assert "another" in told.text


async def test_routes_that_lead_nowhere(opened):
    assistant = await opened("http://127.0.0.1:9/v1")
    loop = RouteSettings("loop", "auto")
    remote = msgspec.structs.replace(assistant.settings.remote, routes=(*assistant.settings.remote.routes, loop))
    assistant.use_settings(msgspec.structs.replace(assistant.settings, remote=remote))
    with pytest.raises(Exception, match="leads to the route auto"):
        await assistant.resolve("loop")
    twice = msgspec.structs.replace(remote, routes=(RouteSettings("far"),))
    assistant.use_settings(msgspec.structs.replace(assistant.settings, remote=twice))
    with pytest.raises(Exception, match="called far"):
        await assistant.resolve("far")
