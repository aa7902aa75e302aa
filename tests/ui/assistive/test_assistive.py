"""A screen reader sees the window, over the accessibility bus of a session of its own on a screen of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SYSTEM_PYTHON = "/usr/bin/python3"
NEEDED = (
    "libexec/at-spi-bus-launcher",
    "lib/python3/dist-packages/gi",
    "lib/*/girepository-1.0/Atspi-2.0.typelib",
)
"""Below /usr."""
CONTROLS = {"push button", "check box", "radio button", "combo box", "text", "slider", "page tab", "progress bar"}
PAGES = ("conversation", "history", "voice", "models", "prompts", "safety", "plugins", "health", "settings")

pytestmark = [
    # Only says when a test has failed: every line of a page is a call over the bus.
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="Xvfb is not installed"),
    pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed"),
    pytest.mark.skipif(
        not all(any(Path("/usr").glob(one)) for one in NEEDED), reason="AT-SPI and its bindings are not installed"
    ),
]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    command = ["xvfb-run", "-a", "dbus-run-session", "--", SYSTEM_PYTHON, str(HERE / "reader.py")]
    program = [sys.executable, str(HERE / "program.py"), str(home)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "DBUS_", "MYNA_"))}
    environ |= {
        "QT_QPA_PLATFORM": "xcb",
        "QT_QUICK_BACKEND": "software",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
    }
    ended = subprocess.run([*command, *program], env=environ, capture_output=True, text=True, check=False, timeout=280)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_with_named_controls(seen: dict[str, Any], page: str) -> None:
    shown = seen[page]
    tabs = [one["name"] for one in shown if one["role"] == "page tab" and "selected" in one["states"]]
    assert page.capitalize() in tabs
    controls = [one for one in shown if one["role"] in CONTROLS]
    assert len(controls) > len(PAGES)
    assert [one for one in controls if not one["name"]] == []
    assert [one for one in shown if "focused" in one["states"] and not one["name"]] == []


def test_what_is_chosen_is_said(seen: dict[str, Any]) -> None:
    policies = [one for one in seen["safety"] if one["role"] == "radio button"]
    assert [one["name"].split(".")[0] for one in policies if "checked" in one["states"]] == ["default"]
    language = next(one for one in seen["settings"] if (one["role"], one["name"]) == ("combo box", "Language"))
    assert language["description"] != ""


def test_messages_are_items_of_a_list(seen: dict[str, Any]) -> None:
    items = [one["name"] for one in seen["answer"] if one["role"] == "list item"]
    assert items[0] == "You: Say something"
    assert items[1].startswith("Myna: The first sentence.")


def test_an_answer_is_announced_by_the_sentence(seen: dict[str, Any]) -> None:
    assert seen["said"] == ["The first sentence.", "The second one!", "第三句在这里。", "And the rest"]
