"""Plugins of strangers: built and installed by pip, found by their entry point, run in a fresh interpreter."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
HELLO = ROOT / "docs" / "examples" / "myna-hello"

EXERCISE = """
import asyncio, json
from myna.config import PluginSettings
from myna.events import TextDelta, TurnFinished
from myna.host import PluginHost
from myna.messages import system
from myna.testing import draft, stream_async
import myna_hello.plugin

async def main():
    host = PluginHost.load(PluginSettings(only=("hello", "pirate")))
    turn = draft("Where are we?", history=[system("Be brief.")])
    await host.prepare_turn(turn)
    verdict = await host.screen_input(turn.messages[-1], turn)
    shown = await stream_async(host.open_output_filter(turn), ["A kra", "ken, and kra", "bs"])
    for event in (TextDelta(turn="t", epoch=1, text="hi"), TurnFinished(turn="t", epoch=1, reason="stop")):
        host.observe(event)
    print(json.dumps({
        "plugins": [
            {"name": p.name, "state": p.state, "error": p.error, "path": p.path, "version": p.version,
             "distribution": p.distribution, "hooks": p.hooks}
            for p in host.plugins() if p.state != "disabled"
        ],
        "commands": [command.name for command in host.commands()],
        "messages": [message.text for message in turn.messages],
        "verdict": verdict.action,
        "shown": shown,
        "finished": myna_hello.plugin.plugin.finished,
    }))

asyncio.run(main())
"""


class Seen(msgspec.Struct):
    plugins: list[dict[str, object]]
    commands: list[str]
    messages: list[str]
    verdict: str
    shown: list[str]
    finished: dict[str, int]


def run(*command: str, path: Path | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environ |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    if path is not None:
        environ["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, *command], env=environ, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )


def write_first_plugin(folder: Path) -> Path:
    """The plugin that docs/plugins.md tells the reader to write, from its own code blocks."""
    document = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    for name, text in re.findall(
        r"^```\w+\n# (pyproject\.toml|myna_pirate\.py)\n(.*?)^```$", document, re.MULTILINE | re.DOTALL
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sources() -> set[Path]:
    """The files of the example before it is built."""
    return {file for file in HELLO.rglob("*") if "__pycache__" not in file.parts}


@pytest.fixture(scope="module")
def installed(sources: set[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both plugins installed in it, and nothing else."""
    target = tmp_path_factory.mktemp("installed")
    first = write_first_plugin(tmp_path_factory.mktemp("myna-pirate"))
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--disable-pip-version-check")
    pip = run("-m", "pip", "install", "--quiet", *options, "--target", str(target), str(HELLO), str(first))
    assert pip.returncode == 0, pip.stderr
    return target


def test_installed_plugins_are_found_listed_and_called(installed, tmp_path):
    done = run("-c", EXERCISE, path=installed, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    seen = msgspec.json.decode(done.stdout, type=Seen)
    assert seen.plugins == [
        {
            "name": "hello",
            "state": "active",
            "error": "",
            "path": str(installed / "myna_hello" / "plugin.py"),
            "version": "0.1.0",
            "distribution": "myna-hello",
            "hooks": ["myna_register_commands", "myna_prepare_turn", "myna_open_output_filter", "myna_observe"],
        },
        {
            "name": "pirate",
            "state": "active",
            "error": "",
            "path": str(installed / "myna_pirate.py"),
            "version": "1.0",
            "distribution": "myna-pirate",
            "hooks": ["myna_prepare_turn"],
        },
    ]
    assert seen.commands == ["hello"]
    assert seen.messages[0] == "Answer like a pirate."
    assert seen.messages[1].endswith("sailor's words.\n\nBe brief.")
    assert seen.messages[2:] == ["Where are we?"]
    assert seen.verdict == "allow"
    assert seen.shown == ["A ", "******, and ", "krabs", ""]
    assert seen.finished == {"stop": 1}


def test_the_command_of_a_plugin_is_a_command_of_myna(installed, own_home):
    greeted = run("-m", "myna.cli", "hello", "Ishmael", path=installed)
    assert (greeted.returncode, greeted.stdout) == (0, "Ahoy, Ishmael!\n"), greeted.stderr
    listed = run("-m", "myna.cli", "--help", path=installed)
    assert "Greet somebody, as a sailor does" in listed.stdout
    table = run("-m", "myna.cli", "plugins", "list", "--json", path=installed)
    states = {plugin["name"]: plugin["state"] for plugin in msgspec.json.decode(table.stdout)}
    assert (states["hello"], states["pirate"]) == ("active", "active")


def test_a_plugin_that_is_switched_off_is_gone(installed, own_home):
    switched = run("-m", "myna.cli", "config", "set", "plugins.disabled", "hello", path=installed)
    assert switched.returncode == 0, switched.stderr
    greeted = run("-m", "myna.cli", "hello", path=installed)
    assert (greeted.returncode, greeted.stdout) == (2, "")


def test_the_tests_of_the_example_pass(installed, tmp_path):
    # With the settings of the example, not with those of this repository.
    options = ("-q", "-p", "no:cacheprovider", "-c", str(HELLO / "pyproject.toml"))
    tests = run("-m", "pytest", *options, str(HELLO / "tests"), path=installed, cwd=tmp_path)
    assert tests.returncode == 0, tests.stdout
    assert " passed" in tests.stdout


def test_building_leaves_nothing_behind(sources, installed):
    assert {file for file in HELLO.rglob("*") if "__pycache__" not in file.parts} == sources
