"""The turns of the conversation that is shown: those that begin on the page, and those that others begin in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from myna.events import TextDelta, TurnFinished, TurnStarted

from .messages import Entry, Messages
from .settled import Settled, entries_of, entry_of, place_of, settled
from .shown_turn import ShownTurn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from myna.conversation import Conversation
    from myna.draft import AskOptions
    from myna.errors import MynaError
    from myna.events import Event
    from myna.turn import Turn

    from ..bridge import Bridge, Job
    from ..opened import Opened
    from ..speaking import Speaking


class Turns(QObject):
    """Keeps the list as turns and the history say."""

    changed = Signal()
    answered = Signal()
    announced = Signal(str)

    def __init__(self, bridge: Bridge, speaking: Speaking, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._speaking = speaking
        self._messages = messages
        self._opened: Opened | None = None
        self._job: Job[None] | None = None
        self._turn: Turn | None = None
        self._foreign: ShownTurn | None = None
        self._options: dict[str, AskOptions] = {}
        """What pages asked questions with, by stored message; their values are on no disk."""
        self._visit = 0
        self._settling = 0
        """Turns that have ended and whose rows do not have what the history says of them yet."""
        self._later: list[Callable[[], object]] = []
        self._stored: dict[str, str] = {}
        """Keys of the history by those that the rows had before."""
        self.found = Settled([])
        """What the history says of the conversation that is shown."""

    def use(self, opened: Opened) -> None:
        self._opened = opened

    @property
    def busy(self) -> bool:
        """An answer that was asked for here is under way."""
        return self._job is not None

    def when_settled(self, call: Callable[[], object]) -> None:
        """Call it once the rows have the keys of the history: at once, unless a turn has just ended. Not called where
        another conversation comes first."""
        if self._settling:
            self._later.append(call)
        else:
            call()

    def key_now(self, key: str) -> str:
        """The key that the row has which once had `key`."""
        return self._stored.get(key, key)

    def start(self, make: Callable[[Conversation], Turn], question: str, answer: str) -> None:
        """Begin a turn; `question` (or "") and `answer` are keys of its rows."""
        opened = self._opened
        if opened is None:
            return
        shown = self._shown(question, answer)

        async def events() -> AsyncIterator[Event]:
            turn = self._turn = make(opened.conversation)
            async for event in turn:
                yield event

        job = self._job = self._bridge.stream(events())
        job.on_event(shown.tell).on_error(lambda error: shown.broke(self._speaking.error(error.info())))
        job.on_end(lambda: self._over(shown))

    def stop(self) -> None:
        """End the answer that is under way; what has arrived of it stays."""
        turn = self._turn
        if turn is not None:
            self._bridge.in_loop(turn.cancel)

    def leave(self) -> None:
        """Another conversation comes: what is under way here ends, and nothing of it is shown any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._turn = self._foreign = None
        self._later.clear()
        self._stored.clear()
        self._visit += 1

    def forget(self) -> None:
        """As `leave`, and nothing that was said aside is kept."""
        self.leave()
        self._options.clear()
        for shown in self.findChildren(ShownTurn):
            shown.deleteLater()

    def show(self, found: Settled, *, keep: bool = False) -> None:
        """Show what the history has; `keep` leaves the rows as they are."""
        self.found = found
        if not keep:
            entries = entries_of(found, self._speaking, self._messages.new_key)
            for entry in entries:
                entry.options = self._options.get(entry.key)
            self._messages.reset(entries)

    def hear(self, event: Event) -> None:
        """Every event of every turn; those of turns that began here are shown already."""
        opened, foreign = self._opened, self._foreign
        if opened is None:
            return
        if isinstance(event, TurnStarted):
            own = self._turn is not None and self._turn.id == event.turn
            if own or event.conversation != opened.conversation.id:
                return
            answer = Entry(self._messages.new_key(), "assistant", state="waiting")
            self._messages.add(answer)
            foreign = self._foreign = self._shown("", answer.key)
        elif foreign is None or event.turn != foreign.turn:
            return
        foreign.tell(event)
        if isinstance(event, TextDelta) and not foreign.question:
            foreign.question = self._messages.new_key()
            self._settle(foreign, asked=True)
        elif isinstance(event, TurnFinished):
            self._foreign = None
            self._settle(foreign)

    # inside

    def _shown(self, question: str, answer: str) -> ShownTurn:
        return ShownTurn(
            self._messages, self._speaking, question=question, answer=answer, announce=self.announced.emit, parent=self
        )

    def _over(self, shown: ShownTurn) -> None:
        self._job = self._turn = None
        self._settle(shown)
        self.changed.emit()
        self.answered.emit()

    def _settle(self, shown: ShownTurn, *, asked: bool = False) -> None:
        """Give the rows of a turn what the history says of them."""
        opened, visit = self._opened, self._visit
        if opened is None or not shown.turn:
            return

        def follow(found: Settled) -> None:
            if visit == self._visit:
                self._follow(shown, found)

        def failed(error: MynaError) -> None:
            row = self._messages.row_of(shown.answer)
            if visit == self._visit and row >= 0 and not self._messages.entries()[row].error:
                self._messages.change(row, error=self._speaking.error(error.info()))

        def over() -> None:
            self._settling -= 1
            while self._later and not self._settling:
                self._later.pop(0)()

        self._settling += 1
        job = self._bridge.run(settled(opened, turn=shown.turn, asked=asked))
        job.on_result(follow).on_error(failed).on_end(over)

    def _follow(self, shown: ShownTurn, found: Settled) -> None:
        messages = self._messages
        for stored in found.messages:
            entry = entry_of(stored, found, self._speaking)
            mine = stored.message.role == "user"
            row = messages.row_of(shown.question if mine else shown.answer)
            if row >= 0:
                if (options := messages.entries()[row].options) is not None:
                    self._options[entry.key] = options
                values = {"text": entry.text, "pictures": entry.pictures}
                self._stored[messages.entries()[row].key] = entry.key
                messages.change(row, key=entry.key, stored=True, **values)
            elif mine and (row := messages.row_of(shown.answer)) >= 0:
                messages.add(entry, row)
            if mine:
                shown.question = entry.key
            else:
                shown.answer = entry.key
        known = {stored.id: stored for stored in (*self.found.messages, *found.messages)}
        self.found = Settled(
            list(known.values()),
            found.branches,
            found.ratings,
            found.title or self.found.title,
            found.model,
            found.recorded,
        )
        if any(stored.id in found.branches for stored in found.messages):
            for row, entry in enumerate(messages.entries()):
                if entry.key in found.branches:
                    place, branches = place_of(entry.key, found.branches)
                    messages.change(row, place=place, branches=branches)
        self.changed.emit()
