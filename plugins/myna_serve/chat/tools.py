"""Tools that a model may call, from a request, and its calls, in OpenAI's shape.

The model is told of them in the form of its own chat template, where that has one; the engine sees to it. What comes
back is text in the form of `myna.calls`, after it has passed the filters: only what they let out is read here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from myna.calls.reader import Argued, Begun, Call, Ended, Found, Said, gathered
from myna.calls.written import reading
from myna.messages import Text, ToolCall
from myna.tools import MOST_CALLS, NO_TOOLS, Tool, ToolUse
from myna_serve.faults import bad

if TYPE_CHECKING:
    from .request import ChatRequest, Function
    from .request import ToolCall as AskedCall

_COMBINED = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
"""Words of a schema that may say what `type` does."""


def tools_of(request: ChatRequest) -> ToolUse:
    """Raises `Fault` where the choice and the tools do not fit."""
    choice = request.tool_choice
    tools = tuple(_tool(tool.function) for tool in request.tools or ())
    if choice not in {None, "none", "auto"} if isinstance(choice, str | None) else True:
        if not tools:
            raise bad("tool_choice needs tools", "tool_choice")
        if request.response_format is not None and request.response_format.type != "text":
            raise bad("a required tool call leaves no room for response_format", "response_format")
    if len({tool.name for tool in tools}) < len(tools):
        raise bad("two tools have the same name", "tools")
    if choice == "none" or not tools:
        return NO_TOOLS
    if choice == "required":
        return ToolUse(tools, required=True, most=MOST_CALLS if request.parallel_tool_calls else 1)
    if choice is None or isinstance(choice, str):
        return ToolUse(tools, most=1 if request.parallel_tool_calls is False else 0)
    named = tuple(tool for tool in tools if tool.name == choice.function.name)
    if not named:
        raise bad(f"tool_choice: there is no tool called {choice.function.name}", "tool_choice")
    return ToolUse(named, required=True, most=1)


def _tool(function: Function) -> Tool:
    parameters = dict(function.parameters or {})
    if not _COMBINED & parameters.keys():
        parameters.setdefault("type", "object")
    if parameters.get("type", "object") != "object":
        raise bad(f"the parameters of {function.name} must be an object", "tools")
    schema = msgspec.json.encode(parameters).decode()
    return Tool(function.name, function.description or "", schema, bool(function.strict))


def said_calls(calls: Iterable[AskedCall]) -> Iterator[ToolCall]:
    """Calls of an earlier answer. Raises `Fault` for arguments that are no JSON object."""
    for call in calls:
        arguments = call.function.arguments.strip() or "{}"
        try:
            msgspec.json.decode(arguments, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise bad("the arguments of a tool call are no JSON object", "messages") from None
        yield ToolCall(call.id, call.function.name, arguments)


def result_of(call: str, text: str) -> Text:
    """What a tool returned. Nobody typed it, and it is screened as such."""
    return Text(text, "retrieved", call)


def found_calls(text: str, use: ToolUse) -> tuple[str, list[Call]]:
    """The text of a whole answer beside calls, and the calls."""
    if not use:
        return text, []
    reader = reading(use.names)
    return gathered([*reader.feed(text), *reader.finish()])


class Streaming:
    """An answer as it comes."""

    def __init__(self, use: ToolUse) -> None:
        self._reader = reading(use.names) if use else None

    def feed(self, text: str) -> list[Found]:
        """What is known now."""
        return self._reader.feed(text) if self._reader else [Said(text)] if text else []

    def finish(self) -> list[Found]:
        """The rest."""
        return self._reader.finish() if self._reader else []


class Deltas:
    """Of the calls of one choice: each first by its name, then its arguments piece by piece.

    A call that breaks off has been told as far as it came, as of OpenAI; only whole ones count.
    """

    def __init__(self) -> None:
        self.calls = 0
        """How many are whole."""
        self._index = -1

    def shown(self, found: Iterable[Found]) -> Iterator[dict[str, Any]]:
        for one in found:
            match one:
                case Said(text):
                    yield {"content": text}
                case Begun(name):
                    self._index += 1
                    call = {"id": new_call_id(), "type": "function", "function": {"name": name, "arguments": ""}}
                    yield {"tool_calls": [{"index": self._index, **call}]}
                case Argued(text):
                    yield {"tool_calls": [{"index": self._index, "function": {"arguments": text}}]}
                case Ended():
                    self.calls += 1


def new_call_id() -> str:
    return f"call_{uuid.uuid4().hex[:24]}"


def shown_calls(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Whole ones."""
    return [
        {"id": new_call_id(), "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in calls
    ]
