"""Grammars in which a model can write nothing but calls of tools, in its own style, whose arguments fit."""

from __future__ import annotations

import json
import re

from ...calls.styles import Style
from ...tools import Tool, ToolUse
from .gbnf import schema_to_gbnf
from .grammar_limits import check_gbnf

_FRAMES = {
    "hermes": ('<tool_call>\n{"name": "%s", "arguments": ', "}\n</tool_call>"),
    "llama": ('{"name": "%s", "parameters": ', "}"),
    "mistral": ('{"name": "%s", "arguments": ', "}"),
    "mistral-named": ("[TOOL_CALLS]%s[ARGS]", ""),
}
"""What stands around the arguments."""

_AROUND = {"hermes": ("", "\n", ""), "llama": ("", "; ", ""), "mistral": ("[TOOL_CALLS][", ", ", "]")}
"""Before all calls, between two, and behind all."""

_WORDS = re.compile(r'(?P<literal>"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\])|(?P<rule>[a-zA-Z][a-zA-Z0-9_-]*)', re.DOTALL)


def calls_to_gbnf(style: Style, use: ToolUse) -> str:
    """GBNF for `use.most` calls at most.

    Raises:
        BadGrammar: a schema that cannot be enforced.
    """
    opening, closing = _FRAMES[style.name]
    rules: list[str] = []
    calls: list[str] = []
    for at, tool in enumerate(use.tools):
        rules.append(_rules(tool, f"t{at}-"))
        calls.append(f"{_literal(opening % tool.name)} t{at}-root {_literal(closing)}")
    before, between, behind = _AROUND.get(style.name, ("", "", ""))
    more = f" ({_literal(between)} call){{0,{use.most - 1}}}" if use.most > 1 else ""
    root = f"root ::= {_literal(before)} call{more} {_literal(behind)}"
    return check_gbnf("\n".join([root, f"call ::= {' | '.join(calls)}", *rules]))


def arguments_to_gbnf(tool: Tool, before: str = "") -> str:
    """GBNF for the arguments of one call, after the text `before`.

    Raises: as `calls_to_gbnf`.
    """
    return check_gbnf(f"root ::= {_literal(before)} t-root\n{_rules(tool, 't-')}")


def _rules(tool: Tool, prefix: str) -> str:
    """Those of its schema, under names of their own."""
    return _WORDS.sub(
        lambda word: word["literal"] or f"{prefix}{word['rule']}", schema_to_gbnf(tool.parameters or "{}")
    )


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text else ""
