"""Drives a hosted engine in the process of a test, step by step, without a worker."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec

from ..engine.protocols import HostedEngine, TextEnd, TextPiece
from ..errors import MynaError
from ..events import TokenLogprob

MOST_STEPS = 20_000
"""More than any test needs; an engine that never comes to an end fails the test instead of hanging it."""


class Recorded:
    """A `Reply` that keeps what it is sent, and insists on exactly one end."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.items: list[Any] = []
        self.error: MynaError | None = None
        self.ended = False

    def item(self, value: Any) -> None:
        self._check()
        # What cannot be encoded could not be sent to the host either.
        msgspec.msgpack.encode(value)
        self.items.append(value)

    def done(self) -> None:
        self._check()
        self.ended = True

    def fail(self, error: MynaError) -> None:
        self._check()
        self.ended, self.error = True, error

    def _check(self) -> None:
        if self.ended:
            raise AssertionError(f"request {self.number} had ended")

    @property
    def pieces(self) -> list[TextPiece]:
        return [item for item in self.items if isinstance(item, TextPiece)]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def logprobs(self) -> list[TokenLogprob]:
        return [entry for piece in self.pieces for entry in piece.logprobs]

    @property
    def tokens(self) -> list[int]:
        """What was generated, where log-probabilities were asked for."""
        return [entry.token for entry in self.logprobs]

    @property
    def end(self) -> TextEnd:
        """The end of an answer that went well. Raises what the request failed with."""
        if self.error is not None:
            raise self.error
        last = self.items[-1] if self.items else None
        ends = sum(isinstance(item, TextEnd) for item in self.items)
        if not self.ended or ends != 1 or not isinstance(last, TextEnd):
            raise AssertionError(f"{ends} ends among {len(self.items)} items")
        return last


class InProcess:
    """Plays the worker's loop for `engine`, which it closes at the end of a `with`."""

    def __init__(self, engine: HostedEngine) -> None:
        self.engine = engine
        self.steps = 0
        self._numbers = count(1)

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.close()

    def submit(self, body: msgspec.Struct | None, operation: str = "generate") -> Recorded:
        """Hand a request over, as the worker does: what `submit` raises fails that request alone."""
        reply = Recorded(next(self._numbers))
        try:
            self.engine.submit(reply.number, operation, msgspec.Raw(msgspec.msgpack.encode(body)), reply)
        except MynaError as error:
            reply.fail(error)
        return reply

    def step(self, times: int = 1) -> None:
        for _ in range(times):
            self.steps += 1
            self.engine.step()

    def until(self, condition: Callable[[], object]) -> None:
        """Step until `condition` holds."""
        for _ in range(MOST_STEPS):
            if condition():
                return
            self.step()
        raise AssertionError(f"not within {MOST_STEPS:,} steps")

    def run(self, *replies: Recorded) -> None:
        """Step until these requests have ended."""
        self.until(lambda: all(reply.ended for reply in replies))

    def ask(self, body: msgspec.Struct | None, operation: str = "generate") -> Recorded:
        """Submit a request and serve it to its end. Raises what it failed with."""
        reply = self.submit(body, operation)
        self.run(reply)
        if reply.error is not None:
            raise reply.error
        return reply

    def idle(self) -> None:
        """Step until the engine says that there is nothing left to do."""
        for _ in range(MOST_STEPS):
            self.steps += 1
            if not self.engine.step():
                return
        raise AssertionError(f"busy after {MOST_STEPS:,} steps")
