"""Ctrl-C ends the program, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from myna.cli.main import INTERRUPTED

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGINT is POSIX")


def started(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_work_that_does_not_end_is_not_waited_for() -> None:
    code = """
import asyncio, threading
from myna.cli.interrupt import run

async def work():
    try:
        print("working", flush=True)
        await asyncio.sleep(3600)
    finally:
        await asyncio.to_thread(threading.Event().wait)

run(work())
"""
    with started(code) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "working\n"
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err) == (INTERRUPTED, "", "")


def test_in_the_middle_of_an_import_it_is_quiet_too() -> None:
    # What was half imported cannot be imported again: here, neither asyncio nor anything of Myna's.
    code = """
import sys
import myna.cli.main as program

def run(arguments):
    sys.modules |= dict.fromkeys(("asyncio", "signal", "msgspec", "myna.errors", "myna.cli.interrupt"))
    raise KeyboardInterrupt

program.run = run
program.main()
"""
    with started(code) as program:
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err) == (INTERRUPTED, "", "")
