"""What a measurement is. The runner behind `myna bench` is in `myna.cli.bench`."""

from __future__ import annotations

from typing import Literal

import msgspec


class BenchInfo(msgspec.Struct, frozen=True):
    """A group of measurements, named on the command line."""

    name: str
    summary: str
    target: str
    """Import string of `async def run(context: BenchContext) -> list[Measurement]`."""


class Measurement(msgspec.Struct, frozen=True):
    """One figure, beside its peer measured in the same run."""

    name: str
    value: float
    unit: str
    better: Literal["higher", "lower"]
    peer: str = ""
    """What it is compared with; empty for a figure that stands alone."""
    peer_value: float | None = None
    ratio: float | None = None
    """`value` over `peer_value`."""
    runs: int = 1
    """Counted runs behind the medians."""
    machine: str = ""
    target: float | None = None
    """The ratio that is asked for, where one is."""
