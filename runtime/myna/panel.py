"""A page of the desktop, as a plugin writes it: no Qt in it, only state that is shown and actions that are asked for.

    class Tides:
        def __init__(self, desk: Desk) -> None:
            self._desk = desk

        async def open(self) -> None:
            self._desk.show(high="06:12", low="12:40")

        async def act(self, action: str, values: Mapping[str, Any]) -> Any:
            if action == "refresh":
                await self.open()

        async def close(self) -> None: ...

In its QML file, `panel.state.high` is what was shown last, `panel.act("refresh", {})` asks for an action, and
`panel.error` and `panel.busy` say how that goes. All of this object runs in the asyncio loop of the assistant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from .assistant import Assistant
    from .config import Settings
    from .conversation import Conversation
    from .errors import ErrorInfo
    from .events import Event


class Desk(Protocol):
    """What a panel may use of the desktop. Its methods are called in the asyncio loop."""

    @property
    def assistant(self) -> Assistant: ...

    @property
    def settings(self) -> Settings:
        """As they are now; `change` replaces them."""
        ...

    @property
    def language(self) -> Literal["en", "zh"]:
        """What the person reads."""
        ...

    @property
    def conversation(self) -> Conversation:
        """The one that is open."""
        ...

    def show(self, **state: Any) -> None:
        """Show values under these names: texts, numbers, booleans, None, and lists and dicts (with texts as keys) of
        them. Names that are not given stay as they are."""
        ...

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call `watcher`, which must not block, with every event of every turn, as `myna_observe` is."""
        ...

    def text(self, english: str, /, **values: object) -> str:
        """A text in the person's language; `values` fill its braces. Plugins bring the Chinese in `chinese.py`."""
        ...

    def error(self, error: ErrorInfo) -> dict[str, str]:
        """An error as a page shows it, in the person's language: `code`, `message` and `hint`. For one that belongs to
        a place on the page; what `act` raises is shown anyway."""
        ...

    def told(self, complete: str) -> str:
        """The translation of an English text whose values are filled in already, for example of an error."""
        ...

    async def change(self, key: str, value: str) -> None:
        """Set the setting `key` (`chat.model`) as `myna config set` does, for good and from now on.

        Raises:
            UsageError: there is no such setting, or it takes no such value.
            BadConfig, DiskFull: the settings file cannot be written.
        """
        ...


class Panel(Protocol):
    """What stands behind a page. Made by calling the `view_model` of a `PanelInfo` with a `Desk`."""

    async def open(self) -> None:
        """The page is shown for the first time. Raises `MynaError` where it cannot be; the page says so."""
        ...

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        """Do what a person asked for on the page; what is returned is handed to the page's callback.

        Cancelled when the person gives up waiting. Raises `MynaError`, which the page shows with its hint.
        """
        ...

    async def close(self) -> None:
        """The desktop ends."""
        ...
