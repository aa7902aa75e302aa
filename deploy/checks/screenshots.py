"""Pictures of every page of the desktop, in both languages and both themes: `make screenshots`.

    screenshots.py HOME FOLDER [PAGE ...]

HOME has the models (it is only read); the pictures go to FOLDER. What is shown is the real program on a home of its
own, with conversations that were written for the purpose.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from myna.config import Settings
    from myna.paths import Paths

SIZE = (1280, 800)
WAIT_MS = 2500
"""Until a page has what it shows: models are looked up, and a chart has two points."""
COLOURS = 160
"""Of a palette: a page has few, and the files stay small."""

TALK: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "How long can milk stand outside the fridge?",
            "Not long: **two hours** at room temperature, and only **one hour** above 32 °C.\n\n"
            "| where | how long |\n| --- | --- |\n| on the table | 2 hours |\n| in the fridge, opened | 5 to 7 days |\n"
            "| in the freezer | 3 months |\n\nIf it smells sour, or was warm for longer, throw it away.",
        ),
        (
            "Write a function that turns Celsius into Fahrenheit.",
            "```python\ndef fahrenheit(celsius: float) -> float:\n"
            '    """0 °C are 32 °F, and 100 °C are 212 °F."""\n    return celsius * 9 / 5 + 32\n```\n\n'
            "1. `fahrenheit(0)` is `32.0`\n2. `fahrenheit(37)` is `98.6`",
        ),
    ),
    "zh": (
        (
            "牛奶在冰箱外能放多久？",
            "不能太久：室温下**两小时**，超过 32 °C 时只有**一小时**。\n\n"
            "| 放在哪里 | 能放多久 |\n| --- | --- |\n| 桌上 | 2 小时 |\n| 冰箱里，已开封 | 5 到 7 天 |\n"
            "| 冷冻室 | 3 个月 |\n\n如果闻起来发酸，或放置更久，请丢弃。",
        ),
        (
            "写一个把摄氏度换算成华氏度的函数。",
            "```python\ndef fahrenheit(celsius: float) -> float:\n"
            '    """0 °C 等于 32 °F，100 °C 等于 212 °F。"""\n    return celsius * 9 / 5 + 32\n```\n\n'
            "1. `fahrenheit(0)` 得到 `32.0`\n2. `fahrenheit(37)` 得到 `98.6`",
        ),
    ),
}
TIMINGS: tuple[dict[str, float], ...] = (
    {
        "screen": 4,
        "load": 310,
        "queue": 2,
        "prefill": 160,
        "decode": 880,
        "record": 9,
        "first_token": 490,
        "total": 1380,
    },
    {"screen": 5, "load": 1, "queue": 1, "prefill": 95, "decode": 640, "record": 7, "first_token": 110, "total": 770},
)
MORE = {
    "en": ("A letter to the landlord", "Names for a kitten", "What does HTTP 418 mean?"),
    "zh": ("给房东写一封信", "给小猫起名字", "HTTP 418 是什么意思？"),
}


def one(home: Path, folder: Path, language: str, theme: str, only: list[str]) -> None:
    """All pages in one language and one theme; runs in a process of its own."""
    os.environ.update(
        QT_QPA_PLATFORM="offscreen",
        QT_QUICK_BACKEND="software",
    )
    from PySide6.QtCore import QTimer

    from myna.host import PluginHost
    from myna.paths import Paths
    from myna.settings import load_settings
    from myna_ui.app import application, window
    from myna_ui.desktop import Desktop

    app = application(["myna"])
    paths = Paths.find(home)
    _choose(paths, language, theme)
    settings = load_settings(paths, environ=os.environ)
    opened = asyncio.run(_write(paths, settings, language))
    desktop = Desktop(paths, settings, host=PluginHost.load(settings.plugins))
    engine, shown = window(desktop)
    shown.resize(*SIZE)
    steps: list[tuple[int, Callable[[], object]]] = []

    def picture(name: str) -> None:
        _save(shown.grabWindow(), folder / f"{name}-{language}-{theme}.png")

    def picture_of(name: str) -> None:
        """Once nothing on the page is under way any more."""
        panel = next((page["panel"] for page in desktop.property("pages") if page["name"] == name), None)
        if panel is not None and panel.property("busy"):
            steps.insert(0, (WAIT_MS, partial(picture_of, name)))
        else:
            picture(name)

    def begin() -> None:
        names = ["conversation", *(page["name"] for page in desktop.property("pages"))]
        desktop.property("conversation").open(opened)
        for name in names:
            if not only or name in only:
                steps.append((0, partial(desktop.setProperty, "page", name)))
                steps.append((WAIT_MS, partial(picture_of, name)))
        steps.append((0, app.quit))
        advance()

    def advance() -> None:
        if steps:
            QTimer.singleShot(steps[0][0], do)

    def do() -> None:
        steps.pop(0)[1]()
        advance()

    def when_ready() -> None:
        if desktop.property("ready"):
            QTimer.singleShot(500, begin)
        else:
            QTimer.singleShot(100, when_ready)

    QTimer.singleShot(0, desktop.begin)
    QTimer.singleShot(0, when_ready)
    app.exec()
    del engine
    desktop.close()


def _choose(paths: Paths, language: str, theme: str) -> None:
    """As a person would have: what comes from the environment is marked on the page."""
    from myna.settings import set_value

    chosen = {
        "language": language,
        "desktop.theme": theme,
        "desktop.welcome": "false",
        "desktop.reduced_motion": "true",
    }
    for key, value in chosen.items():
        set_value(paths, key, value)


async def _write(paths: Paths, settings: Settings, language: str) -> str:
    """Put conversations into the store; the id of the one that is shown."""
    from myna.assistant import Assistant
    from myna.events import Usage
    from myna.messages import assistant, user
    from myna.store.records import MessageMeta

    async with await Assistant.open(paths, settings) as opened:
        store = await opened.store()
        for title in reversed(MORE[language]):
            record = await store.create(title=title)
            await store.append(record.id, user(title), parent=None, turn="t")
        record = await store.create()
        parent = None
        for number, (question, answer) in enumerate(TALK[language]):
            meta = MessageMeta(
                model="smollm2-135m-instruct",
                finish="stop",
                usage=Usage(96, 40, 88 - 20 * number),
                timings=TIMINGS[number],
            )
            stored = await store.append(record.id, user(question), parent=parent, turn=f"t{number}")
            parent = (
                await store.append(record.id, assistant(answer), parent=stored.id, turn=f"t{number}", meta=meta)
            ).id
        return record.id


def _save(image: QImage, file: Path) -> None:
    from PIL import Image
    from PySide6.QtGui import QImage

    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    size = (plain.width(), plain.height())
    picture = Image.frombytes("RGB", size, bytes(plain.constBits()), "raw", "RGB", plain.bytesPerLine())
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file.name, flush=True)


def main(source: Path, folder: Path, only: list[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for language in ("en", "zh"):
        for theme in ("light", "dark"):
            with tempfile.TemporaryDirectory() as made:
                # Where it would be for a person: paths are shown on some pages.
                home = Path(made) / ".local" / "share" / "myna"
                home.mkdir(parents=True)
                environment = {name: value for name, value in os.environ.items() if not name.startswith("MYNA_")}
                (home / "models").symlink_to(source.absolute() / "models", target_is_directory=True)
                environment |= {"HOME": made, "MYNA_HOME": str(home)}
                command = [sys.executable, __file__, "--one", str(home), str(folder), language, theme, *only]
                if subprocess.run(command, env=environment, check=False).returncode:
                    return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], sys.argv[5], sys.argv[6:])
        os._exit(0)
    if len(sys.argv) < 3:
        sys.exit("usage: screenshots.py HOME FOLDER [PAGE ...]")
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
