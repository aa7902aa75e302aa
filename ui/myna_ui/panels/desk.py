"""What a panel may use of the desktop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.language import Code
    from myna.config import Settings
    from myna.conversation import Conversation
    from myna.errors import ErrorInfo
    from myna.events import Event

    from ..bridge import Bridge
    from ..opened import Opened
    from ..speaking import Speaking
    from .page import Page


class PanelDesk:
    """The `myna.panel.Desk` of one page. Used in the asyncio loop."""

    def __init__(self, opened: Opened, bridge: Bridge, speaking: Speaking) -> None:
        self._opened = opened
        self._bridge = bridge
        self.speaking = speaking
        self.page: Page | None = None

    @property
    def assistant(self) -> Assistant:
        return self._opened.assistant

    @property
    def settings(self) -> Settings:
        return self._opened.assistant.settings

    @property
    def language(self) -> Code:
        return self.speaking.code

    @property
    def conversation(self) -> Conversation:
        return self._opened.conversation

    def show(self, **state: Any) -> None:
        if self.page is not None:
            self._bridge.post(partial(self.page.show, state))

    def watch(self, watcher: Callable[[Event], None]) -> None:
        self._opened.watch(watcher)

    def text(self, english: str, /, **values: object) -> str:
        return self.speaking.language.text(english, **values)

    def error(self, error: ErrorInfo) -> dict[str, str]:
        return self.speaking.error(error)

    def told(self, complete: str) -> str:
        return self.speaking.language.message(complete)

    async def change(self, key: str, value: str) -> None:
        await self._opened.change(key, value)
