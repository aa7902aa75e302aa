"""What a session tells, as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from myna.voice_events import Awake, DeviceChanged, Failed, Final, NothingSaid, Partial, SpeechStarted, Told

from ..session.dialogue import Floor

if TYPE_CHECKING:
    from myna.errors import MynaError
    from myna.panel import Desk

NOTHING: dict[str, Any] = {}


class Board:
    """The state of the page. What has not changed is not sent again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shown: dict[str, Any] = {}

    def show(self, **state: Any) -> None:
        """As `Desk.show`."""
        new = {name: value for name, value in state.items() if name not in self._shown or self._shown[name] != value}
        if new:
            self._shown.update(new)
            self._desk.show(**new)

    def trouble(self, place: str, error: MynaError) -> None:
        """An error, where it belongs: `talk`, `microphone` or `voice`."""
        self.show(trouble={"place": place, **self._desk.error(error.info())})

    def calm(self) -> None:
        """Nothing is wrong any more, or it was read."""
        self.show(trouble=NOTHING)


class ToldBoard:
    """The session's part of it: `stable`, `rest`, `floor`, `remark`, `lost`."""

    def __init__(self, board: Board, desk: Desk) -> None:
        self._board = board
        self._desk = desk
        self._lost: list[str] = []

    def clear(self) -> None:
        """No session."""
        self._lost.clear()
        self._board.show(floor="nobody", stable="", rest="", lost=[], level=0.0)

    def floor(self, floor: Floor) -> None:
        self._board.show(floor=floor)
        if floor == "person":
            self._board.show(remark="")

    def told(self, event: Told) -> None:
        show = self._board.show
        if isinstance(event, SpeechStarted):
            show(stable="", rest="")
        elif isinstance(event, Partial):
            show(stable=event.stable, rest=event.rest)
        elif isinstance(event, Final):
            # From here on it stands in the conversation.
            show(stable="", rest="")
        elif isinstance(event, Awake):
            show(remark="awake")
        elif isinstance(event, NothingSaid):
            show(stable="", rest="", remark="nothing-said")
        elif isinstance(event, DeviceChanged):
            self._changed(event)
        elif isinstance(event, Failed):
            show(stable="", rest="", trouble={"place": "talk", **self._desk.error(event.error)})

    def _changed(self, event: DeviceChanged) -> None:
        if event.kind == "lost":
            self._lost.append(event.name)
        else:
            # It may have another name now: what was lost first is found.
            at = self._lost.index(event.name) if event.name in self._lost else 0
            del self._lost[at : at + 1]
        self._board.show(lost=list(self._lost))
