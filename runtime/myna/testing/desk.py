"""A desktop without a window, for the tests of panels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..cli.failure import sentence
from ..cli.language import Code, Language
from ..settings import load_settings, set_value

if TYPE_CHECKING:
    from ..assistant import Assistant
    from ..config import Settings
    from ..conversation import Conversation
    from ..draft import AskOptions
    from ..errors import ErrorInfo
    from ..events import Event


class FakeDesk:
    """A `myna.panel.Desk` that keeps what it is told: `desk.state["templates"]`, `desk.asked`."""

    def __init__(self, assistant: Assistant, conversation: Conversation | None = None, language: Code = "en") -> None:
        self.assistant = assistant
        self.state: dict[str, Any] = {}
        """What is shown now."""
        self.shown: list[dict[str, Any]] = []
        """Each call of `show`, oldest first."""
        self.changes: list[tuple[str, str]] = []
        self.asked: list[tuple[str, AskOptions]] = []
        self.watchers: list[Callable[[Event], None]] = []
        self.language = language
        self._texts = Language(language)
        self._conversation = conversation
        self._changed = asyncio.Event()

    @property
    def settings(self) -> Settings:
        return self.assistant.settings

    @property
    def conversation(self) -> Conversation:
        assert self._conversation is not None, "this desk was made without a conversation"  # noqa: S101
        return self._conversation

    @conversation.setter
    def conversation(self, other: Conversation) -> None:
        self._conversation = other

    def speak(self, *packages: str) -> None:
        """Use the texts of these packages too."""
        for package in packages:
            self._texts.add(package)

    def show(self, **state: Any) -> None:
        self.state |= state
        self.shown.append(state)
        self._changed.set()

    def seen(self, name: str) -> list[Any]:
        """Every value that `name` had, in order."""
        return [state[name] for state in self.shown if name in state]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait until what is shown is so; `timeout_s` only says when a test has failed."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def watch(self, watcher: Callable[[Event], None]) -> None:
        self.watchers.append(watcher)

    def text(self, english: str, /, **values: object) -> str:
        return self._texts.text(english, **values)

    def told(self, complete: str) -> str:
        return self._texts.message(complete)

    def error(self, error: ErrorInfo) -> dict[str, str]:
        message, hint = sentence(error, self._texts)
        return {"code": error.code, "message": message, "hint": hint}

    async def change(self, key: str, value: str) -> None:
        set_value(self.assistant.paths, key, value)
        self.changes.append((key, value))
        self.assistant.use_settings(load_settings(self.assistant.paths, environ={}))

    def ask(self, text: str, options: AskOptions) -> None:
        self.asked.append((text, options))


def plain(value: Any) -> bool:
    """Whether a page can be shown this: texts, numbers, booleans, None, and lists and dicts of them."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(plain(one) for one in value)
    return value is None or type(value) in {str, int, float, bool}
