"""What people set: language, looks, conversations; all others are listed with where their values come from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from myna.errors import UsageError
from myna.settings import sources

if TYPE_CHECKING:
    from myna.panel import Desk


class SettingsPanel:
    """Shows `values` (by dotted key) and `locked` (keys whose value comes from the environment)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open(self) -> None:
        found = sources(self._desk.assistant.paths, environ=os.environ)
        self._desk.show(
            values={one.key: msgspec.to_builtins(one.value) for one in found if "url" not in one.key},
            locked={one.key: one.where for one in found if one.origin == "environment"},
            folder=str(self._desk.assistant.paths.config),
        )

    async def close(self) -> None:
        return None

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action != "change":
            raise UsageError(f"the settings have no action {action}")
        value = values["value"]
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        await self._desk.change(str(values["key"]), text)
        await self.open()
