"""A voice panel on a desk that writes down what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from fake_voice import FakeEquipment, LiveMicrophone
from fake_voice import desk as desk_for
from myna.testing import FakeDesk, FakeEngine
from myna_speech.panel.panel import VoicePanel

ANSWER = ("It is ", "Paris. ", "A big city.")


class Person:
    """In front of the panel."""

    def __init__(self, panel: VoicePanel, desk: FakeDesk, equipment: FakeEquipment, engine: FakeEngine) -> None:
        self.panel, self.desk, self.equipment, self.engine = panel, desk, equipment, engine

    @property
    def microphone(self) -> LiveMicrophone:
        ears = self.equipment.ears
        assert isinstance(ears, LiveMicrophone)
        return ears

    @property
    def state(self) -> dict[str, Any]:
        return self.desk.state

    async def act(self, action: str, **values: Any) -> None:
        await self.panel.act(action, values)

    def say(self, text: str, *, then: float = 0.0) -> None:
        self.microphone.say(self.equipment.words.say(text, 0.33 * len(text.split())), then)

    async def until(self, condition: Callable[[], bool]) -> None:
        """The time limit only says when a test has failed."""
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - audio time goes by with the turns of the loop
                await asyncio.sleep(0)

    async def history(self) -> list[tuple[str, str]]:
        return [(one.message.role, one.message.text) for one in await self.desk.conversation.history()]


@pytest.fixture
async def person() -> AsyncIterator[Callable[..., Any]]:
    """`await person(listen="open")`: a panel that is shown; the settings are those of speech."""
    made: list[Person] = []

    async def person(**settings: Any) -> Person:
        engine = FakeEngine(ANSWER)
        desk = desk_for(engine, **settings)
        equipment = FakeEquipment()
        panel = VoicePanel(desk, equipment)
        await panel.open()
        made.append(Person(panel, desk, equipment, engine))
        return made[-1]

    before = asyncio.all_tasks()
    yield person
    for one in made:
        await one.panel.close()
        assert not one.equipment.ears.open
        assert not one.equipment.mouth.is_open
    # The runner of the tests has one of its own.
    left = {task for task in asyncio.all_tasks() - before if "TestRunner" not in repr(task)}
    assert not left, left
