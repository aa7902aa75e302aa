"""The events of one turn, on their way to whoever asked, and to observers as soon as the turn counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import msgspec

from .errors import ErrorInfo
from .events import Event, TextComplete

if TYPE_CHECKING:
    from .host import PluginHost

QUEUED_EVENTS = 256
"""Events a slow reader may be behind; then the model waits for it."""

AHEAD = 8
"""The same where an answer is spoken: its reader stops to have the first words spoken, and the model must stop too,
or it takes the processor from the voice."""


class Delivery:
    """Of a turn that may still turn out not to count (`confirmed`), and of an answer that takes longer to arrive than
    to be written (`delivered`); both as `Conversation.ask` has them."""

    def __init__(
        self, host: PluginHost, turn: str, *, confirmed: asyncio.Event | None, delivered: asyncio.Event | None
    ) -> None:
        self._host = host
        self._turn = turn
        self._confirmed = confirmed
        self._delivered = delivered
        self.ahead = 0 if delivered is None else AHEAD
        """Pieces of text that an engine may be ahead; 0: what it likes. Nobody who is spoken to listens as fast as a
        model writes."""
        self._events: asyncio.Queue[Event | None] = asyncio.Queue(self.ahead or QUEUED_EVENTS)
        self._unsent: list[Event] = []
        self._unobserved: list[Event] = []

    @property
    def counts(self) -> bool:
        """Whether the turn is kept and observed."""
        return self._confirmed is None or self._confirmed.is_set()

    async def until_it_counts(self) -> None:
        if self._confirmed is not None:
            await self._confirmed.wait()
            self._observe()

    async def until_delivered(self, epoch: int, error: ErrorInfo | None) -> None:
        """The text is whole, or was ended by `error`: say so to whoever delivers it, and wait until that is done."""
        if self._delivered is not None:
            await self.send(TextComplete(turn=self._turn, epoch=epoch, error=error))
            await self._delivered.wait()

    def emit(self, event: Event) -> None:
        """Send `event`, of a plugin that knows neither turn nor epoch, with the next `flush`."""
        self._unsent.append(event)

    async def flush(self, epoch: int) -> None:
        events, self._unsent[:] = self._unsent[:], []
        for event in events:
            await self.send(msgspec.structs.replace(event, turn=self._turn, epoch=epoch))

    async def send(self, event: Event) -> None:
        await self._events.put(event)
        self._unobserved.append(event)
        self._observe()

    async def end(self) -> None:
        """Nothing more comes."""
        await self._events.put(None)

    async def events(self) -> AsyncGenerator[Event, None]:
        """Until the end; for one reader."""
        while (event := await self._events.get()) is not None:
            yield event

    def make_room(self) -> None:
        """Forget what was not read: nobody will."""
        while not self._events.empty():
            self._events.get_nowait()

    def _observe(self) -> None:
        """Show observers what they have not seen yet: nothing of a turn that does not count."""
        if self.counts:
            events, self._unobserved[:] = self._unobserved[:], []
            for event in events:
                self._host.observe(event)
