"""What the guard adds to Myna."""

from __future__ import annotations

from collections.abc import Sequence

from myna.bench import BenchInfo
from myna.hookspecs import Need, hookimpl


class GuardPlugin:
    """Screens what is asked, and filters what is answered."""

    MYNA_NEEDS: tuple[Need, ...] = ("files",)

    @hookimpl
    def myna_register_benchmarks(self) -> Sequence[BenchInfo]:
        return ()
