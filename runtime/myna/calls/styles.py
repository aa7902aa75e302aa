"""How the chat templates of model families have calls written.

`hermes`    <tool_call>{"name": "clock", "arguments": {...}}</tool_call>      Hermes, Qwen 2.5 and 3, and many others
`llama`     {"name": "clock", "parameters": {...}}                            Llama 3.x, at times after <|python_tag|>
`mistral`   [TOOL_CALLS][{"name": "clock", "arguments": {...}}, ...]          Mistral up to 2024
`mistral-named`  [TOOL_CALLS]clock[ARGS]{...}                                 Mistral since
"""

from __future__ import annotations

from typing import Literal

import msgspec
import regex

StyleName = Literal["hermes", "llama", "mistral", "mistral-named"]

_SPACE = r"\s{0,64}"
_NAME = r"(?P<name>[a-zA-Z0-9_-]{1,64})"
_KEYS = rf'"name"{_SPACE}:{_SPACE}"{_NAME}"{_SPACE},{_SPACE}"(?:arguments|parameters)"{_SPACE}:{_SPACE}\{{'

_ID = rf'(?:{_SPACE},{_SPACE}"id"{_SPACE}:{_SPACE}"\w{{0,64}}")?'


def _patterns(*patterns: str) -> tuple[regex.Pattern[str], ...]:
    return tuple(regex.compile(pattern) for pattern in patterns)


class Style(msgspec.Struct, frozen=True):
    """The patterns are matched in part while a call is still being written."""

    name: StyleName
    starts: tuple[str, ...]
    """What a call may begin with, anywhere in the answer."""
    head: regex.Pattern[str]
    """From there up to the first brace of the arguments."""
    tails: tuple[regex.Pattern[str], ...]
    """What may come after the arguments and belongs to the call; the first that matches does."""
    whole: regex.Pattern[str] | None
    """The beginning of a call whose head is another, for example with the arguments first, up to its first brace."""
    first: str = ""
    """What a call may begin with where nothing was said before."""
    following: str = ""
    """What another call may begin with right after one, besides `starts`."""
    markers: tuple[str, ...] = ()
    """Special tokens of such models, which count as text here."""


STYLES: dict[StyleName, Style] = {
    style.name: style
    for style in (
        Style(
            "hermes",
            starts=("<tool_call>",),
            head=regex.compile(rf"<tool_call>{_SPACE}\{{{_SPACE}{_KEYS}"),
            tails=_patterns(rf"{_SPACE}\}}{_SPACE}</tool_call>", rf"{_SPACE}</tool_call>", rf"{_SPACE}\}}"),
            whole=regex.compile(rf"<tool_call>{_SPACE}\{{"),
            markers=("<tool_call>", "</tool_call>"),
        ),
        Style(
            "llama",
            starts=("<|python_tag|>",),
            head=regex.compile(
                rf'(?:<\|python_tag\|>|;)?{_SPACE}\{{{_SPACE}(?:"type"{_SPACE}:{_SPACE}"function"{_SPACE},{_SPACE})?{_KEYS}'
            ),
            tails=_patterns(rf"{_SPACE}\}}"),
            whole=regex.compile(rf"<\|python_tag\|>{_SPACE}\{{"),
            first="{",
            following="{;",
            markers=("<|python_tag|>",),
        ),
        Style(
            "mistral",
            starts=("[TOOL_CALLS]",),
            head=regex.compile(rf"(?:\[TOOL_CALLS\]{_SPACE}\[?|,){_SPACE}\{{{_SPACE}{_KEYS}"),
            tails=_patterns(rf"{_ID}{_SPACE}\}}{_SPACE}\]", rf"{_ID}{_SPACE}\}}"),
            whole=regex.compile(rf"(?:\[TOOL_CALLS\]{_SPACE}\[?|,){_SPACE}\{{"),
            following=",",
            markers=("[TOOL_CALLS]",),
        ),
        Style(
            "mistral-named",
            starts=("[TOOL_CALLS]",),
            head=regex.compile(
                rf"\[TOOL_CALLS\]{_SPACE}{_NAME}{_SPACE}(?:\[CALL_ID\]\w{{1,64}})?(?:\[ARGS\])?{_SPACE}\{{"
            ),
            tails=(),
            whole=None,
            markers=("[TOOL_CALLS]", "[CALL_ID]", "[ARGS]"),
        ),
    )
}

HERMES = STYLES["hermes"]
"""Also told to models whose template knows no tools: small ones of other families take it up."""
