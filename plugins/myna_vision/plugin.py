"""What vision adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.engine.protocols import EngineInfo
from myna.hookspecs import hookimpl

MYNA_NEEDS = ("files",)


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return ()
