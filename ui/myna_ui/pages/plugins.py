"""What is loaded, what it may use, what failed and why; on and off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from myna.errors import UsageError

if TYPE_CHECKING:
    from myna.panel import Desk

NEEDED = ("desktop", "desktop-window")
"""Without these there is no page to switch them on again."""


class PluginsPanel:
    """Shows `plugins`, and `restart` where something was switched since the start."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open(self) -> None:
        host, disabled = self._desk.assistant.host, set(self._desk.settings.plugins.disabled)
        # What a plugin registers is asked for now, so that failures in it are known.
        for ask_for in (host.engines, host.model_sources, host.commands, host.panels, host.benchmarks):
            ask_for()
        found = []
        for plugin in host.plugins():
            line = msgspec.to_builtins(plugin)
            # Qt knows lists, not tuples.
            line["needs"], line["hooks"] = list(plugin.needs), list(plugin.hooks)
            line["on"] = plugin.name not in disabled
            line["fixed"] = plugin.name in NEEDED
            found.append(line)
        running = {line["name"] for line in found if line["state"] != "disabled"}
        wanted = {line["name"] for line in found if line["on"]}
        self._desk.show(plugins=[line for line in found if line["name"] != "desktop-window"], restart=running != wanted)

    async def close(self) -> None:
        return None

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action == "switch":
            await self._switch(str(values["name"]), bool(values["on"]))
        elif action != "refresh":
            raise UsageError(f"the plugins have no action {action}")
        await self.open()

    async def _switch(self, name: str, on: bool) -> None:
        """From the next start on."""
        if name in NEEDED:
            raise UsageError(f"{name} cannot be switched off here")
        disabled = [one for one in self._desk.settings.plugins.disabled if one != name]
        if not on:
            disabled.append(name)
        await self._desk.change("plugins.disabled", ",".join(disabled))
