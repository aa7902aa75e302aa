"""Where sentences and clauses end, in English and Chinese, in text of which the end is not there yet.

A place is judged only when what follows it is known as far as it matters, so that the same text is always cut in the
same places, however it arrives.
"""

from __future__ import annotations

import re
from enum import IntEnum

import msgspec

LOOK = 120
"""Characters after a place that may be looked at before it is judged. Longer links and code are not seen as such."""

_RUN = 32
"""Characters of blanks, or of closing quotes, that are looked at."""

INTERESTING = re.compile(r"[.!?。！？…;；:：,，、—\n`\[]")
"""Where something may end, and where something begins that is not cut."""


class Kind(IntEnum):
    NOTHING = 0
    CLAUSE = 1
    SENTENCE = 2


class Found(msgspec.Struct, frozen=True):
    """What was found at an interesting place."""

    end: int
    """Where it ends, and looking goes on."""
    kind: Kind = Kind.NOTHING


_CLOSING = "\"'”’」』）)]】》〉*_~"
_TERMINATORS = re.compile(r"[.!?。！？…]{1,32}")
_DASHES = re.compile(r"—{1,32}")
_WORD_BEFORE = re.compile(r"(?:^|[\s(\[\"'“‘*_/])((?:[A-Za-z]\.)*[A-Za-z]{1,7}|\d{1,3})$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t>]*(?:\d{1,3}|[A-Za-z])$")

NEVER_LAST = frozenset(
    {
        *("dr", "mr", "mrs", "ms", "prof", "st", "mt", "ft", "gen", "col", "capt", "lt", "sgt", "rev", "hon", "gov"),
        *("sen", "rep", "pres", "messrs", "e.g", "i.e", "eg", "ie", "cf", "vs", "viz", "al", "approx", "ca", "dept"),
        *("fig", "figs", "eq", "eqs", "no", "nos", "vol", "vols", "ch", "sec", "p", "pp", "ed", "eds", "univ"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    }
)
"""Abbreviations that something follows; their full stop ends no sentence."""

MAYBE_LAST = frozenset(
    {
        *("etc", "inc", "ltd", "co", "corp", "jr", "sr", "a.m", "p.m", "u.s", "u.k", "u.n", "e.u", "d.c", "ph.d"),
        *("b.c", "a.d", "est", "min", "max", "ave", "blvd"),
    }
)
"""Abbreviations that may end a sentence: only where a capital follows."""


def judge(text: str, at: int, *, final: bool) -> Found | None:
    """What is at `at`, an interesting place of `text`; None when what comes next has to be known first."""
    char = text[at]
    if char == "\n":
        return _line_end(text, at, final=final)
    if char in "`[":
        return _span(text, at, _code_end(text, at) if char == "`" else _link_end(text, at), final=final)
    if char in ".!?。！？…":
        return _terminator(text, at, final=final)
    run = _DASHES.match(text, at)
    end = run.end() if run else _after_closing(text, at + 1)
    if end == len(text) and not final:
        return None
    # 1,000 and 12:30 and https:// go on.
    pauses = char in "—；：，、" or end == len(text) or text[end].isspace()
    return Found(end, Kind.CLAUSE if pauses else Kind.NOTHING)


def _terminator(text: str, at: int, *, final: bool) -> Found | None:
    run = _TERMINATORS.match(text, at)
    marks = run[0] if run else text[at]
    end = _after_closing(text, at + len(marks))
    if end == len(text):
        return Found(end, Kind.SENTENCE) if final else None
    if any(mark in "。！？" for mark in marks):
        return Found(end, Kind.SENTENCE)
    if not text[end].isspace():
        # 3.5, example.com and e.g. go on; but Chinese goes on without a space.
        return Found(end, Kind.CLAUSE if text[end] >= "\u2e80" else Kind.NOTHING)
    follower = _next_visible(text, end)
    if follower is None and not final and len(text) - end < _RUN:
        return None
    if marks == "." and _abbreviates(text, at, follower or ""):
        return Found(end)
    return Found(end, Kind.CLAUSE if follower and follower.islower() else Kind.SENTENCE)


def _abbreviates(text: str, at: int, follower: str) -> bool:
    """Whether the full stop at `at` belongs to an abbreviation, an initial or the number of a list."""
    before = text[max(0, at - 16) : at]
    if _LIST_NUMBER.search(before) and (at <= 16 or "\n" in before):
        return True
    found = _WORD_BEFORE.search(before)
    if found is None or found[1].isdigit():
        return False
    word = found[1]
    if word.lower() in NEVER_LAST:
        # "No." is a word of its own before anything but a number.
        return word.lower() != "no" or follower.isdigit()
    if len(word) == 1 and word.isupper() and word != "I":
        return True
    return word.lower() in MAYBE_LAST and not follower.isupper()


def _line_end(text: str, at: int, *, final: bool) -> Found | None:
    """A line that goes on in small letters was only wrapped."""
    follower = _next_visible(text, at + 1, stop="\n")
    if follower is None:
        if not final and len(text) - at <= _RUN:
            return None
        follower = ""
    return Found(at + 1, Kind.CLAUSE if follower.islower() else Kind.SENTENCE)


def _next_visible(text: str, at: int, stop: str = "") -> str | None:
    """The next character that is no space, or `stop`; None when there is none within reach."""
    for char in text[at : at + _RUN]:
        if char == stop or not char.isspace():
            return char
    return None


def _after_closing(text: str, at: int) -> int:
    """Past quotes, brackets and emphasis that close after a mark."""
    end = min(len(text), at + _RUN)
    while at < end and text[at] in _CLOSING:
        at += 1
    return at


def _span(text: str, at: int, end: int, *, final: bool) -> Found | None:
    """Past a span that is not cut; `end` is -1 when it is not complete, 0 when it is none."""
    if end < 0:
        undecided = not final and len(text) - at < LOOK
        return None if undecided else Found(at + 1)
    return Found(end or at + 1)


def _code_end(text: str, at: int) -> int:
    """The end of inline code, which stays on its line."""
    ticks = 1
    while at + ticks < len(text) and text[at + ticks] == "`" and ticks < LOOK:
        ticks += 1
    if at + ticks == len(text):
        return -1
    close = text.find("`" * ticks, at + ticks, at + LOOK)
    line = text.find("\n", at, at + LOOK)
    if line >= 0 and (close < 0 or line < close):
        return 0
    return close + ticks if close >= 0 else -1


def _link_end(text: str, at: int) -> int:
    """The end of `[text](address)`."""
    reach = at + LOOK
    line = text.find("\n", at, reach)
    stop = line if line >= 0 else min(reach, len(text))
    close = text.find("]", at, stop)
    if close < 0:
        return 0 if line >= 0 else -1
    if close + 1 >= len(text):
        return -1
    if text[close + 1] != "(":
        return 0
    end = text.find(")", close, stop)
    if end < 0:
        return 0 if line >= 0 else -1
    return end + 1
