"""Transcripts as subtitles: SubRip (`.srt`) and WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from myna.engine.speech import Segment

VTT_HEAD = "WEBVTT\n\n"
_SPACES = re.compile(r"\s+")
_SHORTEST_MS = 1
"""A cue must end after it starts."""


def srt_cue(number: int, segment: Segment) -> str:
    """One cue, numbered from 1, with the empty line that ends it."""
    start, end = _times(segment)
    return f"{number}\n{_srt_time(start)} --> {_srt_time(end)}\n{_one_line(segment.text)}\n\n"


def vtt_cue(segment: Segment) -> str:
    """One cue with the empty line that ends it; where the segment has words, each begins with its time."""
    start, end = _times(segment)
    text = "".join(_timed_words(segment, start, end)) if segment.words else _escaped(segment.text)
    return f"{_vtt_time(start)} --> {_vtt_time(end)}\n{text}\n\n"


def _timed_words(segment: Segment, start: int, end: int) -> Iterator[str]:
    """Times inside a cue must lie between its own and increase."""
    before, rest = start, segment.text
    for word in segment.words:
        place = rest.find(word.text)
        if place < 0:
            continue
        time = round(word.start * 1000)
        stamp = f"<{_vtt_time(time)}>" if before < time < end else ""
        before = time if stamp else before
        yield f"{_escaped(rest[:place])}{stamp}{_escaped(word.text)}"
        rest = rest[place + len(word.text) :]
    yield _escaped(rest)


def _times(segment: Segment) -> tuple[int, int]:
    """Start and end in milliseconds."""
    start = round(segment.start * 1000)
    return start, max(round(segment.end * 1000), start + _SHORTEST_MS)


def _srt_time(ms: int) -> str:
    return _vtt_time(ms).replace(".", ",")


def _vtt_time(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"


def _escaped(text: str) -> str:
    """White space as single spaces. With these escapes no text holds the arrow that WebVTT forbids in it."""
    return _SPACES.sub(" ", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    """SubRip has no escapes; an arrow in a text would be read as a line of times."""
    return _SPACES.sub(" ", text).replace("-->", "->")
