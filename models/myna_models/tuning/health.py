"""What `myna doctor` says of models that could run better here."""

from __future__ import annotations

from collections.abc import Sequence

from myna.doctor import Finding

from ..installed import Store
from .state import states


def check_optimized(store: Store) -> Sequence[Finding]:
    found = []
    for name, one in states(store.load()[0], store).items():
        mend = f"myna models optimize {name}"
        if one.state == "optimized":
            found.append(Finding("models", "ok", f"{name} is fitted to this machine: {one.setup}"))
        elif one.state == "best as it is":
            found.append(Finding("models", "ok", f"{name} is fitted to this machine: nothing is better than it is"))
        elif one.state == "stale":
            found.append(Finding("models", "note", f"{name} runs as it was fetched again: {one.why}", mend))
        elif one.state == "paused":
            found.append(Finding("models", "note", f"fitting {name} to this machine is not finished", mend))
        else:
            found.append(Finding("models", "note", f"{name} was never fitted to this machine", mend))
    return found
