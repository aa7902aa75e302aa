"""A machine that is never short of anything."""

from __future__ import annotations

from ..config import Settings
from ..pressure import Step
from ..reduction import Reduction


class FakeReduction(Reduction):
    """Gives every turn what it asked for, and never looks at the machine that the tests run on."""

    def __init__(self) -> None:
        super().__init__(Settings())

    async def choose(self, name: str) -> Step:
        return Step(name)
