"""An answer of 200 tokens a second, and a watchdog that sees when the main thread does nothing else."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer

from myna.config import PluginSettings, Settings
from myna.engine.protocols import TextEnd, TextPiece, TextRequest
from myna.events import Usage
from myna.host import PluginHost
from myna.messages import Message, assistant, user
from myna.paths import Paths
from myna.testing import FakeEngine, answered_by
from myna.tools import NO_TOOLS, ToolUse
from myna_ui.app import application, window
from myna_ui.conversation.settled import Settled, settled
from myna_ui.desktop import Desktop

from .desktop import Stalls
from .ending import close

RATE = 200
"""Tokens a second."""
SECONDS = 4
MESSAGES = 10_000
TICK_MS = 2
"""How often the watchdog looks. What takes longer between two looks was a stall."""

PARAGRAPH = """Spring tides come **twice a month**, at new and full moon; see [the tables](https://example.org).

1. The sea rises, then `falls`
2. The sun adds a *third*
   - in spring
   - in autumn

```python
def height(hours: int) -> float:
    return sum(wave.at(hours) for wave in waves)  # metres
```

| Port | High | Low |
|------|-----:|----:|
| Brest | 06:12 | 12:40 |
| 上海 | 07:30 | 13:55 |

潮汐由月亮引起，太阳也有影响。
"""


class Steady(FakeEngine):
    """A text engine that speaks at an even pace."""

    def __init__(self) -> None:
        super().__init__(context=1 << 24)

    async def generate(self, request: TextRequest, *, ahead: int = 0) -> AsyncGenerator[TextPiece | TextEnd, None]:
        text = PARAGRAPH * 20
        started, count = time.perf_counter(), RATE * SECONDS
        for at in range(count):
            # Against the clock, so that one late wake-up does not slow the whole answer.
            await asyncio.sleep(max(0.0, started + at / RATE - time.perf_counter()))
            yield TextPiece(text[at * 4 : at * 4 + 4])
        yield TextEnd("stop", Usage(0, 0, count))

    async def count(
        self,
        messages: Sequence[Message],
        *,
        tools: ToolUse = NO_TOOLS,
        read: Callable[[str], Awaitable[bytes]] | None = None,
    ) -> int:
        return 0


class Bench:
    def __init__(self, home: Path) -> None:
        self._app = application(sys.argv[:1])
        host = PluginHost.load(PluginSettings(), entry_points=())
        self._desktop = Desktop(Paths.find(home), Settings(language="en"), environ={}, host=host)
        self._engine, self._window = window(self._desktop)

    def run(self) -> Stalls:
        self._desktop.begin()
        self._until(lambda: bool(self._desktop.property("ready")))
        self._answer(0)
        empty, _ = self._answer(0)
        long, speed = self._answer(MESSAGES)
        close(self._engine, self._desktop)
        return Stalls(long.stall, empty.stall, long.work, speed)

    def _answer(self, messages: int) -> tuple[Watchdog, float]:
        """What the watchdog saw, and tokens shown a second, of an answer after so many messages."""
        view = self._desktop.conversation_view
        opened = self._desktop.opened
        done: list[Settled] = []

        async def fill() -> Settled:
            opened.conversation = conversation = await opened.assistant.conversation(record=False)
            parent = None
            for at in range(messages):
                message = assistant(PARAGRAPH) if at % 2 else user(f"Question {at}")
                parent = (await conversation.append(message, parent=parent, turn="")).id
            return await settled(opened)

        view.begin()
        self._until(lambda: not view.property("busy"))
        self._desktop.bridge.run(fill()).on_result(done.append)
        self._until(lambda: bool(done))
        view.show_found(done[0])
        self._rest(0.5)
        dog = Watchdog()
        started = time.perf_counter()
        view.ask("How do tides work?")
        self._until(lambda: not view.property("busy"))
        took = time.perf_counter() - started
        self._rest(0.3)
        dog.stop()
        return dog, RATE * SECONDS / took

    def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._rest(0.02)

    def _rest(self, seconds: float) -> None:
        QTimer.singleShot(round(seconds * 1e3), self._app.quit)
        self._app.exec()


class Watchdog:
    """Looks every `TICK_MS`, and remembers the longest time without a look."""

    def __init__(self) -> None:
        self.stall = 0.0
        """Milliseconds by the clock on the wall, less the pause between two looks."""
        self.work = 0.0
        """Milliseconds that the thread computed between two looks."""
        self._last = (time.perf_counter(), time.thread_time())
        self._timer = QTimer(interval=TICK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def stop(self) -> None:
        self._look()
        self._timer.stop()

    def _look(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.stall = max(self.stall, (now[0] - self._last[0]) * 1e3 - TICK_MS)
        self.work = max(self.work, (now[1] - self._last[1]) * 1e3)
        self._last = now


def main() -> None:
    with (
        answered_by(Steady()),
        tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as folder,
    ):
        stalls = Bench(Path(folder)).run()
    sys.stdout.write(msgspec.json.encode(stalls).decode() + "\n")


if __name__ == "__main__":
    main()
