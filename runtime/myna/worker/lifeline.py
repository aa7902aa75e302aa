"""What a worker does to its own process before it loads anything."""

from __future__ import annotations

import os
import signal
import sys

_OOM_SCORE = 500
"""Of 1000. When the machine runs out of memory, the kernel should end a worker, which comes back, and not the host."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def harden(host: int) -> None:
    """Die with the host, ignore its Ctrl-C, be the first to go when memory is short, leave no core dump.

    `host` is the host's process id. Each measure is taken where the platform has it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the host too, which cancels
    if sys.platform == "linux":
        _prefer_for_oom_kill()
        _die_with(host)
    if sys.platform != "win32":
        import resource

        # A dump would write gigabytes of weights, and conversations, to disk.
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def resident() -> int:
    """Resident memory of this process in bytes; 0 where that is not known cheaply."""
    try:
        return int(_first_line("/proc/self/statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def _first_line(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 256)
    finally:
        os.close(descriptor)


def _prefer_for_oom_kill() -> None:
    path = "/proc/self/oom_score_adj"
    try:
        if int(_first_line(path)) >= _OOM_SCORE:
            return
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, b"%d" % _OOM_SCORE)
        finally:
            os.close(descriptor)
    except OSError:
        return  # a container may forbid it


def _die_with(host: int) -> None:
    """Ask for SIGKILL when the host's thread that started this process ends: it lives as long as the worker.

    The end of file on the socket says the same; this also holds while another process that the host
    forked keeps the socket open.
    """
    import ctypes

    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (OSError, AttributeError):
        return
    if os.getppid() != host:  # it died before the request was in place
        os._exit(0)
