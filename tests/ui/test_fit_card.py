"""After the first answer, once: the offer to fit the model to this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fitted import install, keep, record
from myna.config import DesktopSettings, Settings
from myna.paths import Paths
from myna.settings import load_settings
from myna_models.panel import panel
from myna_models.panel.tunings import Tunings

from .conftest import Shown
from .models_hub import PLUGIN, know_machine

Show = Callable[..., Shown]
PROGRESS = {"stage": "speed", "setup": "Q8_0", "spent_s": 30.0, "time_s": 120.0, "done": 0, "total": 0}


@pytest.fixture
def offered(show: Show, own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Shown]:
    """A window with a model that was never measured, and a question that was answered. Measuring is a program that says
    how far it is and ends when a file appears."""
    know_machine(monkeypatch)
    script = tmp_path / "run.py"
    script.write_text(
        "import pathlib, sys, time\n"
        f"print({json.dumps(PROGRESS)!r}, file=sys.stderr, flush=True)\n"
        f"while not pathlib.Path({str(tmp_path / 'end')!r}).exists(): time.sleep(0.02)\n"
    )

    def scripted(**named: Any) -> Tunings:
        return Tunings(**named, command=(sys.executable, str(script)))

    monkeypatch.setattr(panel, "Tunings", scripted)

    def offered(language: str = "en", **named: Any) -> Shown:
        shown = show(PLUGIN, **named)
        shown.desktop.speaking.use(language)
        ask(shown)
        return shown

    install(Paths.find(own_home), "fake")
    return offered


def ask(shown: Shown) -> None:
    shown.type("Capital of France?")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: "Paris." in shown.texts() or any("Paris" in text for text in shown.texts()))


def there(shown: Shown, name: str) -> bool:
    return any(item.isVisible() for item in shown.items(name))


def test_it_is_offered_done_and_told(offered: Callable[..., Shown], own_home: Path, tmp_path: Path) -> None:
    shown = offered()
    shown.until(lambda: there(shown, "fitNow"))
    shown.click(shown.item("fitNow"))
    shown.until(lambda: any("Measuring how Tiny runs best" in text for text in shown.texts()))
    paths = Paths.find(own_home)
    keep(paths, record(install(paths, "fake")))
    (tmp_path / "end").touch()
    shown.until(lambda: any("now reads 2.0 times and writes 1.1 times" in text for text in shown.texts()))
    shown.click(shown.item("fitLater"))
    shown.until(lambda: not there(shown, "fitWords"))
    shown.until(lambda: not load_settings(paths, environ={}).desktop.offer_fit)


def test_in_a_small_window_it_leaves_the_room_to_the_question(offered: Callable[..., Shown]) -> None:
    shown = offered(settings=Settings(desktop=DesktopSettings(font_scale=1.5)))
    shown.until(lambda: there(shown, "fitNow"))
    shown.window.resize(480, 420)
    shown.until(lambda: not there(shown, "fitNow"))
    question = shown.item("question")
    assert question.mapToScene(question.boundingRect().bottomLeft()).y() < shown.window.height()
    shown.window.resize(900, 900)
    shown.until(lambda: there(shown, "fitNow"))


def test_not_now_is_for_good(offered: Callable[..., Shown], own_home: Path) -> None:
    shown = offered("zh")
    shown.until(lambda: there(shown, "fitNow"))
    assert any("调优" in text for text in shown.texts())
    shown.click(shown.item("fitLater"))
    shown.until(lambda: not there(shown, "fitNow"))
    shown.until(lambda: not load_settings(Paths.find(own_home), environ={}).desktop.offer_fit)
    ask(shown)
    assert not there(shown, "fitNow")


def test_a_model_that_is_fitted_is_not_offered(offered: Callable[..., Shown], own_home: Path) -> None:
    paths = Paths.find(own_home)
    keep(paths, record(install(paths, "fake")))
    shown = offered()
    state = shown.desktop.panel("models").property("state")
    shown.until(lambda: bool(state.value("loaded")))
    shown.settle()
    assert not there(shown, "fitNow")
