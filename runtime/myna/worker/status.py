"""What the workers are doing, for people and for observers."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..errors import ErrorInfo

WorkerState = Literal["stopped", "loading", "ready", "quarantined"]


class WorkerStatus(msgspec.Struct, frozen=True):
    """One model and its worker."""

    name: str
    state: WorkerState
    pid: int | None = None
    rss: int = 0
    """Resident memory in bytes when last heard of; 0 while there is no worker."""
    in_flight: int = 0
    """Requests that the worker has not finished."""
    restarts: int = 0
    """Starts after the first one."""
    last_error: ErrorInfo | None = None
    """How the last worker ended, if it did not end well."""


class WorkerEvent(msgspec.Struct, frozen=True):
    """Something happened to a worker."""

    kind: Literal["starting", "ready", "crashed", "failed", "unloaded", "quarantined", "released"]
    """`crashed`: it ended by surprise, or hung. `failed`: the model could not be loaded."""
    name: str
    pid: int | None = None
    error: ErrorInfo | None = None
