"""Transcripts as subtitles: SubRip and WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from myna.engine.speech import Segment

_SPACES = re.compile(r"\s+")


def srt(segments: Sequence[Segment]) -> str:
    cues = [
        f"{number}\n{_time(one.start, ',')} --> {_time(_end(one), ',')}\n{_line(one.text)}\n\n"
        for number, one in enumerate(segments, 1)
    ]
    return "".join(cues)


def vtt(segments: Sequence[Segment]) -> str:
    cues = [f"{_time(one.start, '.')} --> {_time(_end(one), '.')}\n{_escaped(one.text)}\n\n" for one in segments]
    return "".join(["WEBVTT\n\n", *cues])


def _end(segment: Segment) -> float:
    """A cue must end after it starts."""
    return max(segment.end, segment.start + 0.001)


def _time(seconds: float, point: str) -> str:
    whole, ms = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{point}{ms:03}"


def _line(text: str) -> str:
    """An empty line would end the cue."""
    return _SPACES.sub(" ", text).strip()


def _escaped(text: str) -> str:
    """With these escapes no text holds the arrow that WebVTT forbids in it."""
    return _line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
