"""What is open in the asyncio loop: the assistant, its plugins, and the conversation on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from myna.config import Settings
from myna.events import Event
from myna.hookspecs import hookimpl
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings, set_value

if TYPE_CHECKING:
    # What is not needed for the first frame is imported after it.
    from myna.assistant import Assistant
    from myna.conversation import Conversation


class Observer:
    """A plugin of the desktop's own: hears every event of every turn."""

    def __init__(self, *watchers: Callable[[Event], None]) -> None:
        self.watchers = list(watchers)

    @hookimpl
    def myna_observe(self, event: Event) -> None:
        for watcher in self.watchers:
            watcher(event)


class Opened:
    """Made by `open`; all of it is used in the loop alone."""

    def __init__(
        self,
        assistant: Assistant,
        conversation: Conversation,
        environ: Mapping[str, str],
        observer: Observer,
        changed: Callable[[], None],
    ) -> None:
        self.assistant = assistant
        self.conversation = conversation
        self._environ = environ
        self._observer = observer
        self._changed = changed

    @classmethod
    async def open(
        cls,
        paths: Paths,
        settings: Settings,
        environ: Mapping[str, str],
        *,
        heard: Callable[[Event], None],
        changed: Callable[[], None],
        host: PluginHost | None = None,
    ) -> Opened:
        """`heard` is told every event of every turn and `changed` that settings are others now, both in the loop.

        `host` is loaded from `settings` unless one is given.
        """
        if host is None:
            host = await asyncio.to_thread(PluginHost.load, settings.plugins)
        observer = Observer(heard)
        host.add("desktop-window", observer)
        from myna.assistant import Assistant

        assistant = await Assistant.open(paths, settings, host=host)
        conversation = await assistant.conversation()
        return cls(assistant, conversation, environ, observer, changed)

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Tell `watcher` every event of every turn too."""
        self._observer.watchers.append(watcher)

    async def change(self, key: str, value: str) -> None:
        """Set a setting for good, on the audit record, and use it from now on."""
        from myna.cli.recorded import recorded

        assistant = self.assistant
        with recorded(assistant, key, value):
            set_value(assistant.paths, key, value)
        assistant.use_settings(load_settings(assistant.paths, environ=self._environ))
        self._changed()

    async def close(self) -> None:
        await self.assistant.close()
