"""What a chat template knows of tools, found out by rendering a call."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec
import regex

from ..calls.styles import STYLES, Style, StyleName
from ..errors import BadInput, BadTemplate
from ..messages import ToolCall
from ..tools import ToolUse
from .chat_template import ChatTemplate

_TOOL, _ID, _RESULT = "probe_tool", "probeid01", "probe_result"
_GIVEN = {"probe_key": "probe_value"}
_WRITTEN = regex.compile(r'\{\s*"probe_key"\s*:\s*"probe_value"\s*\}')
_ORDER: tuple[StyleName, ...] = ("hermes", "mistral-named", "mistral", "llama")
"""The head of a Llama call, bare JSON, is a part of those of others."""

_ID_LETTERS = 9
"""Templates of Mistral take ids of calls of this length alone."""


class ToolTemplate:
    """Of one chat template. Nothing is rendered before it is asked."""

    def __init__(self, template: ChatTemplate) -> None:
        self._template = template
        self._as_text = False

    @cached_property
    def style(self) -> Style | None:
        """How it has calls written; None where it does not tell a model of tools, calls and results in a way that is
        known here."""
        if _TOOL not in self._render([{"role": "user", "content": "?"}]):
            return None
        for as_text in (False, True):
            given = msgspec.json.encode(_GIVEN).decode() if as_text else _GIVEN
            called = {"id": _ID, "type": "function", "function": {"name": _TOOL, "arguments": given}}
            shown = self._render(
                [
                    {"role": "user", "content": "?"},
                    {"role": "assistant", "content": "", "tool_calls": [called]},
                    {"role": "tool", "name": _TOOL, "tool_call_id": _ID, "content": _RESULT},
                ]
            )
            if _WRITTEN.search(shown) and _RESULT in shown:
                self._as_text = as_text
                return _style_of(shown)
        return None

    def call(self, call: ToolCall, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """An earlier call, as the template takes it. Read `style` before."""
        given = msgspec.json.encode(arguments).decode() if self._as_text else arguments
        function = {"name": call.name, "arguments": given}
        return {"id": self.call_id(call.id), "type": "function", "function": function}

    def call_id(self, call: str) -> str:
        if self.style is None or not self.style.name.startswith("mistral") or _plain(call):
            return call
        return hashlib.sha256(call.encode("utf-8", "replace")).hexdigest()[:_ID_LETTERS]

    def _render(self, messages: Sequence[Mapping[str, Any]]) -> str:
        """Empty where it refuses them."""
        parameters = {"type": "object", "properties": {"probe_key": {"type": "string"}}}
        tool = {"type": "function", "function": {"name": _TOOL, "description": "", "parameters": parameters}}
        try:
            return self._template.render(messages, tools=[tool])
        except BadTemplate:
            return ""


def _plain(call: str) -> bool:
    return len(call) == _ID_LETTERS and call.isascii() and call.isalnum()


def _style_of(shown: str) -> Style | None:
    for name in _ORDER:
        style = STYLES[name]
        found = style.head.search(shown)
        if found is not None and found["name"] == _TOOL and (name != "llama" or '"parameters"' in found.group()):
            return style
    return None


def shown_tools(use: ToolUse) -> list[dict[str, Any]]:
    """As templates take them.

    Raises:
        BadInput: the schema of one is no JSON object.
    """
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": json_object(tool.parameters, f"the parameters of {tool.name}"),
            },
        }
        for tool in use.tools
    ]


def json_object(text: str, what: str) -> dict[str, Any]:
    """Raises `BadInput` where `text` is none."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise BadInput(f"{what} are no JSON object") from None


def told(use: ToolUse) -> str:
    """For models whose template knows no tools: what the system prompt says of them."""
    listed = "\n".join(msgspec.json.encode(tool["function"]).decode() for tool in shown_tools(use))
    how = "To use one, write nothing but" if not use.required else "Use one: write nothing but"
    else_ = "" if use.required else " Else just answer."
    return (
        f"You may use these tools:\n{listed}\n"
        f'{how} <tool_call>\n{{"name": TOOL, "arguments": {{...}}}}\n</tool_call>.{else_}'
    )


def written_call(name: str, arguments: Mapping[str, Any]) -> str:
    """An earlier call, for the same models."""
    return f"<tool_call>\n{msgspec.json.encode({'name': name, 'arguments': arguments}).decode()}\n</tool_call>"


def written_result(text: str) -> str:
    """What a tool has returned, as Hermes and Qwen have it."""
    return f"<tool_response>\n{text}\n</tool_response>"
