"""Answers to requests that can only be answered in one way, by what was asked."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

import msgspec
from starlette.requests import Request

from myna.events import FinishReason, Usage

MOST_CHARACTERS = 32 * 1024
"""Of an answer that is kept: with 256 of them, 8 to 32 MB."""


NO_CACHE = "x-myna-cache"
"""A header with which a client has an answer computed anew: `off`."""


def may_be_kept(request: Request) -> bool:
    """Whether an answer that was given before will do."""
    return request.headers.get(NO_CACHE, "").lower() not in {"off", "no", "0"}


class Kept(msgspec.Struct, frozen=True):
    text: str
    reason: FinishReason
    usage: Usage


class AnswerCache:
    """The most recently used ones. Texts of conversations: in memory alone, and gone with the server."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()

    def get(self, asked: bytes) -> Kept | None:
        key = _key(asked)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def put(self, asked: bytes, kept: Kept) -> None:
        if self._most and len(kept.text) <= MOST_CHARACTERS:
            self._kept[_key(asked)] = kept
            self._kept.move_to_end(_key(asked))
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _key(asked: bytes) -> bytes:
    return hashlib.sha256(asked).digest()
