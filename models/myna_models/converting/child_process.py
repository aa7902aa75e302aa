"""One child process at low priority, whose lines are read as they come, and which never outlives this one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_LIFELINE = Path(__file__).with_name("lifeline.py")
_MAX_LINE = 1 << 20


def run(
    command: Sequence[str], log: Path, on_line: Callable[[str], None], environment: Mapping[str, str] | None = None
) -> int:
    """Run `command`; `on_line` gets what it writes to standard output, `log` what it writes to standard error.

    Returns its exit status, 128 and the signal's number where one ended it. Whatever ends this call early, Ctrl-C or
    an error in `on_line`, ends the process and all that it started at once.
    """
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-I", str(_LIFELINE), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=dict(os.environ if environment is None else environment),
            # A group of its own, so that Ctrl-C reaches this process alone, and one signal reaches all of that.
            start_new_session=True,
        )
    stdout, stdin = process.stdout, process.stdin
    if stdout is None or stdin is None:
        raise OSError("a process was started without its pipes")
    try:
        while line := stdout.readline(_MAX_LINE):
            on_line(line.decode("utf-8", "replace").rstrip("\n"))
        return process.wait()
    finally:
        _end(process)
        stdin.close()
        stdout.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it started; nothing happens when it has ended."""
    if process.poll() is not None:
        return
    try:
        if sys.platform == "win32":
            # It ends its child when its standard input does.
            process.terminate()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
