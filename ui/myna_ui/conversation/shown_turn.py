"""One turn as the page shows it: a question, and an answer that grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from myna.events import Event, TextDelta, TurnFinished, TurnStarted

from .messages import Messages, State
from .notes import note_of, with_note
from .sentences import Sentences

if TYPE_CHECKING:
    from ..speaking import Speaking

FLUSH_MS = 33
"""Streamed text reaches the page 30 times a second: each change lays the answer out anew, and eyes need no more."""
IDLE_SHARE = 3
"""On a slow machine, showing text may take no more than one part in four of the time."""


class ShownTurn(QObject):
    """Keeps the rows `question` (or none) and `answer` of the list as its events say."""

    def __init__(
        self,
        messages: Messages,
        speaking: Speaking,
        *,
        question: str,
        answer: str,
        announce: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        """`question` and `answer` are keys of rows; `announce` is told whole sentences."""
        super().__init__(parent)
        self.question = question
        self.answer = answer
        self.turn = ""
        """Its id, once it has begun."""
        self.model = ""
        self.finished: TurnFinished | None = None
        self._messages = messages
        self._speaking = speaking
        self._announce = announce
        self._sentences = Sentences()
        self._pending: list[str] = []
        self._flush = QTimer(self, singleShot=True, interval=FLUSH_MS)
        self._flush.timeout.connect(self._show_pending)

    def tell(self, event: Event) -> None:
        if isinstance(event, TextDelta):
            self._pending.append(event.text)
            if not self._flush.isActive():
                if self._fresh():
                    self._show_pending()
                else:
                    self._flush.start()
        elif isinstance(event, TurnStarted):
            self.turn, self.model = event.turn, event.model
        elif isinstance(event, TurnFinished):
            self._finish(event)
        elif (note := note_of(event)) is not None:
            self._note(note)

    def broke(self, error: dict[str, str]) -> None:
        """The turn could not even begin."""
        self._messages.change(self._messages.row_of(self.answer), state="error", error=error)

    def _fresh(self) -> bool:
        """Nothing of the answer is shown yet: the first words must not wait."""
        row = self._messages.row_of(self.answer)
        return row >= 0 and not self._messages.entries()[row].text

    def _show_pending(self) -> None:
        row = self._messages.row_of(self.answer)
        if self._pending and row >= 0:
            began = time.perf_counter()
            new = "".join(self._pending)
            self._pending.clear()
            self._messages.change(row, state="streaming", text=self._messages.entries()[row].text + new)
            for sentence in self._sentences.feed(new):
                self._announce(sentence)
            took = (time.perf_counter() - began) * 1e3
            self._flush.setInterval(max(FLUSH_MS, round(took * IDLE_SHARE)))

    def _note(self, note: dict[str, Any]) -> None:
        if "text" in note:
            note = {**note, "text": self._speaking.language.message(note["text"])}
        row = self._messages.row_of(self.question if note["question"] and self.question else self.answer)
        if row >= 0:
            self._messages.change(row, notes=with_note(self._messages.entries()[row].notes, note))

    def _finish(self, finished: TurnFinished) -> None:
        self.finished = finished
        self._show_pending()
        self._flush.stop()
        if rest := self._sentences.finish():
            self._announce(rest)
        ended: State = finished.reason if finished.reason in {"cancelled", "blocked", "error"} else "done"
        self._messages.change(
            self._messages.row_of(self.answer),
            text=finished.text,
            state=ended,
            error=self._speaking.error(finished.error) if finished.error else {},
            stats={
                "model": self.model,
                "tokens": finished.usage.completion_tokens,
                "prompt_tokens": finished.usage.prompt_tokens,
                "cached_tokens": finished.usage.cached_tokens,
                "from_plugin": finished.from_plugin,
                "stages": finished.timings,
            },
        )
