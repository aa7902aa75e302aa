"""The recipes in `deploy/kiosk`, with the real compositor and a real X server, and a small program as the kiosk."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RECIPES = ROOT / "deploy" / "kiosk"
UNITS = ["myna-kiosk.service", "myna-kiosk-x11.service"]
# cage does not run as root; a namespace with another name for the same user is enough.
SOMEBODY = ["unshare", "-U", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., int]:
    """`start(what, program)` runs the recipe with a shell script in the place of Myna; its exit status."""
    tmp_path.chmod(0o700)

    def start(what: str, program: str, **more: str) -> int:
        myna = tmp_path / "myna"
        myna.write_text(f"#!/bin/sh\n{program}\n")
        myna.chmod(0o755)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "MYNA": str(myna),
            "RUNTIME_DIRECTORY": str(tmp_path),
            "XDG_RUNTIME_DIR": str(tmp_path),
            "WLR_BACKENDS": "headless",
            "WLR_RENDERER": "pixman",
            "WATCHDOG_PID": "1",
            **more,
        }
        run = subprocess.run(
            [*(SOMEBODY if what == "cage" else []), str(RECIPES / "start"), what],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return run.returncode

    return start


SAYS = 'echo "$1 $2 [$WAYLAND_DISPLAY] [$DISPLAY] [$WATCHDOG_PID]" > "$HOME/said"; '
KILLED = "kill -9 $$"


@needs("cage", "Xwayland")
@pytest.mark.parametrize(("program", "status"), [("exit 0", 0), ("exit 75", 75), (KILLED, 137)])
def test_cage_shows_the_kiosk_and_the_service_ends_as_it_did(
    start: Callable[..., int], tmp_path: Path, program: str, status: int
) -> None:
    assert start("cage", SAYS + program) == status
    said = (tmp_path / "said").read_text()
    assert said.startswith("desktop --kiosk [wayland-")
    assert said.rstrip().endswith("[]"), "the watchdog is fed for the main process"


@needs("cage", "Xwayland")
def test_where_the_compositor_goes_the_service_has_failed(start: Callable[..., int]) -> None:
    # The shell that would keep the status goes with it.
    assert start("cage", 'kill -9 "$PPID"; kill -9 $$') == 1


@needs("xinit", "xset", "Xvfb")
@pytest.mark.parametrize(("program", "status"), [("exit 0", 0), ("exit 75", 75), (KILLED, 137)])
def test_x11_shows_the_kiosk_and_the_service_ends_as_it_did(
    start: Callable[..., int], tmp_path: Path, program: str, status: int
) -> None:
    display = f":{200 + os.getpid() % 700}"
    server = tmp_path / "server"
    # Without the terminal that a real one is given.
    server.write_text('#!/bin/sh\nexec Xvfb "$1" -screen 0 800x480x24 -nolisten tcp\n')
    server.chmod(0o755)
    assert start("x11", SAYS + program, X_SERVER=str(server), X_DISPLAY=display) == status
    assert (tmp_path / "said").read_text().startswith(f"desktop --kiosk [] [{display}")


def test_an_unknown_recipe_is_named(start: Callable[..., int]) -> None:
    assert start("wayland", "exit 0") == 2


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_the_units_and_finds_them_closed(unit: str, tmp_path: Path) -> None:
    copy = tmp_path / unit
    copy.write_text((RECIPES / unit).read_text(encoding="utf-8").replace("/opt/myna", str(ROOT)), encoding="utf-8")
    verify = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(copy)]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    # 2.0 of 10, where systemd's own services have 2 to 9; `systemd-analyze security` shows what is left and why.
    security = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", str(copy)]
    assert subprocess.run(security, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("unit", UNITS)
def test_only_an_administrator_ends_the_service_for_good(unit: str) -> None:
    lines = (RECIPES / unit).read_text(encoding="utf-8").splitlines()
    assert "Restart=on-failure" in lines
    assert "StartLimitIntervalSec=0" in lines
    assert any(line.startswith("ExecStart=/opt/myna/deploy/kiosk/start ") for line in lines)
    for script in ("start", "program"):
        assert os.access(RECIPES / script, os.X_OK)
