"""Tools that a model may call: told to it in the system prompt, and found again in what it writes.

A call is `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`, the way of Hermes and Qwen, which small models of
other families take up too when they are told. Where a call is required, a grammar lets the model write nothing else.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from myna_serve.faults import bad

if TYPE_CHECKING:
    from .request import ChatRequest, ToolCall

OPEN, CLOSE = "<tool_call>", "</tool_call>"
_CALLS = re.compile(rf"{OPEN}(.*?)(?:{CLOSE}|\Z)", re.DOTALL)


class Call(msgspec.Struct, frozen=True):
    """What a model wants done."""

    name: str
    arguments: msgspec.Raw

    def shown(self, index: int | None = None) -> dict[str, Any]:
        """In OpenAI's shape; with `index`, as a part of a stream."""
        function = {"name": self.name, "arguments": bytes(self.arguments).decode()}
        at = {} if index is None else {"index": index}
        return {**at, "id": f"call_{uuid.uuid4().hex[:24]}", "type": "function", "function": function}


class OneTool(msgspec.Struct, frozen=True):
    name: str
    description: str
    parameters: dict[str, Any]


class Toolbox(msgspec.Struct, frozen=True):
    """The tools of a request."""

    tools: tuple[OneTool, ...] = ()
    required: bool = False
    """One must be called."""

    @classmethod
    def of(cls, request: ChatRequest) -> Toolbox:
        """Raises `Fault` where the choice and the tools do not fit."""
        choice = request.tool_choice
        tools = tuple(
            OneTool(tool.function.name, tool.function.description, tool.function.parameters or {"type": "object"})
            for tool in request.tools or ()
        )
        if choice not in {None, "none", "auto"} if isinstance(choice, str | None) else True:
            if not tools:
                raise bad("tool_choice needs tools", "tool_choice")
            if request.response_format is not None and request.response_format.type != "text":
                raise bad("a required tool call leaves no room for response_format", "response_format")
        if len({tool.name for tool in tools}) < len(tools):
            raise bad("two tools have the same name", "tools")
        if choice == "none" or not tools:
            return cls()
        if choice is None or isinstance(choice, str):
            return cls(tools, choice == "required")
        named = tuple(tool for tool in tools if tool.name == choice.function.name)
        if not named:
            raise bad(f"tool_choice: there is no tool called {choice.function.name}", "tool_choice")
        return cls(named, required=True)

    def __bool__(self) -> bool:
        return bool(self.tools)

    def schema(self) -> str:
        """A JSON schema of what must be written; empty where nothing must."""
        if not self.required:
            return ""
        calls = [
            {
                "type": "object",
                "properties": {"name": {"const": tool.name}, "arguments": tool.parameters},
                "required": ["name", "arguments"],
                "additionalProperties": False,
            }
            for tool in self.tools
        ]
        return msgspec.json.encode(calls[0] if len(calls) == 1 else {"anyOf": calls}).decode()

    def instructions(self) -> str:
        """What the model is told; empty without tools."""
        if not self.tools:
            return ""
        listed = "\n".join(msgspec.json.encode(tool).decode() for tool in self.tools)
        how = (
            'Answer with one JSON object: {"name": TOOL, "arguments": {...}}.'
            if self.required
            else f'To use one, write nothing but {OPEN}{{"name": TOOL, "arguments": {{...}}}}{CLOSE}. Else just answer.'
        )
        return f"You may use these tools:\n{listed}\n{how}"

    def calls(self, text: str) -> tuple[str, list[Call]]:
        """The text beside calls, and the calls; all is text where a call cannot be read or is of no tool here."""
        if not self.tools:
            return text, []
        if self.required:
            call = self._call(text)
            return ("", [call]) if call else (text, [])
        found = [self._call(written) for written in _CALLS.findall(text)]
        calls = [call for call in found if call is not None]
        if not calls or len(calls) < len(found):
            return text, []
        return _CALLS.sub("", text).strip(), calls

    def _call(self, written: str) -> Call | None:
        try:
            call = msgspec.json.decode(written.strip(), type=Call)
            arguments = msgspec.json.decode(call.arguments)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return None
        known = any(tool.name == call.name for tool in self.tools)
        return call if known and isinstance(arguments, dict) else None


class Holding:
    """Of a stream: lets text pass until a call may begin, and keeps the rest."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._held = ""
        self._all = toolbox.required

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if not self._toolbox:
            return text
        self._held += text
        if self._all:
            return ""
        at = self._held.find(OPEN)
        if at >= 0:
            self._all = True
        else:
            at = len(self._held) - _beginning(self._held)
        shown, self._held = self._held[:at], self._held[at:]
        return shown

    def finish(self) -> tuple[str, list[Call]]:
        """The rest of the text, and the calls."""
        held, self._held = self._held, ""
        return self._toolbox.calls(held)


def _beginning(text: str) -> int:
    """Characters at the end of `text` that may be the beginning of a call."""
    return next(
        (length for length in range(min(len(text), len(OPEN) - 1), 0, -1) if OPEN.startswith(text[-length:])), 0
    )


def said_calls(calls: Iterable[ToolCall]) -> str:
    """Calls of an earlier answer, as the model wrote them."""
    written: list[str] = []
    for call in calls:
        try:
            arguments = msgspec.json.decode(call.function.arguments or "{}")
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise bad("the arguments of a tool call are no JSON", "messages") from None
        said = msgspec.json.encode({"name": call.function.name, "arguments": arguments}).decode()
        written.append(f"{OPEN}{said}{CLOSE}")
    return "\n".join(written)


def result_text(result: str) -> str:
    """What a tool returned, as such models are told it."""
    return f"<tool_response>\n{result}\n</tool_response>"


def shown_calls(calls: Sequence[Call], *, stream: bool = False) -> list[dict[str, Any]]:
    """In OpenAI's shape."""
    return [call.shown(at if stream else None) for at, call in enumerate(calls)]
