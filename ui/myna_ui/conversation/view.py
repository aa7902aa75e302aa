"""The conversation page: what is asked, what is answered, what can be done meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from myna.errors import MynaError

from ..qml_types import MAP
from .chat_models import ChatModels
from .messages import Messages
from .pictures import Pictures
from .questions import Questions
from .settled import Settled, settled
from .tray import Tray
from .turns import Turns

if TYPE_CHECKING:
    from myna.draft import AskOptions
    from myna.events import Event

    from ..bridge import Bridge, Job
    from ..opened import Opened
    from ..speaking import Speaking
    from ..theme.theme import Theme


class ConversationView(QObject):
    """One conversation at a time. Its turns run in the loop, its messages are shown here."""

    changed = Signal()
    answered = Signal()
    """An answer has ended, however it did."""
    announced = Signal(str, arguments=["sentence"])
    """A sentence of an answer, for those who hear it."""
    shown = Signal()
    """Another conversation, or another branch of it, is shown."""

    def __init__(self, bridge: Bridge, speaking: Speaking, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._speaking = speaking
        self._opened: Opened | None = None
        self._messages = Messages(theme, self)
        self._tray = Tray(bridge, speaking, self)
        self._models = ChatModels(bridge, self)
        self.pictures_of_messages = Pictures(bridge, self)
        self._turns = Turns(bridge, speaking, self._messages, self)
        self._turns.changed.connect(self.changed)
        self._turns.announced.connect(self.announced)
        self._turns.answered.connect(self.answered)
        self._questions = Questions(self._messages, self._turns, self)
        self._questions.changed.connect(self.changed)
        self._error: dict[str, str] = {}
        self._coming: Job[Settled] | None = None
        """Begins the conversation that is shown already."""

    def use(self, opened: Opened) -> None:
        """The assistant is there. What was asked before is asked now."""
        self._opened = opened
        self._turns.use(opened)
        self._tray.use(opened)
        self._models.use(opened)
        self.pictures_of_messages.use(opened)
        self._bridge.in_loop(lambda: opened.assistant.preload(opened.conversation.model))
        self._turns.show(Settled([], recorded=opened.conversation.recorded), keep=True)
        self._questions.begin()
        self.changed.emit()

    @property
    def shown_messages(self) -> Messages:
        return self._messages

    @property
    def tray_of_next(self) -> Tray:
        """What goes along with the next question."""
        return self._tray

    # for QML

    def _get_messages(self) -> QObject:
        return self._messages

    messages = Property(QObject, _get_messages, constant=True)

    def _get_tray(self) -> QObject:
        return self._tray

    tray = Property(QObject, _get_tray, constant=True)

    def _get_models(self) -> QObject:
        return self._models

    models = Property(QObject, _get_models, constant=True)

    def _get_pictures(self) -> QObject:
        return self.pictures_of_messages

    pictures = Property(QObject, _get_pictures, constant=True)

    def _get_busy(self) -> bool:
        return self._questions.busy

    busy = Property(bool, _get_busy, notify=changed)
    """An answer is under way."""

    def _get_error(self) -> dict[str, str]:
        return self._error

    error = Property(MAP, _get_error, notify=changed)

    def _get_title(self) -> str:
        return self._turns.found.title

    title = Property(str, _get_title, notify=changed)
    """Empty as long as there is nothing in it."""

    def _get_recorded(self) -> bool:
        return self._turns.found.recorded

    recorded = Property(bool, _get_recorded, notify=changed)
    """It is kept, so its answers can be rated."""

    @Slot(str)
    def ask(self, text: str) -> None:
        """Ask a question with what is in the tray; it is shown at once, also while the assistant is being opened."""
        if self._get_busy() or self._tray.property("busy"):
            return
        parts = self._tray.take(text.strip())
        if parts:
            self._questions.ask(parts)

    @Slot(str, str)
    def edit(self, key: str, text: str) -> None:
        """Ask the question `key` differently, with its pictures and what is in the tray, on a branch of its own."""
        if self._get_busy() or self._tray.property("busy"):
            return
        parts = self._tray.take(text.strip())
        if parts:
            self._questions.edit(key, parts)

    @Slot()
    def regenerate(self) -> None:
        """Another answer to the last question."""
        self._questions.regenerate()

    @Slot()
    def release(self) -> None:
        """Start the model again although it was put in quarantine, and ask it the last question once more."""
        opened = self._opened
        if opened is None:
            return

        async def release() -> None:
            name = (await opened.assistant.resolve(opened.conversation.model)).name
            opened.assistant.pool.release(name)

        job = self._bridge.run(release()).on_error(self._fail)
        job.on_result(lambda _: self._questions.regenerate())

    @Slot(str, int)
    def step(self, key: str, by: int) -> None:
        """Show the branch that is `by` further than the one with the message `key`."""
        opened, group = self._opened, self._turns.found.branches.get(key, ())
        if opened is None or self._get_busy() or not group:
            return
        target = group[(group.index(key) + by) % len(group)]

        async def switch() -> Settled:
            await opened.conversation.switch(target)
            return await settled(opened)

        self._bridge.run(switch()).on_result(self.show_found).on_error(self._fail)

    def ask_with(self, text: str, options: AskOptions) -> None:
        """Ask with what a page has chosen for this one answer."""
        if not self._get_busy() and (parts := self._tray.take(text.strip())):
            self._questions.ask(parts, options)

    @Slot()
    def stop(self) -> None:
        """End the answer that is under way; what has arrived of it stays."""
        self._turns.stop()

    @Slot()
    def begin(self) -> None:
        """A new conversation."""
        opened, model = self._opened, self._models.wanted
        if opened is None:
            return

        async def begin() -> Settled:
            opened.conversation = await opened.assistant.conversation(model=model)
            return Settled([], model=model, recorded=opened.conversation.recorded)

        self._leave()
        # Shown at once; what is asked meanwhile waits for it.
        self._questions.wait()
        self.show_found(Settled([], model=model, recorded=self._get_recorded()))
        self._coming = self._bridge.run(begin()).on_result(self._begun).on_error(self._fail)
        self._coming.on_end(self._questions.begin)

    @Slot(str)
    def open(self, conversation: str) -> None:
        """Show a stored conversation, by its id."""
        opened = self._opened
        if opened is None:
            return

        async def load() -> Settled:
            opened.conversation = await opened.assistant.conversation(conversation)
            return await settled(opened)

        self._leave()
        self._questions.begin()
        self._bridge.run(load()).on_result(self.show_found).on_error(self._fail)

    @Slot(str, str)
    def rate(self, key: str, rating: str) -> None:
        """A thumb for the answer `key`: `up`, `down`, or empty to take it back."""
        opened, row = self._opened, self._messages.row_of(key)
        if opened is None or row < 0 or not self._messages.entries()[row].stored:
            return
        before = self._messages.entries()[row].rating

        async def rate() -> None:
            store = await opened.assistant.store()
            await store.rate(key, None if not rating else rating == "up")

        def failed(error: MynaError) -> None:
            self._messages.change(self._messages.row_of(key), rating=before)
            self._fail(error)

        self._messages.change(row, rating=rating)
        self._bridge.run(rate()).on_error(failed)

    @Slot(str, result=str)
    def text(self, key: str) -> str:
        """All of the message `key`, as it was written."""
        row = self._messages.row_of(key)
        return self._messages.entries()[row].text if row >= 0 else ""

    @Slot(result=str)
    def lastQuestion(self) -> str:
        """The key of the last question; empty where there is none."""
        return self._questions.last()

    @Slot(str)
    def copy(self, text: str) -> None:
        """Put `text` on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    @Slot(str, result=bool)
    def visit(self, link: str) -> bool:
        """Open an address in the person's browser; only what was shown to them before, and only web and mail."""
        from PySide6.QtCore import QUrl

        from .markdown.inline import address

        return bool(address(link)) and QDesktopServices.openUrl(QUrl(link))

    @Slot(str)
    def forget(self, conversation: str) -> None:
        """It is being deleted: where it is the one that is shown, a new one begins."""
        if self._opened is not None and self._opened.conversation.id == conversation:
            self.begin()

    @Slot()
    def dismiss(self) -> None:
        """The error was read."""
        self._error = {}
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing: the conversation was replaced, and what was in the old one is gone."""
        self._questions.forget()
        self._turns.forget()
        self._tray.clear()
        self.pictures_of_messages.forget()
        self.show_found(Settled([]))

    def ask_anew(self) -> None:
        """Ask the last question again, with what went along, in the place of what became of it."""
        self._questions.ask_anew()

    # turns

    def hear(self, event: Event) -> None:
        """Every event of every turn."""
        self._turns.hear(event)

    # the list

    def show_found(self, found: Settled) -> None:
        """Show a conversation, or another branch of one."""
        self._error = {}
        self._turns.show(found)
        self._models.refresh()
        self.changed.emit()
        self.shown.emit()

    def _leave(self) -> None:
        if self._coming is not None:
            self._coming.cancel()
            self._coming = None
        self._questions.forget()
        self._turns.leave()
        self._tray.clear()

    def _begun(self, found: Settled) -> None:
        self._turns.show(found, keep=True)
        self._tray.lay()
        self._models.refresh()
        self.changed.emit()

    def _fail(self, error: MynaError) -> None:
        self._error = self._speaking.error(error.info())
        self.changed.emit()
