"""Telling the steps of an answer from the answer."""

from __future__ import annotations

from collections.abc import Callable


class StepsFilter:
    """Holds back what stands before the marker, and releases what follows it.

    An answer without the marker is released whole at its end: better with steps than not at all.
    """

    def __init__(self, marker: str, tell: Callable[[str], None]) -> None:
        """`tell` is given the steps, once."""
        self._marker = _folded(marker.strip())
        self._tell = tell
        self._held = ""
        self._found = False
        self._begun = False

    def feed(self, text: str) -> str:
        if self._found:
            return self._released(text)
        self._held += text
        split = split_steps(self._held, self._marker)
        if split is None:
            return ""
        self._found = True
        steps, answer = split
        if steps:
            self._tell(steps)
        return self._released(answer)

    def finish(self) -> str:
        return "" if self._found else self._held

    def _released(self, text: str) -> str:
        """Without white space and emphasis between the marker and the answer."""
        if not self._begun:
            text = text.lstrip(" \t\r\n*")
            self._begun = bool(text)
        return text


def split_steps(text: str, marker: str) -> tuple[str, str] | None:
    """What stands before the marker and what after it; None when it is not there.

    Letter case and the width of a colon make no difference.
    """
    at = _folded(text).find(_folded(marker.strip()))
    if at < 0:
        return None
    return text[:at].strip().rstrip("*# \n"), text[at + len(marker.strip()) :].lstrip(" \t\r\n*")


def _folded(text: str) -> str:
    # `lower` of single characters, so that places stay the same: some letters fold to two.
    return "".join(low if len(low := char.lower()) == 1 else char for char in text).replace("：", ":")
