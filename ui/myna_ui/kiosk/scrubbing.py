"""Memory that is let go of is overwritten, so that nothing of a visit lingers in the process of the window.

glibc does it when its environment says so, before the program starts (mallopt(3), `M_PERTURB`), and only where the
thread caches of malloc are off: a piece of up to 1 KB that goes into such a cache keeps its content, which was where
questions and answers were found after a visit. Python's own allocator knows nothing of it and is left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping

_CACHES_OFF = "glibc.malloc.tcache_count=0"
_WANTED = {"MALLOC_PERTURB_": "90", "PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": _CACHES_OFF}
"""90: letters become 0x5a and new memory 0xa5; any number but 0 does."""


def missing(environ: Mapping[str, str]) -> dict[str, str]:
    """What has to be in the environment and is not."""
    lacking = {name: value for name, value in _WANTED.items() if not environ.get(name)}
    there = environ.get("GLIBC_TUNABLES", "")
    if there and _CACHES_OFF not in there.split(":"):
        lacking["GLIBC_TUNABLES"] = f"{there}:{_CACHES_OFF}"
    return lacking


def ensure() -> None:
    """Start this program once more, in the same process, where its memory would not be overwritten.

    Returns where it is, or where this is not glibc, which would not understand it.
    """
    lacking = missing(os.environ)
    if not lacking or sys.platform != "linux" or not _glibc():
        return
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **lacking})  # noqa: S606 - itself


def take(environ: MutableMapping[str, str]) -> None:
    """It has taken effect here. Memory of models is scrubbed by ending their processes, and need not be slow."""
    for name in _WANTED:
        value = environ.pop(name, "")
        if name == "GLIBC_TUNABLES" and (rest := ":".join(one for one in value.split(":") if one != _CACHES_OFF)):
            environ[name] = rest


def _glibc() -> bool:
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (ValueError, OSError):
        return False
