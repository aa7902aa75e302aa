"""The chain of output filters of one turn."""

from __future__ import annotations

from collections.abc import Sequence

from .hookspecs import OutputFilter
from .plugin import Plugin


class FilterChain:
    """Several filters as one: what a filter releases goes on to the next.

    A filter that fails ends the turn with `PluginFailed`, for the text it should have judged must
    not be shown unjudged. `Blocked` and other errors of Myna pass through.
    """

    def __init__(self, filters: Sequence[tuple[Plugin, OutputFilter]]) -> None:
        self._filters = tuple(filters)

    def feed(self, text: str) -> str:
        return self._pass(text, 0)

    def finish(self) -> str:
        """What all filters still held back, each filter's rest passed through those after it."""
        return "".join(self._pass(self._finish(at), at + 1) for at in range(len(self._filters)))

    def _pass(self, text: str, start: int) -> str:
        for plugin, output_filter in self._filters[start:]:
            if not text:
                return ""
            with plugin.judge("output filter"):
                text = _text(output_filter.feed(text), "feed")
        return text

    def _finish(self, at: int) -> str:
        plugin, output_filter = self._filters[at]
        with plugin.judge("output filter"):
            return _text(output_filter.finish(), "finish")


def _text(value: object, method: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{method} returned {type(value).__name__}, not str")
    return value
