"""End-to-end tests: the real program and the real default model, in a home of their own.

`make test` brings the model once into a home outside the clone (`MYNA_TEST_HOME`). A test gets a home whose
models are hard links to those files, so that it may remove models, but must not write into their files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import openai
import pytest

import pulse as sound_server
from serving import Running, started

DEFAULT_MODEL = "smollm2-135m-instruct"
HERE = Path(__file__).parent

# Read before any test isolates the environment.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
_SHARED = Path(os.environ.get("MYNA_TEST_HOME") or _CACHE / "myna" / "test-home")
# Pip, where a test pulls through it, keeps the configuration and the cache of whoever runs the tests.
_PIP = {
    "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR") or str(_CACHE / "pip"),
    **({"PIP_CONFIG_FILE": str(file)} if (file := Path.home() / ".config" / "pip" / "pip.conf").is_file() else {}),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("e2e")
            if item.get_closest_marker("timeout") is None:
                # Real models and real time, perhaps on a machine that others use too.
                item.add_marker(pytest.mark.timeout(300))


class Ended(NamedTuple):
    """A run of `myna` that is over."""

    status: int
    out: str
    err: str


class Myna:
    """The installed command line, run in a home of its own."""

    script = Path(sys.executable).with_name("myna.exe" if os.name == "nt" else "myna")

    def __init__(self, home: Path) -> None:
        self.home = home

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        return {**_PIP, **os.environ, "MYNA_HOME": str(self.home), "PYTHONUNBUFFERED": "1", **(extra or {})}

    def __call__(
        self, *arguments: str, stdin: str | bytes = "", timeout: float = 90, env: Mapping[str, str] | None = None
    ) -> Ended:
        """Run a command to its end. Raises `subprocess.TimeoutExpired` after `timeout` seconds."""
        done = subprocess.run(
            [str(self.script), *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env=self.environment(env),
            timeout=timeout,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a command and leave it running, its three streams as pipes; use it in a `with`."""
        return subprocess.Popen(
            [str(self.script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(env),
        )


@pytest.fixture(scope="session")
def shared_models() -> Path:
    """The models folder that all end-to-end tests share; read only."""
    return _SHARED / "models"


@pytest.fixture
def install(shared_models: Path, own_home: Path) -> Callable[..., Path]:
    """Install models (catalog names) from `shared_models` in this test's `MYNA_HOME`, which is returned."""

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target)
        except OSError:
            # Another file system.
            shutil.copy2(source, target)
        return target

    def install(*models: str) -> Path:
        for model in models:
            if not (shared_models / model / "lock.toml").is_file():
                pytest.fail(
                    f"{model} is not in {shared_models}\n"
                    f"run `make test`, or: myna --home {_SHARED} models pull {model}",
                    pytrace=False,
                )
            shutil.copytree(shared_models / model, own_home / "models" / model, copy_function=link)
        return own_home

    return install


@pytest.fixture
def myna_home(install: Callable[..., Path]) -> Path:
    """A `MYNA_HOME` with the default model installed and nothing else in it."""
    return install(DEFAULT_MODEL)


@pytest.fixture
def default_model_file(myna_home: Path) -> Path:
    """The GGUF file of the default model."""
    return next((myna_home / "models" / DEFAULT_MODEL).glob("*.gguf"))


@pytest.fixture
def myna(myna_home: Path) -> Myna:
    """The command line with the default model: `myna("ask", "Hello").out`."""
    return Myna(myna_home)


@pytest.fixture
def bare_myna(own_home: Path) -> Myna:
    """The command line in an empty home, without any model."""
    return Myna(own_home)


@pytest.fixture
def pulse(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[sound_server.Pulse]:
    """A sound server of this test's own, which it and the programs that it starts use."""
    if missing := sound_server.missing():
        pytest.skip(f"needs {', '.join(missing)} (Debian: apt-get install pulseaudio pulseaudio-utils)")
    with tempfile.TemporaryDirectory(prefix="pulse") as folder, sound_server.Pulse(Path(folder)) as server:
        for name, value in server.environment.items():
            if name != "HOME":
                monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
async def asking(served: Running) -> AsyncIterator[openai.AsyncOpenAI]:
    """Of the server, closed in any case: a connection that is left open is held against another test."""
    url = f"{served.url}/v1"
    async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0, timeout=240) as client:
        yield client


@pytest.fixture
def served(myna: Myna) -> Iterator[Running]:
    """The running server with the default model."""
    with myna.start("serve", "--port", "0", "--json") as process:
        yield started(process)
        if process.poll() is None:
            process.terminate()
            process.wait(30)
