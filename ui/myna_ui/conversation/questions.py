"""What is asked on the page: a question, the same one differently, or another answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from myna.messages import Image, Part, Text

from .messages import Entry, Messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from myna.conversation import Conversation
    from myna.draft import AskOptions
    from myna.turn import Turn

    from .turns import Turns


class Questions(QObject):
    """Puts the rows of a question and its answer on the list, and has `turns` fill them.

    What a question was asked with (the template of a page, its values) is used again with each further answer to it.
    """

    changed = Signal()

    def __init__(self, messages: Messages, turns: Turns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._turns = turns
        self._waiting: Callable[[Conversation], Turn] | None = None
        self._ready = False

    def wait(self) -> None:
        """The conversation that is shown is not there yet."""
        self._ready = False

    def begin(self) -> None:
        """The conversation is there: what was asked before is asked now."""
        self._ready = True
        turn, self._waiting = self._waiting, None
        if turn is not None:
            question, answer = (entry.key for entry in self._messages.entries()[-2:])
            self._turns.start(turn, question, answer)

    @property
    def busy(self) -> bool:
        """An answer is under way, or waits for the assistant."""
        return self._turns.busy or self._waiting is not None

    def forget(self) -> None:
        """Another conversation is shown: what still waits is not asked."""
        self._waiting = None

    def ask(self, parts: list[Part], options: AskOptions | None = None) -> None:
        """A question at the end; `options` None: as the settings say."""
        self._ask(parts, options, lambda conversation: conversation.ask(parts, options=options))

    def edit(self, key: str, new: list[Part]) -> None:
        """The question `key` with other words, on a branch of its own, with its pictures and options. `new` may bring
        more pictures."""
        self._turns.when_settled(lambda: self._edit(self._turns.key_now(key), new))

    def regenerate(self) -> None:
        """Another answer to the last question."""
        self._turns.when_settled(self._regenerate)

    def _edit(self, key: str, new: list[Part]) -> None:
        row = self._messages.row_of(key)
        if self.busy or row < 0:
            return
        entry = self._messages.entries()[row]
        kept = next((stored for stored in self._turns.found.messages if stored.id == key), None)
        asked = entry.parts if kept is None else kept.message.parts
        parts: list[Part] = [*(part for part in asked if isinstance(part, Image)), *new]
        options = entry.options
        self._messages.cut(row)
        if entry.stored:
            self._ask(parts, options, lambda conversation: conversation.edit(key, parts, options=options))
        else:
            self.ask(parts, options)

    def _regenerate(self) -> None:
        entries = self._messages.entries()
        if self.busy or not entries or not self._ready:
            return
        last = entries[-1]
        question = last if last.role == "user" else entries[-2] if len(entries) > 1 else last
        options = question.options
        if last.role == "assistant":
            self._messages.cut(len(entries) - 1)
        if not question.stored:
            # It never got as far as the history: it is asked as if for the first time.
            self._messages.cut(self._messages.row_of(question.key))
            self.ask(question.parts or [Text(question.text)], options)
            return
        answer = Entry(self._messages.new_key(), "assistant", state="waiting")
        self._messages.add(answer)
        self._turns.start(lambda conversation: conversation.regenerate(options=options), "", answer.key)
        self.changed.emit()

    def last(self) -> str:
        """The key of the last question; empty where there is none."""
        return next((entry.key for entry in reversed(self._messages.entries()) if entry.role == "user"), "")

    def ask_anew(self) -> None:
        """Ask the last question again, with what went along, in the place of what became of it."""
        row = self._messages.row_of(self.last())
        if row >= 0 and not self.busy:
            question = self._messages.entries()[row]
            self._messages.cut(row)
            self.ask(question.parts or [Text(question.text)], question.options)

    def _ask(self, parts: list[Part], options: AskOptions | None, turn: Callable[[Conversation], Turn]) -> None:
        text = "".join(part.text for part in parts if isinstance(part, Text))
        pictures = [part.attachment.sha256 for part in parts if isinstance(part, Image)]
        question = Entry(self._messages.new_key(), "user", text, pictures, parts=parts, options=options)
        answer = Entry(self._messages.new_key(), "assistant", state="waiting")
        self._messages.add(question)
        self._messages.add(answer)
        if self._ready:
            self._turns.start(turn, question.key, answer.key)
        else:
            self._waiting = turn
        self.changed.emit()
