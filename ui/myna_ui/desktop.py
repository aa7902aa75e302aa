"""The root of all view models: `desktop` in QML."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication

from myna.config import Settings
from myna.errors import MynaError
from myna.host import PluginHost
from myna.paths import Paths

from .bridge import Bridge
from .conversation.view import ConversationView
from .opened import Opened
from .panels.desk import PanelDesk
from .panels.page import Page
from .places import shortened
from .qml_types import LIST, MAP
from .speaking import Speaking
from .theme.theme import Theme
from .welcome.view import Welcome

if TYPE_CHECKING:
    from myna.draft import AskOptions
    from myna.events import Event


class Desktop(QObject):
    """Made before the first frame, so it must be quick; `begin` opens the assistant after it."""

    changed = Signal()
    settingsChanged = Signal()
    heard = Signal(object)
    """Every event of every turn, also of those by voice."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        environ: Mapping[str, str] | None = None,
        host: PluginHost | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`host` is loaded from `settings` unless one is given."""
        super().__init__(parent)
        self._paths = paths
        self._settings = settings
        self._environ = os.environ if environ is None else environ
        self._host = host
        self._opened: Opened | None = None
        self._opening = False
        self._error: dict[str, str] = {}
        self._pages: list[Page] = []
        self._page = "conversation"
        self.bridge = Bridge(self)
        self.speaking = Speaking(settings.language, self)
        self.theme = Theme(settings.desktop, self)
        self._conversation = ConversationView(self.bridge, self.speaking, self.theme, self)
        self.heard.connect(self._conversation.hear)
        self._welcome = Welcome(self.bridge, self.speaking, self._conversation, self)
        self._welcome.failed.connect(self._fail)
        self.speaking.changed.connect(self.changed)

    def welcome_newcomers(self) -> None:
        """Show the first steps to somebody who has never asked anything; before the first frame."""
        used = bool(self._settings.store.url) or self._paths.database.exists()
        self._welcome.offer(self._settings, used=used)

    @Slot()
    def begin(self) -> None:
        """Open the assistant, in the loop; once more where that has failed."""
        if self._opening or self._opened is not None:
            return
        self._opening = True
        self.dismiss()
        opening = Opened.open(
            self._paths, self._settings, self._environ, heard=self._hear, changed=self._use_settings, host=self._host
        )
        self.bridge.run(opening).on_result(self._use).on_error(self._fail).on_end(self._begun)

    def _begun(self) -> None:
        self._opening = False

    @property
    def settings(self) -> Settings:
        """As they are now."""
        return self._settings

    def start_conversation(self) -> None:
        """Show the conversation page with nothing on it yet."""
        self._conversation.begin()
        self._set_page("conversation")

    def close(self) -> None:
        """End the workers; the window is gone by now."""
        self.bridge.close(self._close())

    @property
    def conversation_view(self) -> ConversationView:
        return self._conversation

    @property
    def opened(self) -> Opened:
        """The assistant and the open conversation; only once `ready`."""
        assert self._opened is not None, "the assistant is not open yet"  # noqa: S101 - a mistake of the program
        return self._opened

    async def close_pages(self) -> None:
        """Have all panels let go of what they hold, for example the microphone; in the loop."""
        for page in self._pages:
            await page.close()

    # for QML

    def _get_conversation(self) -> QObject:
        return self._conversation

    conversation = Property(QObject, _get_conversation, constant=True)

    def _get_welcome(self) -> QObject:
        return self._welcome

    welcome = Property(QObject, _get_welcome, constant=True)

    def _get_offers_fit(self) -> bool:
        return self._settings.desktop.offer_fit

    offersFit = Property(bool, _get_offers_fit, notify=settingsChanged)
    """Whether to offer fitting the model to this machine."""

    def _get_ready(self) -> bool:
        return self._opened is not None

    ready = Property(bool, _get_ready, notify=changed)
    """The assistant is open; until then pages show, and questions wait."""

    def _get_error(self) -> dict[str, str]:
        return self._error

    error = Property(MAP, _get_error, notify=changed)
    """Why the assistant cannot be opened."""

    def _get_pages(self) -> list[dict[str, Any]]:
        text = self.speaking.language.text
        return [
            {
                "name": page.info.name,
                "title": text(page.info.title),
                "icon": page.info.icon,
                "qml": Path(page.info.qml).as_uri(),
                "panel": page,
            }
            for page in self._pages
        ]

    pages = Property(LIST, _get_pages, notify=changed)
    """Of plugins: `name`, `title`, `icon`, `qml` (a URL) and `panel`."""

    def _get_page(self) -> str:
        return self._page

    def _set_page(self, name: str) -> None:
        if name != self._page:
            self._page = name
            self.changed.emit()

    page = Property(str, _get_page, _set_page, notify=changed)
    """Name of the page that is shown."""

    def _get_language(self) -> str:
        return self.speaking.code

    language = Property(str, _get_language, notify=changed)

    @Slot(str)
    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)

    @Slot(str, result=str)
    def short(self, text: str) -> str:
        """`text` with the person's own folder as ~, as it is said and typed."""
        return shortened(text)

    @Slot(QUrl, result=str)
    def path(self, url: QUrl) -> str:
        """The path of a file that was chosen or dropped."""
        return url.toLocalFile()

    @Slot(str, result=QObject)
    def panel(self, name: str) -> QObject | None:
        """What is behind the page `name` of a plugin, opened; None where no plugin has one."""
        page = next((page for page in self._pages if page.info.name == name), None)
        if page is not None:
            page.open()
        return page

    @Slot(str, str)
    def change(self, key: str, value: str) -> None:
        """Change a setting for good."""
        if self._opened is not None:
            self.bridge.run(self._opened.change(key, value)).on_error(self._fail)

    @Slot()
    def dismiss(self) -> None:
        """The error was read."""
        self._error = {}
        self.changed.emit()

    # inside

    def _use(self, opened: Opened) -> None:
        self._opened = opened
        host = opened.assistant.host
        active = [plugin for plugin in host.plugins() if plugin.state == "active"]
        panels = sorted(host.panels(), key=lambda panel: panel.order)
        self.speaking.add(
            (re.split("[.:]", plugin.origin)[0] for plugin in active),
            (Path(panel.translations) for panel in panels if panel.translations),
        )
        desks = [PanelDesk(opened, self.bridge, self.speaking, self._ask) for _ in panels]
        self._pages = [Page(info, desk, self.bridge, self) for info, desk in zip(panels, desks, strict=True)]
        self._conversation.use(opened)
        self._welcome.use(opened)
        self.changed.emit()

    def _use_settings(self) -> None:
        """In the loop: settings were changed."""
        opened = self._opened
        if opened is not None:
            self.bridge.post(lambda: self._follow(opened.assistant.settings))

    def _follow(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        if settings.desktop != before.desktop:
            self.theme.use(settings.desktop)
        if settings.language != before.language:
            self.speaking.use(settings.language)
        self.settingsChanged.emit()

    def _ask(self, text: str, options: AskOptions) -> None:
        """A page asks a question in the conversation."""
        self._conversation.ask_with(text, options)
        self._set_page("conversation")

    def _hear(self, event: Event) -> None:
        self.bridge.post(lambda: self.heard.emit(event))

    def _fail(self, error: MynaError) -> None:
        self._error = self.speaking.error(error.info())
        self.changed.emit()

    async def _close(self) -> None:
        try:
            await self.close_pages()
        finally:
            if self._opened is not None:
                await self._opened.close()
