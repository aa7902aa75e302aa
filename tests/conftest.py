"""What every test stands on: a home of its own, asyncio, and a log in which nothing unexpected appears."""

from __future__ import annotations

import faulthandler
import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("myna", deadline=None)
hypothesis.settings.load_profile("myna")

COMPLETE = bool(os.environ.get("MYNA_TEST_COMPLETE"))
"""Everything that tests need is installed here: one that is skipped for want of it has failed."""

MAY_BE_SKIPPED = ("root may write anywhere", "there is no IPv6", "IPv6 is switched off")
"""Reasons that do not depend on what is installed."""

TEARDOWN_S = 120
"""A test that its timeout ended inside an event loop leaves asynchronous fixtures that wait for it for good.
As long as a test may take (`timeout` in pyproject.toml)."""

_STDERR = pytest.StashKey[int]()

LOCALE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def _skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if COMPLETE and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if not any(allowed in reason for allowed in MAY_BE_SKIPPED):
            report.outcome = "failed"
            report.longrepr = f"{report.nodeid}: {reason}, and MYNA_TEST_COMPLETE is set"


def pytest_configure(config: pytest.Config) -> None:
    # What tests print is caught while they run.
    config.stash[_STDERR] = os.dup(2)


def pytest_unconfigure(config: pytest.Config) -> None:
    os.close(config.stash[_STDERR])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """End the run, and show where it stands, if a test cannot be cleared away."""
    faulthandler.dump_traceback_later(TEARDOWN_S, exit=True, file=item.config.stash[_STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _skipped(report)
    return report


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `MYNA_HOME` and `HOME`, no settings from outside, English messages. Returns `MYNA_HOME`."""
    for name in list(os.environ):
        if name.startswith(("MYNA_", "XDG_")):
            monkeypatch.delenv(name)
    for name in LOCALE:
        monkeypatch.delenv(name, raising=False)
    user = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("HOME", str(user))
    monkeypatch.setenv("USERPROFILE", str(user))
    monkeypatch.setenv("LANG", "C.UTF-8")
    home = user / "myna"
    monkeypatch.setenv("MYNA_HOME", str(home))
    return home


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs a warning or an error nobody asked for.

    A test that takes `caplog` looks for itself; one marked `logs` logs on purpose.
    """
    if "caplog" in request.fixturenames or request.node.get_closest_marker("logs"):
        yield
        return
    kept = _Kept()
    root = logging.getLogger()
    root.addHandler(kept)
    try:
        yield
    finally:
        root.removeHandler(kept)
    if kept.records:
        said = "\n".join(f"{record.levelname} {record.name}: {record.getMessage()}" for record in kept.records)
        pytest.fail(
            f"unexpected in the log (take `caplog` or mark the test `logs` if it belongs there):\n{said}", False
        )
