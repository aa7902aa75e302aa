"""The conversation page: what is asked, what is answered, what can be done meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from myna.errors import MynaError
from myna.events import TextDelta, TurnFinished
from myna.messages import Image
from myna.store.records import StoredMessage

from ..qml_types import MAP
from .messages import Entry, Messages, State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from myna.events import Event
    from myna.turn import Turn

    from ..bridge import Bridge, Job
    from ..opened import Opened
    from ..speaking import Speaking

FLUSH_MS = 33
"""Streamed text reaches the page 30 times a second: each change lays the answer out anew, and eyes need no more."""


class ConversationView(QObject):
    """One conversation at a time. Its turns run in the loop, its messages are shown here."""

    changed = Signal()
    answered = Signal()
    """An answer has ended, however it did."""

    def __init__(self, bridge: Bridge, speaking: Speaking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._speaking = speaking
        self._opened: Opened | None = None
        self._messages = Messages(self)
        self._job: Job[None] | None = None
        self._turn: Turn | None = None
        self._waiting: str = ""
        self._pending: list[str] = []
        self._error: dict[str, str] = {}
        self._count = 0
        self._flush = QTimer(self, singleShot=True, interval=FLUSH_MS)
        self._flush.timeout.connect(self._show_pending)

    def use(self, opened: Opened) -> None:
        """The assistant is there. What was asked before is asked now."""
        self._opened = opened
        if self._waiting:
            question, self._waiting = self._waiting, ""
            self._start(question)
        self.changed.emit()

    def _get_messages(self) -> QObject:
        return self._messages

    messages = Property(QObject, _get_messages, constant=True)

    def _get_busy(self) -> bool:
        return self._job is not None or bool(self._waiting)

    busy = Property(bool, _get_busy, notify=changed)
    """An answer is under way."""

    def _get_error(self) -> dict[str, str]:
        return self._error

    error = Property(MAP, _get_error, notify=changed)

    @Slot(str)
    def ask(self, text: str) -> None:
        """Ask a question; it is shown at once, also while the assistant is still being opened."""
        text = text.strip()
        if not text or self._get_busy():
            return
        self._add(Entry(self._key(), "user", text))
        self._add(Entry(self._key(), "assistant", state="waiting"))
        if self._opened is None:
            self._waiting = text
        else:
            self._start(text)
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """End the answer that is under way; what has arrived of it stays."""
        turn = self._turn
        if turn is not None:
            self._bridge.in_loop(turn.cancel)

    @Slot()
    def begin(self) -> None:
        """A new conversation."""
        if self._opened is None:
            return
        self.stop()
        opened = self._opened

        async def begin() -> list[StoredMessage]:
            opened.conversation = await opened.assistant.conversation()
            return []

        self._bridge.run(begin()).on_result(self._show).on_error(self._fail)

    @Slot(str)
    def open(self, conversation: str) -> None:
        """Show a stored conversation, by its id."""
        if self._opened is None:
            return
        self.stop()
        opened = self._opened

        async def load() -> list[StoredMessage]:
            opened.conversation = await opened.assistant.conversation(conversation)
            return await opened.conversation.history()

        self._bridge.run(load()).on_result(self._show).on_error(self._fail)

    @Slot()
    def dismiss(self) -> None:
        """The error was read."""
        self._error = {}
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing: the conversation was replaced, and what was in the old one is gone."""
        self._waiting = ""
        self._pending.clear()
        self._flush.stop()
        self._show([])

    def take_back(self) -> None:
        """Take the last question and what became of it from the screen; it is asked anew."""
        rows = [row for row, entry in enumerate(self._messages.entries()) if entry.role == "user"]
        if rows:
            self._messages.cut(rows[-1])

    # a turn

    def _start(self, question: str) -> None:
        opened = self._opened
        if opened is None:
            return

        async def events() -> AsyncIterator[Event]:
            turn = self._turn = opened.conversation.ask(question)
            async for event in turn:
                yield event

        self._job = self._bridge.stream(events()).on_event(self._tell).on_error(self._broke).on_end(self._over)

    def _tell(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            self._pending.append(event.text)
            if not self._flush.isActive():
                self._flush.start()
        elif isinstance(event, TurnFinished):
            self._finish(event)

    def _show_pending(self) -> None:
        row = len(self._messages.entries()) - 1
        if self._pending and row >= 0:
            text = self._messages.entries()[row].text + "".join(self._pending)
            self._pending.clear()
            self._messages.change(row, text=text, state="streaming")

    def _finish(self, finished: TurnFinished) -> None:
        self._pending.clear()
        ended: State = finished.reason if finished.reason in {"cancelled", "blocked", "error"} else "done"
        timings = finished.timings
        self._messages.change(
            len(self._messages.entries()) - 1,
            key=finished.message or self._key(),
            text=finished.text,
            state=ended,
            error=self._speaking.error(finished.error) if finished.error else {},
            stats={
                "tokens": finished.usage.completion_tokens,
                "first_token_ms": timings.get("first_token", 0.0),
                "total_ms": timings.get("total", 0.0),
            },
        )

    def _broke(self, error: MynaError) -> None:
        """The turn could not even begin."""
        self._messages.change(
            len(self._messages.entries()) - 1, state="error", error=self._speaking.error(error.info())
        )

    def _over(self) -> None:
        self._job = self._turn = None
        self.changed.emit()
        self.answered.emit()

    # the list

    def _show(self, path: list[StoredMessage]) -> None:
        self._error = {}
        self._messages.reset([_entry(message) for message in path if message.message.role in {"user", "assistant"}])
        self.changed.emit()

    def _fail(self, error: MynaError) -> None:
        self._error = self._speaking.error(error.info())
        self.changed.emit()

    def _add(self, entry: Entry) -> None:
        self._messages.add(entry)

    def _key(self) -> str:
        self._count += 1
        return f"new-{self._count}"


def _entry(stored: StoredMessage) -> Entry:
    message, meta = stored.message, stored.meta
    stats: dict[str, Any] = {"model": meta.model, "total_ms": meta.timings.get("total", 0.0)}
    if meta.usage is not None:
        stats["tokens"] = meta.usage.completion_tokens
    return Entry(
        stored.id,
        "user" if message.role == "user" else "assistant",
        message.typed().text,
        [part.attachment.sha256 for part in message.parts if isinstance(part, Image)],
        meta.finish if meta.finish in {"cancelled", "blocked", "error"} else "done",
        stats=stats,
    )
