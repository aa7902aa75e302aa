"""A text that grows at its end, as blocks: only what is not complete is parsed again."""

from __future__ import annotations

import msgspec

from .block import Block
from .parse import PIECE, parse, plain_blocks


class GrowingBlocks:
    """`feed` it; `blocks` are those of all that was fed."""

    def __init__(self, *, markdown: bool = True) -> None:
        """Without `markdown`, the text is shown as it was written."""
        self.blocks: list[Block] = []
        self._markdown = markdown
        self._done = 0
        self._tail = ""
        self._number = 0

    def feed(self, text: str) -> int:
        """Add `text` at the end; blocks before the returned index did not change."""
        self._tail += text.replace("\r", "")
        before = self._done
        if not self._markdown:
            self._feed_plain()
            return before
        parsed = parse(self._tail, self._number)
        self.blocks[before:] = parsed.blocks
        if parsed.done:
            self._done += parsed.done
            self._tail = self._tail[parsed.rest :]
            self._number = parsed.number
        return before

    def _feed_plain(self) -> None:
        fresh = list(plain_blocks(self._tail))
        if fresh and self._done:
            fresh[0] = msgspec.structs.replace(fresh[0], gap=0.0)
        self.blocks[self._done :] = fresh
        full = max(0, len(fresh) - 1)
        self._tail = self._tail[full * PIECE :]
        self._done += full
