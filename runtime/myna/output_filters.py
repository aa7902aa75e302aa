"""The chain of output filters of one turn."""

from __future__ import annotations

from collections.abc import Sequence

from .hook_answers import value_of
from .hookspecs import AsyncOutputFilter, OutputFilter
from .plugin import Plugin


class FilterChain:
    """Several filters as one: what a filter releases goes on to the next.

    A filter that fails ends the turn with `PluginFailed`, for the text it should have judged must
    not be shown unjudged. `Blocked` and other errors of Myna pass through.
    """

    def __init__(self, filters: Sequence[tuple[Plugin, OutputFilter | AsyncOutputFilter]]) -> None:
        self._filters = tuple(filters)
        self._given: list[list[str]] = [[] for _ in self._filters]
        self._released: list[list[str]] = [[] for _ in self._filters]

    async def feed(self, text: str) -> str:
        return await self._pass(text, 0)

    async def finish(self) -> str:
        """What all filters still held back, each filter's rest passed through those after it."""
        return "".join([await self._pass(await self._finish(at), at + 1) for at in range(len(self._filters))])

    def changed(self) -> list[str]:
        """The plugins whose filters released something else than what they were given; at the end of the answer."""
        pairs = zip(self._filters, self._given, self._released, strict=True)
        return [plugin.name for (plugin, _), given, released in pairs if "".join(given) != "".join(released)]

    async def _pass(self, text: str, start: int) -> str:
        for at, (plugin, output_filter) in enumerate(self._filters[start:], start):
            if not text:
                return ""
            self._given[at].append(text)
            with plugin.judge("output filter"):
                text = _text(await value_of(output_filter.feed(text)), "feed")
            self._released[at].append(text)
        return text

    async def _finish(self, at: int) -> str:
        plugin, output_filter = self._filters[at]
        with plugin.judge("output filter"):
            text = _text(await value_of(output_filter.finish()), "finish")
        self._released[at].append(text)
        return text


def _text(value: object, method: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{method} returned {type(value).__name__}, not str")
    return value
