"""Server-sent events out of the bytes of a stream, under limits."""

from __future__ import annotations

from collections.abc import Iterator

from .limits import ANSWER, LINE


class TooMuch(ValueError):
    """More than a server may send."""


class Events:
    """The data of each event, whatever pieces the bytes come in. Comments and other fields are passed over."""

    def __init__(self, *, line: int = LINE, answer: int = ANSWER) -> None:
        """`line`: bytes of one event; `answer`: of all."""
        self._line = line
        self._left = answer
        self._rest = bytearray()
        self._searched = 0
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Events that are complete with `chunk`.

        Raises:
            TooMuch: a line, an event or the whole is too long.
        """
        self._left -= len(chunk)
        if self._left < 0:
            raise TooMuch("an answer without an end")
        self._rest += chunk
        while (end := self._rest.find(b"\n", self._searched)) >= 0:
            line = bytes(self._rest[:end]).removesuffix(b"\r")
            del self._rest[: end + 1]
            self._searched = 0
            yield from self._take(line)
        self._searched = len(self._rest)
        if len(self._rest) > self._line:
            raise TooMuch("a line without an end")

    @property
    def open(self) -> bool:
        """Whether something is left that is no whole event."""
        return bool(self._rest or self._data)

    def _take(self, line: bytes) -> Iterator[bytes]:
        if not line:
            if self._data:
                event, self._data, self._size = b"\n".join(self._data), [], 0
                yield event
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            self._size += len(value)
            if self._size > self._line:
                raise TooMuch("an event without an end")
            self._data.append(value.removeprefix(b" "))
