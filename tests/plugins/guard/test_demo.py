"""The part of the demo that shows a filter."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from myna.assistant import Assistant
from myna.config import PluginSettings, Settings
from myna.host import PluginHost
from myna.paths import Paths
from myna_guard.chinese import CHINESE
from myna_guard.demo import TEXTS, policy
from myna_guard.plugin import GuardPlugin

pytestmark = pytest.mark.anyio


async def test_the_demo_masks_in_both_languages_and_leaves_harmless_words(own_home: Path) -> None:
    host = PluginHost.load(PluginSettings(), entry_points=())
    printed = io.StringIO()
    async with await Assistant.open(Paths.find(own_home), Settings(), host=host) as assistant:
        timings = await policy(assistant, Console(file=printed, width=200))
    assert [line for line in printed.getvalue().splitlines() if not line.startswith("›")] == [
        "My card is [card]; write to [email].  (personal-data: mask)",
        "我的手机号是 [phone]。  (personal-data: mask)",
        TEXTS[-1],
    ]
    assert set(timings) == {"load", "check"}


def test_its_title_and_stages_are_translated() -> None:
    (step,) = GuardPlugin().myna_register_demo_steps()
    assert CHINESE[step.title]
    assert CHINESE["check"]
