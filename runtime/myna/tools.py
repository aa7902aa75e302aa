"""Tools that a model may call, as data."""

from __future__ import annotations

import msgspec

MOST_CALLS = 8
"""In one answer that must hold calls and may hold several: small models would go on for ever."""


class Tool(msgspec.Struct, frozen=True):
    name: str
    """Letters, digits, `_` and `-`, at most 64."""
    description: str = ""
    parameters: str = '{"type":"object"}'
    """JSON schema of the arguments, an object, as text."""
    strict: bool = False
    """A schema that cannot be enforced is refused, also where no call is required."""


class ToolUse(msgspec.Struct, frozen=True):
    """The tools of one request. It is false where there are none."""

    tools: tuple[Tool, ...] = ()
    required: bool = False
    """At least one is called, and nothing else written."""
    most: int = 0
    """Calls in one answer; 0: as many as the model likes."""

    def __bool__(self) -> bool:
        return bool(self.tools)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(tool.name for tool in self.tools)


NO_TOOLS = ToolUse()
