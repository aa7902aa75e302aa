"""From a question to the first words of its answer: on the page, and from the events that the terminal prints."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import msgspec
from PySide6.QtCore import QTimer

from myna.config import ChatSettings, Settings
from myna.events import TextDelta
from myna.paths import Paths
from myna.settings import load_settings
from myna_ui.app import application, window
from myna_ui.desktop import Desktop

from .desktop import Answers
from .ending import close

QUESTION = "What is the capital of country number {}?"
TOKENS = 8


class Bench:
    def __init__(self, paths: Paths, settings: Settings) -> None:
        self._app = application(sys.argv[:1])
        self._desktop = Desktop(paths, settings)
        self._engine, self._window = window(self._desktop)
        self._count = 0

    def run(self, runs: int) -> Answers:
        self._desktop.begin()
        self._until(lambda: bool(self._desktop.property("ready")))
        self._on_page()
        self._in_terminal()
        answers = Answers([], [])
        for _ in range(runs):
            answers.window.append(self._on_page())
            answers.terminal.append(self._in_terminal())
        close(self._engine, self._desktop)
        return answers

    def _question(self) -> str:
        self._count += 1
        return QUESTION.format(self._count)

    def _on_page(self) -> float:
        """Milliseconds until the list of the page has text."""
        view = self._desktop.conversation_view
        view.begin()
        self._rest(0.1)
        messages = view.shown_messages
        started = time.perf_counter()
        shown: list[float] = []

        def look() -> None:
            if not shown and messages.entries()[-1].role == "assistant" and messages.entries()[-1].text:
                shown.append(time.perf_counter() - started)

        messages.dataChanged.connect(look)
        view.ask(self._question())
        self._until(lambda: not view.property("busy"))
        messages.dataChanged.disconnect(look)
        return shown[0] * 1e3

    def _in_terminal(self) -> float:
        """Milliseconds until the first words could be printed."""
        opened, question = self._desktop.opened, self._question()
        found: list[float] = []

        async def first() -> float:
            conversation = await opened.assistant.conversation()
            started, took = time.perf_counter(), 0.0
            async with aclosing(aiter(conversation.ask(question))) as events:
                async for event in events:
                    if isinstance(event, TextDelta) and not took:
                        took = time.perf_counter() - started
            return took * 1e3

        self._desktop.bridge.run(first()).on_result(found.append)
        self._until(lambda: bool(found))
        return found[0]

    def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._rest(0.02)

    def _rest(self, seconds: float) -> None:
        QTimer.singleShot(round(seconds * 1e3), self._app.quit)
        self._app.exec()


def main() -> None:
    model, runs = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        found = Paths.find()
        paths = msgspec.structs.replace(found, data=home / "data", cache=home / "cache", logs=home / "logs")
        settings = load_settings(found, environ=os.environ)
        chat = ChatSettings(model=model, record=False, max_tokens=TOKENS, temperature=0)
        answers = Bench(paths, msgspec.structs.replace(settings, chat=chat)).run(runs)
    sys.stdout.write(msgspec.json.encode(answers).decode() + "\n")


if __name__ == "__main__":
    main()
