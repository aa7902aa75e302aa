"""The window on a scripted engine, told by lines on its standard input what to show: `page NAME`, `ask`, `quit`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from myna.paths import Paths
from myna.settings import load_settings
from myna.testing import FakeEngine, answered_by
from myna_ui.app import application, window
from myna_ui.desktop import Desktop

ANSWER = ("The first ", "sentence. The", " second one! 第三句", "在这里。", "And the rest")


def main(home: Path) -> None:
    app = application(["myna"])
    paths = Paths.find(home)
    with answered_by(FakeEngine(ANSWER)):
        desktop = Desktop(paths, load_settings(paths, environ={}), environ={})
        engine, shown = window(desktop)
        desktop.begin()

        def act(line: list[str]) -> None:
            if line[0] == "page":
                desktop.setProperty("page", line[1])
            elif line[0] == "ask":
                desktop.conversation_view.ask("Say something")
            else:
                app.quit()

        def listen() -> None:
            for line in sys.stdin:
                words = line.split()
                desktop.bridge.post(lambda words=words: act(words))  # type: ignore[misc]

        threading.Thread(target=listen, daemon=True).start()
        app.exec()
        shown.close()
        del engine
        desktop.close()


main(Path(sys.argv[1]))
