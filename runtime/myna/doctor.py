"""What a health check says; the checks of the core are in `myna.cli.doctor`."""

from __future__ import annotations

from typing import Literal

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One line of `myna doctor`."""

    area: str
    """For example `memory` or `audio`."""
    level: Literal["ok", "note", "problem"]
    text: str
    mend: str = ""
    """The command or setting that mends a problem."""
