"""The window among other windows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QIcon, QWindow
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myna.testing import FakeEngine
from myna_ui.app import ICON, Session
from myna_ui.speaking import Speaking
from myna_ui.system.geometry import Geometry, Remembered, apply, keep, read
from myna_ui.system.instance import Instance
from myna_ui.system.tray import Tray

from .conftest import Shown

Show = Callable[..., Shown]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that are ended with the test, whatever happens."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def desktop(home: Path, *more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    command = [sys.executable, "-m", "myna.cli", "--home", str(home), "desktop", *more]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def test_a_second_instance_calls_the_first_and_leaves(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.asked):
        assert not second.claim()
    first.release()
    assert second.claim()
    second.release()


def test_instances_of_two_homes_do_not_know_one_another(qapp: QApplication, tmp_path: Path) -> None:
    first, second = Instance(tmp_path / "a"), Instance(tmp_path / "b")
    assert first.claim()
    assert second.claim()
    first.release()
    second.release()


def test_a_folder_that_cannot_be_written_is_not_taken_for_another_instance(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    first, second = Instance(file / "data"), Instance(file / "data")
    assert first.claim()
    with qtbot.waitSignal(first.asked):
        assert not second.claim()
    first.release()


def test_a_first_instance_that_was_killed_leaves_its_place(
    qapp: QApplication, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom PySide6.QtCore import QCoreApplication\n"
        "from myna_ui.system.instance import Instance\napp = QCoreApplication([])\n"
        "one = Instance(Path(sys.argv[1]))\nprint(one.claim(), flush=True)\ntime.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    started.append(holder)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"True"
    assert not Instance(tmp_path).claim()
    holder.kill()
    holder.wait()
    next_one = Instance(tmp_path)
    assert next_one.claim()
    next_one.release()


def test_the_place_of_the_window_is_remembered(qapp: QApplication, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "window.json"
    window = QWindow()
    window.setGeometry(QRect(20, 30, 640, 480))
    Remembered(window, file).keep()
    other = QWindow()
    place = read(file)
    assert place == Geometry(20, 30, 640, 480)
    apply(other, place)
    assert other.geometry() == QRect(20, 30, 640, 480)


def test_a_window_that_was_on_a_screen_that_is_gone_comes_back(qapp: QApplication) -> None:
    window = QWindow()
    apply(window, Geometry(50_000, 50_000, 5_000, 4_000))
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert window.width() <= screen.width()
    assert window.height() <= screen.height()
    assert window.x() < screen.right()


@pytest.mark.parametrize("content", [b"", b"{", b'{"x":1}', b'{"x":1,"y":2,"width":-3,"height":1e99}', b"\xff\xfe"])
def test_a_broken_file_of_the_place_is_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "window.json"
    file.write_bytes(content)
    assert read(file) is None


def test_a_place_that_cannot_be_kept_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    keep(tmp_path / "file" / "window.json", Geometry(0, 0, 300, 300))
    assert (tmp_path / "file").read_text() == "in the way"


def test_the_tray_speaks_the_language_of_the_window(qapp: QApplication) -> None:
    speaking = Speaking("en")
    tray = Tray(QIcon(str(ICON)), speaking)
    assert [action.text() for action in tray._menu.actions() if action.text()] == [
        "Open Myna",
        "New conversation",
        "Quit",
    ]
    speaking.use("zh")
    assert tray._open.text() == "打开 Myna"
    # There is no tray offscreen: then closing the window ends the program.
    tray.use(True)
    assert not tray.there


def test_closing_the_window_during_an_answer_ends_the_answer(
    show: Show,
    use_engine: Callable[[FakeEngine], None],
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statuses: list[int] = []
    monkeypatch.setattr(qapp, "exit", statuses.append)
    engine = FakeEngine(["One ", "two ", "three"], hold_after=1)
    use_engine(engine)
    shown = show()
    old = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    session = Session(qapp, shown.desktop, shown.window, tmp_path)
    conversation = shown.desktop.property("conversation")
    conversation.ask("Count")
    shown.until(lambda: engine.running == 1)
    shown.window.close()
    assert statuses == [0]
    shown.desktop.close()
    for number, handler in old.items():
        signal.signal(number, handler)
    del session
    assert engine.running == 0
    assert engine.cancelled == 1
    assert read(tmp_path / "window.json") is not None


def test_a_click_on_everything_during_the_start_breaks_nothing(show: Show) -> None:
    shown = show(ready=False)
    shown.type("Hello")
    for item in list(shown.everything()):
        if item.isVisible() and item.property("clicked") is not None and hasattr(item, "click"):
            item.click()  # type: ignore[attr-defined]
    shown.desktop.setProperty("page", "nowhere")
    shown.desktop.begin()
    shown.until(lambda: shown.desktop.property("ready"))


def test_the_program_ends_when_it_is_told_to(own_home: Path, started: list[subprocess.Popen[bytes]]) -> None:
    process = desktop(own_home)
    started.append(process)
    lock = own_home / "data" / "desktop.lock"
    until(lambda: lock.exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    second = desktop(own_home)
    started.append(second)
    assert second.wait(60) == 0
    process.send_signal(signal.SIGTERM)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in complaints
    assert not lock.exists()


def test_without_a_display_the_desktop_says_so(own_home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    environment.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, "-m", "myna.cli", "desktop"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.splitlines() == ["myna: there is no display here", "hint: myna chat"]


def test_the_desktop_file_is_valid() -> None:
    file = ROOT / "deploy" / "desktop" / "myna.desktop"
    lines = dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    assert lines["Exec"] == "myna desktop"
    assert lines["Name[zh_CN]"]
    if shutil.which("desktop-file-validate"):
        assert subprocess.run(["desktop-file-validate", file], check=False).returncode == 0
