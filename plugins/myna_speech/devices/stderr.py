"""Keeps what ALSA and PortAudio write to standard error, unasked and not for people, off the screen."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any


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


@cache
def silence_alsa() -> Any:
    """Have ALSA drop its messages, such as that of every underrun, instead of writing them. Linux only.

    Returns the handler, which has to live as long as the library.
    """
    if not sys.platform.startswith("linux"):
        return None
    # void handler(const char *file, int line, const char *function, int err, const char *format, ...)
    form = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
    handler = form(lambda file, line, function, error, text: None)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    return handler
