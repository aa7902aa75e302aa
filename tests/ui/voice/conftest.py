"""A window that is talked to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from myna.testing import FakeEngine

from ..conftest import Shown
from .talker import ANSWER, Panel, Talker, plugin, settings


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    Panel.made.clear()
    yield
    Panel.no_device = Panel.no_model = None


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([f"{word} " for word in ANSWER.split()])


@pytest.fixture
def talker(show: Callable[..., Shown]) -> Callable[..., Talker]:
    def talker(**speech: Any) -> Talker:
        return Talker(show(plugin(), settings=settings(**speech)))

    return talker
