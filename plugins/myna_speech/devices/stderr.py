"""Keeps what ALSA and PortAudio write to standard error, unasked and not for people, off the screen."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def no_chatter() -> Iterator[None]:
    """File descriptor 2 leads nowhere meanwhile, for the whole process: use it for moments only."""
    try:
        kept = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield  # there is no standard error
        return
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
