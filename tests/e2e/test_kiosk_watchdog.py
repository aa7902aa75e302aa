"""The real kiosk under a supervisor that behaves as systemd does: frozen, it is not fed, so it is started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

import myna_ui.kiosk.starts as starts_module
from model_workers import model_workers
from myna.paths import Paths
from myna_ui.kiosk import keeping
from myna_ui.kiosk.places import Places

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")

WATCHDOG_S = 8.0
"""Long enough for a machine that others use too."""

PROFILE = """
inputs = ["text"]
plugins = []
policies = ["off"]
audit = "off"
models = ["smollm2-135m-instruct"]
"""

# The program, with a file that freezes Qt's thread, and nothing else, once it is there.
FREEZABLE = """
import os, pathlib, time
import myna_ui.kiosk.watchdog as watchdog
from PySide6.QtCore import QTimer

start, file = watchdog.Watchdog.start, pathlib.Path(os.environ["KIOSK_TEST_FREEZE"])

def freeze():
    if file.exists():
        file.unlink()
        time.sleep(3600)

def started(self):
    start(self)
    self.freezing = QTimer(self, interval=50)
    self.freezing.timeout.connect(freeze)
    self.freezing.start()

watchdog.Watchdog.start = started
from myna.cli.main import main
main()
"""


class Supervisor:
    """One service: what it says, whether it is alive, and a new start when it is not."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.freeze = folder / "freeze"
        profile = folder / "kiosk.toml"
        profile.write_text(PROFILE, encoding="utf-8")
        address = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(address))
        self._program = [sys.executable, "-c", FREEZABLE, "desktop", "--kiosk", "--profile", str(profile)]
        self._environment = {
            **os.environ,
            "MYNA_HOME": str(home),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "NOTIFY_SOCKET": str(address),
            "WATCHDOG_USEC": str(round(WATCHDOG_S * 1e6)),
            "KIOSK_TEST_FREEZE": str(self.freeze),
        }
        self.starts = 0
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._program, env=self._environment, start_new_session=True)
        self.starts += 1
        self._ready = False
        self._fed = 0.0

    def hear(self, timeout_s: float) -> str | None:
        """The next thing that it says."""
        self._socket.settimeout(timeout_s)
        try:
            return self._socket.recv(4096).decode()
        except TimeoutError:
            return None

    def supervise(self, until: Callable[[str], bool]) -> None:
        """As systemd does, until it says what is waited for: not fed in time, it is killed and started again."""
        deadline = time.monotonic() + 200
        while time.monotonic() < deadline:
            said = self.hear(0.5)
            if said == "READY=1":
                self._ready, self._fed = True, time.monotonic()
            elif said == "WATCHDOG=1":
                self._fed = time.monotonic()
            if said is not None and until(said):
                return
            if self._ready and time.monotonic() - self._fed > WATCHDOG_S:
                self.kill()
                self.start()
        raise AssertionError("the kiosk did not say what was waited for")

    def kill(self) -> None:
        """All of the service's processes, as systemd does with its control group."""
        family = [self.process.pid, *(one.pid for one in psutil.Process(self.process.pid).children(recursive=True))]
        for pid in family:
            os.kill(pid, signal.SIGKILL)
        self.process.wait(30)

    def another(self) -> subprocess.CompletedProcess[bytes]:
        """The same kiosk once more."""
        environment = {name: value for name, value in self._environment.items() if name != "NOTIFY_SOCKET"}
        return subprocess.run(self._program, env=environment, capture_output=True, timeout=60, check=False)

    def close(self) -> None:
        if self.process.poll() is None:
            self.kill()
        self._socket.close()


@pytest.fixture
def places(myna_home: Path) -> Places:
    return Places.find(Paths.find(myna_home))


@pytest.fixture
def supervisor(myna_home: Path, tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(myna_home, tmp_path)
    yield made
    made.close()


def workers(pid: int) -> list[int]:
    return [worker.pid for worker in model_workers(pid)]


def window_frozen(supervisor: Supervisor) -> None:
    supervisor.freeze.touch()


def process_stopped(supervisor: Supervisor) -> None:
    os.kill(supervisor.process.pid, signal.SIGSTOP)


def worker_stopped(supervisor: Supervisor) -> None:
    [worker] = workers(supervisor.process.pid)
    os.kill(worker, signal.SIGSTOP)


@pytest.mark.parametrize("freeze", [window_frozen, process_stopped, worker_stopped])
def test_a_frozen_kiosk_is_started_again(
    supervisor: Supervisor, freeze: Callable[[Supervisor], None], places: Places
) -> None:
    supervisor.supervise(lambda said: said == "STATUS=attract, models loaded")
    supervisor.supervise(lambda said: said == "WATCHDOG=1")
    old, before = supervisor.process.pid, supervisor.starts
    kept = keeping.read(places.starts, starts_module.Kept)
    assert kept is not None
    freeze(supervisor)
    supervisor.supervise(lambda said: said == "READY=1")
    assert supervisor.starts == before + 1
    assert supervisor.process.pid != old
    assert not psutil.pid_exists(old)
    after = keeping.read(places.starts, starts_module.Kept)
    assert after is not None
    assert len(after.crashes) == len(kept.crashes) + 1, "the new start knows that the old one fell over"
    # And it works.
    supervisor.supervise(lambda said: said == "STATUS=attract, models loaded")
    supervisor.supervise(lambda said: said == "WATCHDOG=1")


def test_there_is_one_and_it_ends_as_asked_and_says_so(supervisor: Supervisor, places: Places) -> None:
    supervisor.supervise(lambda said: said == "WATCHDOG=1")
    second = supervisor.another()
    assert second.returncode == 2
    assert b"another kiosk is running here" in second.stderr
    supervisor.process.terminate()
    supervisor.supervise(lambda said: said == "STOPPING=1")
    assert supervisor.process.wait(60) == 0
    kept = keeping.read(places.starts, starts_module.Kept)
    assert kept is not None
    assert not kept.running


@pytest.fixture
def after_a_power_cut(places: Places) -> Places:
    """What a disk may look like then."""
    half = {
        places.starts: b'{"crashes": [17',
        places.attempts: b"",
        places.current: b"\x00" * 40,
        places.root / "lock": b"4711",
        places.paths.database: b"SQLite format 3\x00 and then nothing",
        places.paths.database.with_name("conversations.db-wal"): b"\x37\x7f\x06\x82",
        places.temporary / "heard.wav": b"RIFF",
        places.paths.cache / "prefix" / "1.partial": b"\x00",
    }
    for path, data in half.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return places


def test_a_power_cut_leaves_nothing_that_stops_the_next_start(
    after_a_power_cut: Places, supervisor: Supervisor
) -> None:
    supervisor.supervise(lambda said: said == "STATUS=attract, models loaded")
    assert list(after_a_power_cut.temporary.iterdir()) == []
    assert not after_a_power_cut.paths.database.exists()


@pytest.fixture
def after_many_crashes(places: Places) -> Places:
    now = time.time()
    crashes = tuple(now - back for back in (50, 40, 30, 20))
    keeping.write(places.starts, starts_module.Kept(crashes, True, now))
    return places


def test_after_many_crashes_a_still_screen_is_shown_and_fed(after_many_crashes: Places, supervisor: Supervisor) -> None:
    assert after_many_crashes.starts.exists()
    supervisor.supervise(lambda said: said == "STATUS=trouble")
    supervisor.supervise(lambda said: said == "WATCHDOG=1")
    supervisor.supervise(lambda said: said == "WATCHDOG=1")
    assert supervisor.starts == 1
    assert workers(supervisor.process.pid) == []
