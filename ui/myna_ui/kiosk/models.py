"""Which of the approved models answers: a smaller one where the machine gets tight or a model does not get up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from myna.events import TurnFinished
from myna.pressure import Pressure, Step
from myna.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from myna.events import Event
    from myna.pressure import Cause
    from myna.reading import Reading

    from ..bridge import Bridge
    from ..opened import Opened
    from .profile import Profile

READING_MS = 10_000
"""Between two looks at memory and temperature, which change over minutes."""
_LOADING = {"out-of-memory", "model-load-failed", "model-quarantined"}
"""Errors of a model that does not get up; a smaller one may."""


class Models(QObject):
    changed = Signal()
    """Another one answers."""
    failed = Signal()
    """It was changed in the middle of an answer, which must be asked for again."""

    def __init__(
        self,
        profile: Profile,
        bridge: Bridge,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`clock` decides about calm; seconds that only grow."""
        super().__init__(parent)
        timed = {} if clock is None else {"clock": clock}
        self._all = frozenset(profile.models)
        self._pressure = Pressure([Step(name) for name in profile.models], profile.limits, **timed)
        self._bridge = bridge
        self._opened: Opened | None = None
        self._retired: set[str] = set()
        self._readings = QTimer(self, interval=READING_MS)
        self._readings.timeout.connect(self._read)

    @property
    def model(self) -> str:
        """The one that answers; empty: as the settings say."""
        return self._pressure.step.model

    @property
    def cause(self) -> Cause:
        """Why it is not the best; empty: it is."""
        return self._pressure.cause

    def watch(self, opened: Opened) -> None:
        """Look at the machine from now on."""
        self._opened = opened
        self._readings.start()

    def take_reading(self, reading: Reading) -> None:
        """How the machine is."""
        if self._pressure.take(reading):
            self._change()
        elif self._retired:
            self._retire()

    def hear(self, event: Event) -> None:
        """What happens in turns: a model that does not get up is replaced."""
        error = event.error if isinstance(event, TurnFinished) else None
        if error is not None and error.code in _LOADING and self._opened is not None and self._pressure.failed():
            self._change()
            self.failed.emit()

    def _read(self) -> None:
        self._bridge.run(asyncio.to_thread(read)).on_result(self.take_reading)

    def _change(self) -> None:
        opened, model = self._opened, self._pressure.step.model
        if opened is None:
            return
        self._retired |= self._all
        self._retired.discard(model)

        def use() -> None:
            opened.conversation.use_model(model)

        self._bridge.in_loop(use)
        self._retire()
        self.changed.emit()

    def _retire(self) -> None:
        """Unload models that no longer answer, once they have nothing to do."""
        opened, names = self._opened, set(self._retired)
        if opened is None:
            return

        async def unload() -> set[str]:
            pool = opened.assistant.pool
            busy = {status.name for status in pool.status() if status.in_flight}
            loaded = {status.name for status in pool.status() if status.pid is not None}
            for name in (names & loaded) - busy:
                await pool.unload(name)
            return names & busy

        def left(busy: set[str]) -> None:
            self._retired = busy

        self._bridge.run(unload()).on_result(left).on_error(lambda _: None)
