"""A panel of a plugin, as its QML file sees it."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QQmlPropertyMap

from myna.errors import ErrorInfo, MynaError, PluginFailed
from myna.panel import Desk, Panel

from ..qml_types import ANY, LIST, MAP

if TYPE_CHECKING:
    from myna.hookspecs import PanelInfo

    from ..bridge import Bridge, Job
    from .desk import PanelDesk


class Page(QObject):
    """`panel` in the QML file of a plugin: `state`, `busy`, `error`, `act(...)`.

    The panel itself lives in the asyncio loop. It is made and opened when its page is shown for the first time.
    """

    changed = Signal()
    stateChanged = Signal()
    done = Signal(str, ANY, arguments=["action", "result"])
    """An action has ended well."""

    def __init__(self, info: PanelInfo, desk: PanelDesk, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._desk = desk
        self._bridge = bridge
        self._state = QQmlPropertyMap.create(self)
        self._panel: Panel | None = None
        self._opened = False
        self._making = asyncio.Lock()
        self._jobs: dict[str, Job[Any]] = {}
        self._error: dict[str, str] = {}
        desk.page = self

    def _get_state(self) -> QQmlPropertyMap:
        return self._state

    state = Property(QObject, _get_state, notify=stateChanged)
    """Each name changes on its own; what reads one before it was ever shown is told when it is."""

    def _get_busy(self) -> list[str]:
        return list(self._jobs)

    busy = Property(LIST, _get_busy, notify=changed)
    """Names of the actions under way; `open` among them while the page is being made."""

    def _get_error(self) -> dict[str, str]:
        return self._error

    error = Property(MAP, _get_error, notify=changed)
    """`code`, `message` and `hint` of what went wrong last; empty where nothing did."""

    @Slot()
    def open(self) -> None:
        """The page is shown."""
        if not self._opened:
            self._opened = True
            self._start("open", self._make())

    @Slot(str)
    @Slot(str, MAP)
    def act(self, action: str, values: Mapping[str, Any] | None = None) -> None:
        """Ask the panel for `action`, unless it is under way; `done` tells what it returned."""
        if action not in self._jobs:
            self._start(action, self._act(action, dict(values or {})))

    @Slot(str)
    def cancel(self, action: str) -> None:
        """Stop waiting for an action."""
        if job := self._jobs.pop(action, None):
            job.cancel()
            self.changed.emit()

    @Slot()
    def dismiss(self) -> None:
        """The error was read."""
        self._error = {}
        self.changed.emit()

    @Slot(MAP, result=MAP)
    def told(self, error: Mapping[str, str]) -> dict[str, str]:
        """An error among the state (`code`, `message`, `hint`) in the person's language; empty where there is none."""
        if not error:
            return {}
        return self._desk.speaking.error(ErrorInfo(error["code"], error["message"], error.get("hint", "")))

    def show(self, state: Mapping[str, Any]) -> None:
        """Show values; in Qt's thread."""
        new = [name for name in state if not self._state.contains(name)]
        for name, value in state.items():
            self._state.insert(name, value)
        if new:
            self.stateChanged.emit()

    async def close(self) -> None:
        """End the panel; in the loop."""
        if self._panel is not None:
            await self._panel.close()

    async def _make(self) -> Panel:
        # Asked for by two at once, the second waits until it is open.
        async with self._making:
            if self._panel is None:
                self._panel = panel = self._maker()(self._desk)
                await panel.open()
            return self._panel

    def _maker(self) -> Callable[[Desk], Panel]:
        if not isinstance(self.info.view_model, str):
            return self.info.view_model
        module, _, name = self.info.view_model.partition(":")
        try:
            make: Callable[[Desk], Panel] = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise PluginFailed(f"the page {self.info.name} cannot be made: {error}") from error
        return make

    async def _act(self, action: str, values: Mapping[str, Any]) -> Any:
        return await (await self._make()).act(action, values)

    def _start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        job = self._bridge.run(work).on_result(lambda result: self.done.emit(name, result))
        self._jobs[name] = job.on_error(self._fail).on_end(lambda: self._ended(name))
        self.changed.emit()

    def _fail(self, error: MynaError) -> None:
        self._error = self._desk.speaking.error(error.info())

    def _ended(self, name: str) -> None:
        self._jobs.pop(name, None)
        self.changed.emit()
