"""The chat models that can be asked, for the chooser above a conversation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from myna.errors import MynaError

from ..qml_types import LIST

if TYPE_CHECKING:
    from ..bridge import Bridge
    from ..opened import Opened


class ChatModels(QObject):
    """`known` are those that can be chosen, `current` is the one that answers."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._opened: Opened | None = None
        self._known: list[dict[str, Any]] = []
        self._current = ""
        self._missing = False
        self.wanted = ""
        """What the person chose here; new conversations use it too."""

    def use(self, opened: Opened) -> None:
        self._opened = opened
        self.refresh()

    def _get_known(self) -> list[dict[str, Any]]:
        return self._known

    known = Property(LIST, _get_known, notify=changed)
    """`id` and `name` of each."""

    def _get_current(self) -> str:
        return self._current

    current = Property(str, _get_current, notify=changed)
    """Id of the model that answers; empty while that is not known, or where there is none."""

    def _get_missing(self) -> bool:
        return self._missing

    missing = Property(bool, _get_missing, notify=changed)
    """There is no model that could answer."""

    @Slot()
    def refresh(self) -> None:
        """Look again: models may have been installed or removed."""
        opened = self._opened
        if opened is None:
            return

        from myna_models.installed import Store

        async def look() -> tuple[list[dict[str, Any]], str]:
            installed, _broken = await asyncio.to_thread(Store(opened.assistant.paths.models).load)
            known = [{"id": model.id, "name": model.name} for model in installed if model.task == "chat"]
            assistant = opened.assistant
            offered = assistant.host.offered_models(assistant.settings)
            known += [{"id": model.name, "name": model.name} for model in offered if model.task == "chat"]
            try:
                model = await assistant.resolve(opened.conversation.model)
                current = model.route or model.name
            except MynaError:
                # Whoever asks a question is told why.
                current = ""
            return known, current

        self._bridge.run(look()).on_result(self._show)

    @Slot(str)
    def choose(self, model: str) -> None:
        """Answer with `model` from the next question on."""
        opened = self._opened
        if opened is None or model == self._current:
            return
        self.wanted = self._current = model

        async def use() -> None:
            conversation = opened.conversation
            conversation.use_model(model)
            opened.assistant.preload(model)
            if conversation.recorded and await conversation.history():
                await (await opened.assistant.store()).configure(conversation.id, model=model)

        self._bridge.run(use()).on_error(lambda error: self.refresh())
        self.changed.emit()

    def _show(self, found: tuple[list[dict[str, Any]], str]) -> None:
        self._known, self._current = found
        if self._current and all(model["id"] != self._current for model in self._known):
            self._known = [{"id": self._current, "name": self._current}, *self._known]
        self._missing = not self._current
        self.changed.emit()
