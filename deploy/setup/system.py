"""System packages: found by what they bring, installed by apt where that is possible, else named."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

LIST = Path(__file__).with_name("packages.txt")


class SetupError(Exception):
    """The set-up cannot go on; the text says what to do."""


def there(probe: str) -> bool:
    """Whether `program:NAME` is on the PATH, or `module:NAME` can be imported."""
    kind, _, name = probe.partition(":")
    if kind == "module":
        return importlib.util.find_spec(name) is not None
    if name == "c++" and os.environ.get("CXX"):
        name = os.environ["CXX"].split()[0]
    return shutil.which(name) is not None


def missing(text: str, present: Callable[[str], bool] = there) -> list[str]:
    """The packages of a list (lines of `PACKAGE PROBE`) whose probe finds nothing."""
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [words[0] for words in lines if words and not present(words[1])]


def ensure_packages() -> None:
    """Install what is missing when root on Debian; otherwise say how.

    Raises:
        SetupError: something is missing and was not installed.
    """
    names = missing(LIST.read_text(encoding="utf-8"))
    if not names:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *names]
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (is_root and shutil.which("apt-get")):
        raise SetupError(
            f"missing on this system: {', '.join(names)}\n"
            f"on Debian or Ubuntu: sudo {' '.join(command)}\n"
            "elsewhere: install a C++ compiler, git and Python's venv module, then run make again"
        )
    print("installing system packages:", *names, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
        # The package lists of a fresh image are old or empty.
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            raise SetupError(f"could not install {', '.join(names)}; try: {' '.join(command)}")
