"""Which processes of models a program has, as the system knows them."""

from __future__ import annotations

from contextlib import suppress

import psutil


def model_workers(program: int | None = None) -> list[psutil.Process]:
    """Those below `program` (a process id; None: this process) that have not ended."""
    found = []
    for child in psutil.Process(program).children(recursive=True):
        # It may end while it is looked at.
        with suppress(psutil.NoSuchProcess):
            if "myna.worker" in child.cmdline():
                found.append(child)
    return found
