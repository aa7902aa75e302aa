"""Calls: who is asked in which order, and what a failing plugin may and may not do."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from myna.bench import BenchInfo
from myna.config import PluginSettings, Settings
from myna.doctor import Finding
from myna.engine.protocols import EngineInfo
from myna.errors import Blocked, ModelMissing, PluginFailed, SourceUnavailable
from myna.events import Notice
from myna.hookspecs import CommandInfo, DemoStep, PanelInfo, PromptSource, ResolvedModel, Verdict, hookimpl
from myna.host import PluginHost
from myna.messages import Attachment, Image, Message, Text, user
from myna.testing import draft, stream_async

pytestmark = pytest.mark.logs

ENGINE = EngineInfo("fake", ("chat",), (".gguf",), "fake:Engine")
MODEL = ResolvedModel("small", "chat", ".gguf", {"model": "small.gguf"})


def plugin(**hooks: object) -> object:
    """An object whose hooks answer with a value, or by calling a function."""
    return type("Plugin", (), {name: staticmethod(hookimpl(function)) for name, function in hooks.items()})()


def load(*plugins: object) -> PluginHost:
    extra = [(f"p{at}", item) for at, item in enumerate(plugins, 1)]
    host = PluginHost.load(PluginSettings(), extra=extra, entry_points=[])
    assert [status.error for status in host.plugins()] == [""] * len(plugins)
    return host


def fails(error: BaseException):
    def hook():
        raise error

    return hook


def errors(host: PluginHost) -> list[str]:
    return [status.error for status in host.plugins()]


class Source:
    def __init__(self, scheme: str) -> None:
        self.scheme = scheme

    def fetch(self, location: str, target: str, progress: object) -> str:
        return ""


REGISTER = [
    ("myna_register_engines", "engines", ENGINE),
    ("myna_register_commands", "commands", CommandInfo("hello", "says hello", "m:c")),
    ("myna_register_prompts", "prompt_sources", PromptSource("prompts")),
    ("myna_register_panels", "panels", PanelInfo("p", "P", "p.qml", "p:P")),
    ("myna_register_benchmarks", "benchmarks", BenchInfo("b", "", "b:run")),
    ("myna_register_demo_steps", "demo_steps", DemoStep("d", 1, "d:run")),
]


@pytest.mark.parametrize(("hook", "method", "item"), REGISTER)
def test_what_plugins_register_is_collected_once(hook, method, item):
    calls = []

    def register():
        calls.append(1)
        return [item]

    host = load(plugin(**{hook: register}), plugin(**{hook: lambda: None}))
    assert getattr(host, method)() == [item]
    assert getattr(host, method)() == [item]
    assert len(calls) == 1


@pytest.mark.parametrize(("hook", "method", "item"), REGISTER)
@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (fails(RuntimeError("no")), "RuntimeError: no"),
        (fails(SystemExit(1)), "SystemExit: 1"),
        (lambda: "text", "TypeError: it returned str, not a list of "),
        (lambda: 3, "TypeError: it returned int, not a list of "),
        (lambda: [3], "TypeError: expected "),
    ],
)
def test_a_plugin_that_registers_badly_keeps_nobody_else_from_it(hook, method, item, broken, error):
    host = load(plugin(**{hook: broken}), plugin(**{hook: lambda: [item]}))
    assert getattr(host, method)() == [item]
    first, second = errors(host)
    assert first.startswith(f"{hook}: {error}")
    assert second == ""
    assert host.plugins()[0].state == "active"


def test_one_bad_item_does_not_take_the_good_ones_with_it():
    host = load(plugin(myna_register_engines=lambda: [3, ENGINE]))
    assert host.engines() == [ENGINE]
    assert errors(host) == ["myna_register_engines: TypeError: expected EngineInfo, got int"]


def test_the_first_to_claim_a_name_keeps_it():
    first, second = (CommandInfo("hello", "", target) for target in ("first:c", "second:c"))
    host = load(
        plugin(myna_register_commands=lambda: [first]),
        plugin(myna_register_commands=lambda: [second, CommandInfo("other", "", "m:c")]),
    )
    assert [command.target for command in host.commands()] == ["first:c", "m:c"]
    assert errors(host) == ["", "myna_register_commands: hello is already registered by p1"]


def test_sources_are_found_by_scheme():
    web, file = Source("web"), Source("file")
    host = load(
        plugin(myna_register_model_sources=lambda: [web, object()]),
        plugin(myna_register_model_sources=lambda: [file, Source("web")]),
    )
    assert host.model_sources() == {"web": web, "file": file}
    assert errors(host) == [
        "myna_register_model_sources: TypeError: expected ModelSource, got object",
        "myna_register_model_sources: web is already registered by p1",
    ]


def test_demo_steps_come_in_their_own_order():
    steps = [DemoStep("late", 200, "m:a"), DemoStep("early", 50, "m:b"), DemoStep("middle", 100, "m:c")]
    host = load(*(plugin(myna_register_demo_steps=lambda step=step: [step]) for step in steps))
    assert [step.title for step in host.demo_steps()] == ["early", "middle", "late"]


def test_health_tells_of_every_plugin_and_of_broken_ones():
    finding = Finding("audio", "note", "no microphone")
    host = load(
        plugin(myna_check_health=fails(RuntimeError("no"))),
        plugin(myna_check_health=lambda settings: [finding] if settings.chat.record else []),
        plugin(myna_check_health=lambda: ["all fine"]),
    )
    found = host.health(Settings())
    assert found[0] == finding
    assert [(item.level, item.text) for item in found[1:]] == [
        ("problem", "p1: myna_check_health: RuntimeError: no"),
        ("problem", "p3: myna_check_health: TypeError: expected Finding, got str"),
    ]


def test_health_of_a_sound_host_names_what_is_loaded():
    [finding] = load(plugin(myna_observe=lambda: None), plugin(myna_observe=lambda: None)).health(Settings())
    assert (finding.level, finding.text) == ("ok", "2 loaded: p1, p2")


def test_the_first_plugin_that_knows_a_model_resolves_it():
    asked = []

    def first(name, task):
        asked.append((name, task))

    host = load(
        plugin(myna_resolve_model=first),
        plugin(myna_resolve_model=lambda: MODEL),
        plugin(myna_resolve_model=fails(AssertionError("asked in vain"))),
    )
    assert host.resolve_model("small", "chat", Settings()) is MODEL
    assert asked == [("small", "chat")]


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("", "no model for the task chat is installed", "myna models pull"),
        ("small", "there is no model called small", "myna models list"),
    ],
)
def test_a_model_that_nobody_knows_is_missing(name, message, hint):
    with pytest.raises(ModelMissing) as raised:
        load(plugin(myna_resolve_model=lambda: None)).resolve_model(name, "chat", Settings())
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_a_plugin_that_fails_to_resolve_is_named():
    host = load(plugin(myna_resolve_model=lambda: "small.gguf"), plugin(myna_resolve_model=lambda: MODEL))
    with pytest.raises(PluginFailed) as raised:
        host.resolve_model("small", "chat", Settings())
    assert raised.value.message == (
        "plugin p1 failed in myna_resolve_model: TypeError: expected ResolvedModel, got str"
    )


async def test_each_plugin_prepares_the_turn_in_order_async_or_not():
    async def later(draft):
        draft.messages.append(user("second"))

    turn = draft("first")
    await load(
        plugin(myna_prepare_turn=later),
        plugin(myna_prepare_turn=lambda draft: draft.messages.append(user("third"))),
    ).prepare_turn(turn)
    assert [message.text for message in turn.messages] == ["first", "second", "third"]


@pytest.mark.parametrize("hook", ["prepare_turn", "screen_input", "open_output_filter"])
async def test_an_error_of_mynas_own_ends_the_turn_as_it_is(hook):
    error = SourceUnavailable("nobody answers")
    host = load(plugin(**{f"myna_{hook}": fails(error)}))
    with pytest.raises(SourceUnavailable) as raised:
        await call(host, hook)
    assert raised.value is error
    assert errors(host) == [""]


@pytest.mark.parametrize("hook", ["prepare_turn", "screen_input", "open_output_filter"])
@pytest.mark.parametrize("error", [ValueError("what was said"), SystemExit(3)])
async def test_any_other_failure_ends_the_turn_and_names_the_plugin(hook, error):
    reached = []
    host = load(
        plugin(**{f"myna_{hook}": fails(error)}),
        plugin(**{f"myna_{hook}": lambda: reached.append(1)}),
    )
    with pytest.raises(PluginFailed, match=f"plugin p1 failed in myna_{hook}: {type(error).__name__}"):
        await call(host, hook)
    assert reached == []


async def call(host: PluginHost, hook: str) -> object:
    turn = draft()
    if hook == "screen_input":
        return await host.screen_input(turn.messages[-1], turn)
    if hook == "prepare_turn":
        return await host.prepare_turn(turn)
    return host.open_output_filter(turn)


async def screen(text: str, *screens: object) -> Verdict:
    turn = draft(text)
    host = load(*(plugin(myna_screen_input=screen) for screen in screens))
    return await host.screen_input(turn.messages[-1], turn)


async def test_without_screens_everything_is_allowed():
    assert await screen("hi") == Verdict("allow")
    assert await screen("hi", lambda: None, lambda: Verdict("allow", rule="seen")) == Verdict("allow")


async def test_a_replaced_text_goes_on_to_the_next_screen():
    async def mask(message):
        return Verdict("replace", message.text.replace("secret", "***"), "mask")

    def shout(message):
        assert "secret" not in message.text
        return Verdict("replace", message.text.upper(), "shout")

    assert await screen("a secret", mask, lambda: None, shout) == Verdict("replace", "A ***", "mask, shout")


async def test_the_first_block_ends_it():
    blocked = Verdict("block", "not here", "weapons")
    assert await screen("hi", lambda: blocked, fails(AssertionError("asked in vain"))) == blocked


@pytest.mark.parametrize("answer", [True, "block", Verdict("perhaps")])
async def test_a_verdict_that_cannot_be_read_is_no_permission(answer):
    with pytest.raises(PluginFailed, match="plugin p1 failed in myna_screen_input"):
        await screen("hi", lambda: answer)


def test_replacing_text_keeps_the_pictures():
    picture = Image(Attachment("0" * 64, "image/png", 1))
    message = Message("user", (picture, Text("a"), picture, Text("b")))
    assert message.with_text("c") == Message("user", (picture, Text("c"), picture))
    assert Message("user", (picture,)).with_text("c") == Message("user", (Text("c"), picture))


class Hold:
    """Releases text one call late, and marks what it has seen."""

    def __init__(self, mark: str, fail_on: str = "") -> None:
        self.mark, self.fail_on, self.kept = mark, fail_on, ""

    def feed(self, text: str) -> str:
        if text == self.fail_on:
            raise ValueError(text)
        self.kept, out = f"{text}{self.mark}", self.kept
        return out

    def finish(self) -> str:
        if self.fail_on == "finish":
            raise Blocked("at the end")
        return self.kept


def chain(*filters: object) -> tuple[PluginHost, object]:
    host = load(*(plugin(myna_open_output_filter=lambda item=item: item) for item in filters))
    return host, host.open_output_filter(draft())


async def run(output_filter, pieces: Sequence[str]) -> str:
    return "".join(await stream_async(output_filter, pieces))


def test_no_filter_is_none():
    assert chain(None)[1] is None


async def test_filters_are_chained_and_lose_nothing():
    assert await run(chain(Hold("1"), None, Hold("2"))[1], ["a", "b", "c"]) == "a12b12c12"


class Waits(Hold):
    """A filter that waits before it lets go."""

    async def feed(self, text: str) -> str:
        await asyncio.sleep(0)
        return super().feed(text)

    async def finish(self) -> str:
        await asyncio.sleep(0)
        return super().finish()


async def test_filters_that_wait_are_chained_with_those_that_do_not():
    assert await run(chain(Waits("1"), Hold("2"), Waits("3"))[1], ["a", "b", "c"]) == "a123b123c123"
    host, output_filter = chain(Waits("1", fail_on="b"))
    with pytest.raises(PluginFailed, match="plugin p1 failed in output filter: ValueError"):
        await run(output_filter, ["a", "b"])
    assert errors(host) == ["output filter: ValueError: b"]


async def test_a_filter_that_holds_everything_back_feeds_nothing_on():
    class Mute:
        def feed(self, text: str) -> str:
            return ""

        def finish(self) -> str:
            return ""

    class Strict:
        def feed(self, text: str) -> str:
            raise AssertionError("there was nothing to see")

        def finish(self) -> str:
            return "."

    assert await run(chain(Mute(), Strict())[1], ["a", "b"]) == "."


async def test_a_filter_that_fails_ends_the_turn():
    host, output_filter = chain(Hold("1"), Hold("2", fail_on="b1"))
    assert await output_filter.feed("b") == ""
    with pytest.raises(PluginFailed, match="plugin p2 failed in output filter: ValueError"):
        await output_filter.feed("c")
    assert errors(host) == ["", "output filter: ValueError: b1"]


async def test_a_filter_may_block():
    _, output_filter = chain(Hold("1", fail_on="finish"))
    with pytest.raises(Blocked, match="at the end"):
        await run(output_filter, ["a"])


@pytest.mark.parametrize("opened", ["text", object()])
def test_what_is_no_filter_ends_the_turn(opened):
    with pytest.raises(PluginFailed, match="expected an OutputFilter"):
        chain(opened)


async def test_a_filter_that_returns_no_text_ends_the_turn():
    class Forgetful:
        def feed(self, text: str) -> None:
            return None

        def finish(self) -> str:
            return ""

    with pytest.raises(PluginFailed, match="feed returned NoneType, not str"):
        await run(chain(Forgetful())[1], ["a"])


def test_a_failing_observer_is_isolated_and_logged_once(caplog):
    seen = []
    host = load(
        plugin(myna_observe=fails(ValueError("what was said"))),
        plugin(myna_observe=lambda event: seen.insert(len(seen), event)),
    )
    events = [Notice(turn="t", epoch=1, code="c", text=str(at)) for at in range(3)]
    with caplog.at_level(logging.WARNING):
        for event in events:
            host.observe(event)
    assert seen == events
    assert errors(host) == ["myna_observe: ValueError: what was said", ""]
    assert [record.getMessage() for record in caplog.records] == ["plugin p1: myna_observe: ValueError"]


async def test_cancelling_a_turn_is_no_failure_of_a_plugin():
    started = asyncio.Event()

    async def forever():
        started.set()
        await asyncio.Event().wait()

    host = load(plugin(myna_prepare_turn=forever))
    turn = asyncio.ensure_future(host.prepare_turn(draft()))
    await started.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert errors(host) == [""]


async def test_closing_in_mid_turn_calls_nobody_any_more():
    called = []

    async def close():
        host.close()

    host = load(plugin(myna_prepare_turn=close), plugin(myna_prepare_turn=lambda: called.append(1)))
    await host.prepare_turn(draft())
    assert called == []
