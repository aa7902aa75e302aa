"""The three screens that somebody sees who has never asked anything: `desktop.welcome` in QML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from myna.config import Settings
from myna.errors import MynaError

if TYPE_CHECKING:
    from ..bridge import Bridge
    from ..conversation.view import ConversationView
    from ..opened import Opened
    from ..speaking import Speaking

SCREENS = 3
"""Language, model, first question."""


class Welcome(QObject):
    """Shown where the setting `desktop.welcome` is on and no conversation was ever kept: somebody who has asked before,
    in the terminal too, needs no first steps. Models that are there are no reason to leave them out: they are offered.
    """

    changed = Signal()
    failed = Signal(object)
    """A `MynaError`: a setting could not be saved."""

    def __init__(
        self, bridge: Bridge, speaking: Speaking, conversation: ConversationView, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._speaking = speaking
        self._conversation = conversation
        self._opened: Opened | None = None
        self._shown = False
        self._asking = False
        self._screen = 0
        self._language = ""
        self._ended = False
        self._choosing = False
        """A model was chosen and is not in use yet; a question waits for that."""
        self._question = ""

    def offer(self, settings: Settings, *, used: bool) -> None:
        """Show the first steps where they are wanted. `used`: conversations may have been kept, so that the store has
        to be asked first, which is done when the assistant is open."""
        self._shown = settings.desktop.welcome and not used
        self._asking = settings.desktop.welcome and used
        self.changed.emit()

    def use(self, opened: Opened) -> None:
        """The assistant is there; what was chosen before is saved now."""
        self._opened = opened
        if self._language:
            self._save("language", self._language)
        if self._ended:
            self._save("desktop.welcome", "false")
        if self._asking:
            self._asking = False

            async def unused() -> bool:
                return not await (await opened.assistant.store()).list(limit=1)

            self._bridge.run(unused()).on_result(self._show).on_error(self.failed.emit)

    # for QML

    def _get_shown(self) -> bool:
        return self._shown

    shown = Property(bool, _get_shown, notify=changed)

    def _get_screen(self) -> int:
        return self._screen

    screen = Property(int, _get_screen, notify=changed)
    """0 to 2."""

    @Slot(str)
    def speak(self, language: str) -> None:
        """Choose the language; all that is shown is in it at once."""
        self._language = language
        self._speaking.use(language)
        self._save("language", language)

    @Slot()
    def forward(self) -> None:
        if self._screen < SCREENS - 1:
            self._screen += 1
            self.changed.emit()

    @Slot()
    def back(self) -> None:
        if self._screen:
            self._screen -= 1
            self.changed.emit()

    @Slot(str)
    def choose(self, model: str) -> None:
        """Use this model for conversations from now on, the first one too."""
        opened = self._opened
        if opened is None:
            return

        async def choose() -> None:
            await opened.change("chat.model", model)
            # The one that is open, and empty, was begun with another.
            opened.conversation = await opened.assistant.conversation()

        self._choosing = True
        self._bridge.run(choose()).on_error(self.failed.emit).on_end(self._chosen)

    @Slot(str)
    def ask(self, question: str) -> None:
        """The first question: its answer comes in the conversation."""
        if not question.strip():
            return
        self.end()
        if self._choosing:
            self._question = question
        else:
            self._conversation.ask(question)

    @Slot()
    def end(self) -> None:
        """Enough; the first steps do not come again."""
        self._shown, self._ended = False, True
        self._save("desktop.welcome", "false")
        self.changed.emit()

    # inside

    def _chosen(self) -> None:
        self._choosing = False
        if self._question:
            question, self._question = self._question, ""
            self._conversation.ask(question)

    def _show(self, unused: bool) -> None:
        self._shown = unused and not self._ended
        self.changed.emit()

    def _save(self, key: str, value: str) -> None:
        if self._opened is not None:
            self._bridge.run(self._opened.change(key, value)).on_error(self._fail)

    def _fail(self, error: MynaError) -> None:
        self.failed.emit(error)
