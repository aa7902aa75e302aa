"""System packages: found by what they bring, installed by apt where that is possible, else named."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Collection
from pathlib import Path

LIST = Path(__file__).with_name("packages.txt")
FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class SetupError(Exception):
    """The set-up cannot go on; the text says what to do."""


def there(probe: str) -> bool:
    """Whether `program:NAME` is on the PATH, `module:NAME` can be imported, `library:NAME` can be loaded, a font
    file `font:NAME` is installed, or there is a `file:PATTERN`."""
    kind, _, name = probe.partition(":")
    if kind == "font":
        return any(name in files for folder in FONTS for _, _, files in os.walk(Path(folder).expanduser()))
    if kind == "file":
        return any(Path("/").glob(name.lstrip("/")))
    if kind == "library":
        return ctypes.util.find_library(name) is not None
    if kind == "module":
        return importlib.util.find_spec(name) is not None
    if name == "c++" and os.environ.get("CXX"):
        name = os.environ["CXX"].split()[0]
    return shutil.which(name) is not None


def missing(text: str, purposes: Collection[str], present: Callable[[str], bool] = there) -> list[str]:
    """The packages of a list (lines of `PACKAGE PROBE PURPOSE`) for these purposes whose probe finds nothing."""
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [words[0] for words in lines if words and words[2] in purposes and not present(words[1])]


def ensure_packages(*, tests: bool) -> None:
    """Install what is missing when root on Debian; otherwise say how, and go on without what is only wanted.

    Raises:
        SetupError: something is missing that nothing works without.
    """
    text = LIST.read_text(encoding="utf-8")
    needed = missing(text, {"needed"})
    wanted = missing(text, {"wanted", "tests"} if tests else {"wanted"})
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if (needed or wanted) and is_root and shutil.which("apt-get"):
        _install([*needed, *wanted])
    elif needed:
        raise SetupError(
            f"missing on this system: {', '.join(needed)}\n"
            f"on Debian or Ubuntu: sudo {' '.join(_command([*needed, *wanted]))}\n"
            "elsewhere: install a C++ compiler, git and Python's venv module, then run make again"
        )
    elif wanted:
        print(f"- not everything will work without {', '.join(wanted)}: sudo {' '.join(_command(wanted))}", flush=True)


def _command(names: list[str]) -> list[str]:
    return ["apt-get", "install", "--yes", "--no-install-recommends", *names]


def _install(names: list[str]) -> None:
    command = _command(names)
    print("installing system packages:", *names, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
        # The package lists of a fresh image are old or empty.
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        if subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode:
            raise SetupError(f"could not install {', '.join(names)}; try: {' '.join(command)}")
