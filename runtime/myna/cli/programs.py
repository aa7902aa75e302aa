"""Asking other programs, and files of the system, for the checks of `myna doctor`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def output(*command: str) -> str:
    """What a program prints; empty when it is not there, fails or takes longer than 5 s."""
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run([program, *command[1:]], capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def read_text(path: Path) -> str:
    """What is in a file; empty where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
