"""What answers on a machine that is short of memory, or hot."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myna.assistant import Assistant
from myna.config import ChatSettings, EngineSettings, PluginSettings, PressureSettings, Settings
from myna.errors import ModelMissing, OutOfMemory
from myna.events import Reduced, TurnFinished, TurnStarted
from myna.hookspecs import ResolvedModel
from myna.host import PluginHost
from myna.paths import Paths
from myna.pressure import Limits, Pressure, Step
from myna.reading import Reading, read
from myna.reduction import Reduction
from myna.remote_settings import RemoteSettings, RouteSettings
from myna.testing import FakeClock, FakeEngine

pytestmark = pytest.mark.anyio

LIMITS = Limits(memory_mb=400, temperature_c=90, calm_s=300)
LARGE, SMALL, SHORT = Step("large"), Step("small"), Step("small", 1024)
PLENTY, TIGHT, HOT = Reading(8000, 50), Reading(100, 50), Reading(8000, 99)


def test_a_shorter_context_is_for_little_memory_and_not_for_heat() -> None:
    hot = Pressure((LARGE, SMALL, SHORT), LIMITS)
    assert [hot.take(HOT) for _ in range(8)] == [False, True] + [False] * 6
    assert (hot.step, hot.cause) == (SMALL, "temperature")
    tight = Pressure((LARGE, SMALL, SHORT), LIMITS)
    for _ in range(8):
        tight.take(TIGHT)
    assert (tight.step, tight.cause) == (SHORT, "memory")


@pytest.mark.parametrize(("steps", "left"), [((LARGE, SMALL, SHORT), SHORT), ((LARGE, SMALL), LARGE)])
def test_a_step_that_is_not_there_is_left_out(steps: tuple[Step, ...], left: Step) -> None:
    pressure = Pressure(steps, LIMITS)
    pressure.failed()
    pressure.without(SMALL)
    assert pressure.step == left
    assert bool(pressure.cause) == (left != LARGE)
    assert SMALL not in pressure.steps


def test_this_machine_can_be_read() -> None:
    reading = read()
    assert reading.free_mb > 0
    assert reading.hottest_c is None or -50 < reading.hottest_c < 150


def settings(**pressure: Any) -> Settings:
    return Settings(
        chat=ChatSettings(model="large", record=False),
        engine=EngineSettings(context=4096),
        pressure=PressureSettings(**{"models": ("small",), "context": 1024, **pressure}),
    )


async def test_readings_are_shared_by_turns_that_come_together() -> None:
    clock, looks = FakeClock(), []
    reduction = Reduction(settings(), look=lambda: looks.append(1) or PLENTY, clock=clock)
    for _ in range(3):
        assert await reduction.choose("large") == LARGE
    await reduction.look()
    assert len(looks) == 1
    clock.advance(60)
    await reduction.choose("large")
    await reduction.look()
    assert len(looks) == 2


async def test_a_turn_does_not_wait_for_a_look_but_for_the_first() -> None:
    reduction = Reduction(settings(), look=lambda: TIGHT)
    assert await reduction.choose("large") == LARGE
    await reduction.look()
    assert await reduction.choose("large") == SMALL
    first = Reduction(settings(), look=lambda: TIGHT)
    first.begin()
    assert await first.choose("large") == SMALL
    await first.close()


async def test_one_tight_reading_is_no_reason() -> None:
    readings = iter([TIGHT, PLENTY])
    reduction = Reduction(settings(), look=lambda: next(readings))
    reduction.begin()
    assert await reduction.choose("large") == LARGE
    assert not reduction.cause


async def test_who_asks_for_another_model_gets_it() -> None:
    reduction = Reduction(settings(), look=lambda: TIGHT)
    reduction.begin()
    assert await reduction.choose("other") == Step("other")
    assert await reduction.choose("large") == SMALL
    assert not reduction.failed(Step("other"))


async def test_of_a_route_the_model_that_is_installed_here_gets_smaller() -> None:
    routes = RemoteSettings(routes=(RouteSettings("auto", "local"),))
    chosen = msgspec.structs.replace(settings(), chat=ChatSettings(model="auto"), remote=routes)
    reduction = Reduction(chosen, look=lambda: TIGHT)
    reduction.begin()
    assert reduction.steps[0] == Step()
    assert await reduction.choose("") == SMALL
    assert await reduction.choose("far") == Step("far")


async def test_the_installed_model_that_a_route_names_is_not_the_default() -> None:
    """It is asked where the default may be the one that cannot answer."""
    assert await Reduction(settings(), look=lambda: PLENTY).choose("") == Step()


@pytest.mark.parametrize("context", [0, 4096, 8192])
async def test_there_is_no_shorter_context_than_the_usual_one(context: int) -> None:
    reduction = Reduction(settings(context=context), look=lambda: TIGHT)
    assert reduction.steps == (LARGE, SMALL)


class Two(Assistant):
    """Two models that answer from a script, each with its name."""

    installed = ("large", "small")
    broken: tuple[str, ...] = ()
    asked_: list[tuple[str, int]]

    async def resolve(self, name: str = "", task: Any = "chat") -> ResolvedModel:
        if name not in self.installed:
            raise ModelMissing(f"{name} is not installed")
        return ResolvedModel(name, task, ".gguf", {"model": name})

    def _engine(self, name: str, context: int) -> Any:
        self.asked_.append((name, context))
        return Broken() if name in self.broken else FakeEngine([name])

    async def text_engine(self, name: str = "") -> Any:
        return self._engine(name, 0)

    async def stand_in(self, step: Step) -> Any:
        return self._engine(step.model, step.context)


class Broken(FakeEngine):
    async def info(self) -> Any:
        raise OutOfMemory("it does not fit")


async def events(own_home: Path, chosen: Settings, reading: Reading, model: str = "", **options: Any) -> list[Any]:
    async with Two(Paths.find(own_home), chosen, PluginHost.load(PluginSettings(), entry_points=())) as assistant:
        assistant.asked_ = []
        for name, value in options.items():
            setattr(assistant, name, value)
        assistant.reduction = Reduction(chosen, look=lambda: reading)
        assistant.reduction.begin()
        conversation = await assistant.conversation(model=model)
        return [event async for event in conversation.ask("Hello")]


def answered(found: list[Any]) -> tuple[str, list[tuple[str, str, int]]]:
    assert isinstance(found[-1], TurnFinished)
    said = [(event.cause, event.model, event.context) for event in found if isinstance(event, Reduced)]
    return found[-1].text, said


async def test_a_smaller_model_answers_and_the_turn_says_so(own_home: Path) -> None:
    found = await events(own_home, settings(), TIGHT)
    assert answered(found) == ("small", [("memory", "small", 0)])
    assert [event.model for event in found if isinstance(event, TurnStarted)] == ["small"]


async def test_who_asked_for_the_smaller_model_is_told_of_no_other(own_home: Path) -> None:
    assert answered(await events(own_home, settings(), TIGHT, "small")) == ("small", [])


async def test_with_room_nothing_is_said(own_home: Path) -> None:
    assert answered(await events(own_home, settings(), PLENTY)) == ("large", [])


async def test_a_model_that_does_not_load_is_replaced_in_the_same_turn(own_home: Path) -> None:
    found = await events(own_home, settings(), PLENTY, broken=("large",))
    assert answered(found) == ("small", [("memory", "small", 0)])
    assert sum(isinstance(event, TurnStarted) for event in found) == 1


def test_only_want_of_memory_makes_the_context_shorter() -> None:
    crashed, full = Pressure((LARGE, Step("large", 1024)), LIMITS), Pressure((LARGE, Step("large", 1024)), LIMITS)
    assert not crashed.failed()
    assert full.failed(memory=True)
    assert full.step.context == 1024


async def test_where_nothing_loads_the_turn_says_why(own_home: Path) -> None:
    found = await events(own_home, settings(), PLENTY, broken=("large", "small"))
    assert found[-1].error.code == "out-of-memory"


async def test_an_approved_model_that_is_not_installed_is_passed_over(own_home: Path, caplog: Any) -> None:
    caplog.set_level(logging.ERROR)
    chosen = settings(models=("gone", "small"))
    assert answered(await events(own_home, chosen, TIGHT)) == ("small", [("memory", "small", 0)])
    chosen = settings(models=("gone",), context=0)
    assert answered(await events(own_home, chosen, TIGHT)) == ("large", [])


async def test_new_settings_begin_anew(own_home: Path) -> None:
    async with Two(Paths.find(own_home), settings(), PluginHost.load(PluginSettings(), entry_points=())) as assistant:
        before = assistant.reduction
        assistant.use_settings(settings())
        assert assistant.reduction is before
        assistant.use_settings(msgspec.structs.replace(settings(), pressure=PressureSettings()))
        assert assistant.reduction is not before
