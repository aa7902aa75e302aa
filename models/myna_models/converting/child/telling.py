"""What the child says to who started it: one JSON object a line on standard output."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


class Refused(Exception):
    """This cannot be converted; the text says why, in one line for a person."""

    def __init__(self, message: str, hint: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.kind = kind
        """`quality`: it was made, and is not good enough; `extra`: something is not installed."""


class Telling:
    """Standard output belongs to this alone: what libraries print goes to the log, which is standard error."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def stage(self, name: str, share: float = -1.0) -> None:
        """What is done now; `share` from 0 to 1 of it, below 0 where that is not known."""
        self._line({"stage": name, "share": round(share, 4)})

    def result(self, **values: Any) -> None:
        self._line({"result": values})

    def refused(self, error: Refused) -> None:
        self._line({"refused": str(error), "hint": error.hint, "kind": error.kind})

    def _line(self, value: dict[str, Any]) -> None:
        self._out.write(json.dumps(value) + "\n")
        self._out.flush()
