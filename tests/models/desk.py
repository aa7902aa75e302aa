"""What a panel gets of the desktop, without a window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from myna.assistant import Assistant
from myna.config import Settings
from myna.conversation import Conversation
from myna.events import Event
from myna.settings import load_settings, set_value


class FakeDesk:
    """Keeps what is shown."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.state: dict[str, Any] = {}
        self.watchers: list[Callable[[Event], None]] = []
        self._news = asyncio.Event()

    @property
    def settings(self) -> Settings:
        return self.assistant.settings

    @property
    def conversation(self) -> Conversation:
        raise NotImplementedError

    def show(self, **state: Any) -> None:
        self.state |= state
        self._news.set()

    def watch(self, watcher: Callable[[Event], None]) -> None:
        self.watchers.append(watcher)

    def text(self, english: str, /, **values: object) -> str:
        return english.format(**values)

    async def change(self, key: str, value: str) -> None:
        set_value(self.assistant.paths, key, value)
        self.assistant.use_settings(load_settings(self.assistant.paths, environ={}))

    async def until(self, condition: Callable[[dict[str, Any]], object]) -> None:
        """Wait until what is shown is as wanted; ten seconds only say when a test has failed."""
        async with asyncio.timeout(10):
            while not condition(self.state):
                self._news.clear()
                await self._news.wait()
