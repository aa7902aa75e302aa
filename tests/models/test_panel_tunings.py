"""What the page for models does to fit one to the machine: a program is started, read, stopped."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import myna_models.plugin
from fitted import install, keep, record
from myna.assistant import Assistant
from myna.config import PluginSettings
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings
from myna.testing import FakeDesk
from myna_models.installed import Store
from myna_models.panel.panel import ModelsPanel
from myna_models.panel.tunings import Tunings
from myna_models.tuning.state import state

PROGRESS = '{"stage": "speed", "setup": "Q8_0", "spent_s": 30.0, "time_s": 120.0, "done": 0, "total": 0}'


class Watched:
    def __init__(self, tmp_path: Path, script: str, command: tuple[str, ...] = ()) -> None:
        file = tmp_path / "run.py"
        file.write_text(f"import sys, time\nPROGRESS = {PROGRESS!r}\n" + textwrap.dedent(script))
        self.arrived: list[str] = []
        self._seen = asyncio.Event()
        self.tunings = Tunings(
            changed=self._seen.set, arrived=self.arrived.append, command=command or (sys.executable, str(file))
        )

    async def until(self, true: Callable[[], Any]) -> None:
        async with asyncio.timeout(60):
            while not true():
                self._seen.clear()
                await asyncio.wait([asyncio.create_task(self._seen.wait())], timeout=0.05)


async def test_progress_is_shown_and_the_end_is_told(tmp_path: Path) -> None:
    watched = Watched(tmp_path, "print(PROGRESS, file=sys.stderr, flush=True); sys.stdin.read(); time.sleep(0.5)")
    watched.tunings.start("tiny")
    watched.tunings.start("tiny")
    await watched.until(lambda: watched.tunings.shown()["tiny"]["part"] == 0.25)
    shown = watched.tunings.shown()["tiny"]
    assert (shown["state"], shown["stage"], shown["setup"]) == ("running", "speed", "Q8_0")
    await watched.until(lambda: watched.arrived)
    assert watched.arrived == ["tiny"]
    assert watched.tunings.shown() == {}


async def test_a_failure_is_shown_until_it_is_put_away(tmp_path: Path) -> None:
    error = '{"error": {"code": "disk-full", "message": "no space left", "hint": "make room"}}'
    watched = Watched(tmp_path, f"print('a warning', file=sys.stderr); print({error!r}, file=sys.stderr); sys.exit(3)")
    watched.tunings.start("tiny")
    await watched.until(lambda: watched.tunings.shown().get("tiny", {}).get("state") == "failed")
    assert watched.tunings.shown()["tiny"]["error"]["code"] == "disk-full"
    watched.tunings.pause("tiny")
    assert watched.tunings.shown() == {}


@pytest.mark.parametrize("said", ["", "not JSON at all", '{"error": 5}'])
async def test_an_end_without_a_reason_is_a_failure_too(tmp_path: Path, said: str) -> None:
    watched = Watched(tmp_path, f"print({said!r}, file=sys.stderr); sys.exit(1)")
    watched.tunings.start("tiny")
    await watched.until(lambda: watched.tunings.shown().get("tiny", {}).get("state") == "failed")
    assert "ended before it was done" in watched.tunings.shown()["tiny"]["error"]["message"]


async def test_a_pause_stops_the_program_and_is_no_failure(tmp_path: Path) -> None:
    watched = Watched(tmp_path, "print(PROGRESS, file=sys.stderr, flush=True); time.sleep(600)")
    watched.tunings.start("tiny")
    await watched.until(lambda: watched.tunings.shown()["tiny"]["part"] > 0)
    watched.tunings.pause("tiny")
    watched.tunings.pause("nobody")
    await watched.until(lambda: watched.arrived)
    assert watched.tunings.shown() == {}


async def test_a_program_that_does_not_listen_is_ended_with_the_desktop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myna_models.panel.tunings.CLOSE_S", 0.2)
    script = (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(PROGRESS, file=sys.stderr, flush=True)"
    )
    watched = Watched(tmp_path, script + "; time.sleep(600)")
    watched.tunings.start("tiny")
    await watched.until(lambda: watched.tunings.shown()["tiny"]["part"] > 0)
    await watched.tunings.close()


async def test_a_program_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    watched = Watched(tmp_path, "", command=("/no/such/program",))
    watched.tunings.start("tiny")
    await watched.until(lambda: watched.tunings.shown()["tiny"]["state"] == "failed")
    assert "cannot be started" in watched.tunings.shown()["tiny"]["error"]["message"]


async def test_the_page_shows_where_a_model_stands_and_undoes_it(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("myna_models.panel.panel.ModelsPanel._look", lambda _: None)
    model = install(paths)
    keep(paths, record(model))
    host = PluginHost.load(PluginSettings(), extra=[("models", myna_models.plugin)], entry_points=())
    async with await Assistant.open(paths, load_settings(paths, environ={}), host=host) as assistant:
        desk = FakeDesk(assistant)
        panel = ModelsPanel(desk)
        await panel.open()

        def fitted() -> dict[str, Any]:
            return next(row["optimized"] for row in desk.state["models"] if row["id"] == "tiny")

        assert (fitted()["state"], fitted()["prefill_ratio"]) == ("optimized", 2.0)
        await panel.act("as-fetched", {"id": "tiny"})
        assert fitted()["state"] == "never"
        assert state(model, Store(paths.models)).state == "never"
        await panel.close()
