"""What an assistant does once for all who ask at the same time."""

from __future__ import annotations

import asyncio
import threading
from types import ModuleType

import pytest

from myna.assistant import Assistant
from myna.config import PluginSettings, Settings
from myna.errors import ModelMissing
from myna.hookspecs import ResolvedModel, hookimpl
from myna.host import PluginHost
from myna.paths import Paths

pytestmark = pytest.mark.anyio


class Shelf:
    """A plugin that knows one model, and counts how often it is asked; it answers when `open` is set."""

    def __init__(self) -> None:
        self.asked = 0
        self.missing = False
        self.open = threading.Event()

    def plugin(self) -> ModuleType:
        made = ModuleType("shelf")

        def myna_resolve_model(name, task):
            self.asked += 1
            assert self.open.wait(10)
            if self.missing:
                raise ModelMissing("not yet")
            return ResolvedModel(name, task, ".gguf", {"model": "m.gguf"})

        made.myna_resolve_model = hookimpl(myna_resolve_model)
        return made


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def assistant(shelf: Shelf) -> Assistant:
    host = PluginHost.load(PluginSettings(), extra=[("shelf", shelf.plugin())], entry_points=())
    return Assistant(Paths.find(), Settings(), host)


async def test_a_model_is_looked_up_once_for_all_who_ask_at_the_same_time(assistant, shelf) -> None:
    asking = [asyncio.create_task(assistant.resolve("one")) for _ in range(5)]
    await asyncio.sleep(0)
    shelf.open.set()
    assert {model.name for model in await asyncio.gather(*asking)} == {"one"}
    assert shelf.asked == 1


async def test_who_gives_up_waiting_does_not_spoil_it_for_the_others(assistant, shelf) -> None:
    first, second = (asyncio.create_task(assistant.resolve("one")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    shelf.open.set()
    assert (await second).name == "one"
    assert shelf.asked == 1


async def test_what_was_missing_is_looked_for_again(assistant, shelf) -> None:
    shelf.open.set()
    shelf.missing = True
    with pytest.raises(ModelMissing):
        await assistant.resolve("one")
    shelf.missing = False
    assert (await assistant.resolve("one")).name == "one"


async def test_forgotten_models_are_looked_up_again(assistant, shelf) -> None:
    shelf.open.set()
    await assistant.resolve("one")
    assistant.forget_models()
    await assistant.resolve("one")
    assert shelf.asked == 2
