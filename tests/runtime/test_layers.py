"""What may import what, and what must not be imported at the start of every command."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HEAVY = (
    "PySide6",
    "ctranslate2",
    "faster_whisper",
    "httpx",
    "huggingface_hub",
    "jinja2",
    "livekit",
    "llama_cpp",
    "numpy",
    "onnxruntime",
    "piper",
    "prompt_toolkit",
    "psutil",
    "rich",
    "sounddevice",
    "soxr",
    "sqlalchemy",
    "tomlkit",
    "wyoming",
)
"""Libraries that either cost time at every start, or belong in a worker or behind an extra."""

LIGHT = ("myna.host", "myna.settings", "myna.logs", "myna.hookspecs", "myna.testing")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_imports_go_one_way():
    """The contracts in pyproject.toml."""
    program = shutil.which("lint-imports", path=Path(sys.executable).parent)
    assert program, "import-linter is in the dev group"
    linted = run(program, "--no-cache", "--no-logo")
    assert linted.returncode == 0, linted.stdout + linted.stderr
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in linted.stdout


def imported(statement: str) -> set[str]:
    """Top-level names of all modules that a fresh interpreter has after `statement`."""
    code = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    started = run(sys.executable, "-c", code)
    assert started.returncode == 0, started.stderr
    return set(started.stdout.split())


@pytest.mark.parametrize("module", LIGHT)
def test_a_module_of_the_host_is_light(module):
    assert not imported(f"import {module}") & set(HEAVY)


def test_loading_all_plugins_and_settings_is_light(tmp_path):
    found = imported(
        "from myna.host import PluginHost\n"
        "from myna.paths import Paths\n"
        "from myna.settings import load_settings\n"
        f"settings = load_settings(Paths.find({str(tmp_path)!r}), environ={{}})\n"
        "host = PluginHost.load(settings.plugins)\n"
        "host.commands(), host.engines(), host.model_sources(), host.benchmarks(), host.demo_steps()\n"
    )
    assert not found & set(HEAVY)


def test_the_check_sees_what_is_imported():
    assert "rich" in imported("import rich")
