"""Lines of Markdown that are not cut like prose: rows of tables, and the fences of code blocks."""

from __future__ import annotations

import re

import msgspec

LARGEST_CODE = 400
"""Characters of a code block that are taken together. Code is not spoken; it only has to pass."""

LONGEST_ROW = 600
"""Characters of a table's row that is read as one."""

_FENCE = re.compile(r"[ \t>]{0,12}(`{3,}|~{3,})([^\n]*)")
_MAYBE_FENCE = re.compile(r"[ \t>]{0,12}(?:`{0,2}|~{0,2})$")
_ROW = re.compile(r"[ \t]{0,12}\|")


class Line(msgspec.Struct, frozen=True):
    """What begins at the start of a line."""

    fence: str = ""
    """The marks that open a code block here; empty for none."""
    end: int = 0
    """The end of a row of a table; 0 for other lines."""


def judge_line(text: str, at: int, *, final: bool) -> Line | None:
    """The line that begins at `at`; None when more of it must be known."""
    if not final and _MAYBE_FENCE.match(text, at) and len(text) - at < LARGEST_CODE:
        return None
    if fence := _FENCE.match(text, at):
        if fence.end() == len(text) and not final and len(text) - at < LARGEST_CODE:
            return None
        # With more backticks on the line it is code in a sentence.
        return Line() if "`" in fence[2] and fence[1][0] == "`" else Line(fence=fence[1])
    if _ROW.match(text, at):
        newline = text.find("\n", at, at + LONGEST_ROW)
        if newline >= 0:
            return Line(end=newline + 1)
        if len(text) - at < LONGEST_ROW:
            return Line(end=len(text)) if final else None
    return Line()


def code_end(text: str, fence: str, *, line_start: bool, final: bool) -> tuple[int, bool] | None:
    """How much of `text`, inside a code block that `fence` opened, is taken next, and whether the block ends there.

    None when more must be known. `line_start`: whether `text` begins a line.
    """
    at = 0
    while True:
        newline = text.find("\n", at, at + LARGEST_CODE)
        if newline < 0:
            if len(text) - at >= LARGEST_CODE:
                return at or LARGEST_CODE, False
            if not final:
                return None
        end = newline + 1 or len(text)
        if (at or line_start) and _closes(text[at:end], fence):
            return end, True
        if end >= LARGEST_CODE:
            return end, False
        if end == len(text):
            return (end, False) if final else None
        at = end


def _closes(line: str, fence: str) -> bool:
    found = _FENCE.match(line)
    return bool(found and found[1].startswith(fence) and not found[2].strip())
