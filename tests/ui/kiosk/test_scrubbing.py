"""Memory that is let go of is overwritten: the environment that does it, and that it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from myna_ui.kiosk.scrubbing import missing, take

CACHES = "glibc.malloc.tcache_count=0"
UNITS = Path(__file__).parents[3] / "deploy" / "kiosk"


def test_nothing_is_missing_once_it_is_there() -> None:
    environ: dict[str, str] = {"HOME": "/"}
    environ |= missing(environ)
    assert missing(environ) == {}
    take(environ)
    assert environ == {"HOME": "/"}


def test_what_somebody_else_has_tuned_stays() -> None:
    environ = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=1"}
    environ |= missing(environ)
    assert environ["GLIBC_TUNABLES"] == f"glibc.malloc.arena_max=1:{CACHES}"
    take(environ)
    assert environ == {"GLIBC_TUNABLES": "glibc.malloc.arena_max=1"}


@pytest.mark.parametrize("unit", ["myna-kiosk.service", "myna-kiosk-x11.service"])
def test_the_services_bring_it(unit: str) -> None:
    lines = (UNITS / unit).read_text(encoding="utf-8").splitlines()
    given = " ".join(line.partition("=")[2] for line in lines if line.startswith("Environment="))
    assert missing(dict(pair.split("=", 1) for pair in given.split())) == {}


# What a small piece of memory holds after it was let go of.
LOOK = """
import ctypes, sys
from myna_ui.kiosk.scrubbing import ensure
ensure()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
at = libc.malloc(ctypes.c_size_t(120))
ctypes.memset(at, ord("q"), 120)
libc.free(at)
# The first words of a free piece are malloc's own.
sys.exit(b"qqqq" in ctypes.string_at(at + 32, 80))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_a_small_piece_of_memory_is_overwritten_when_it_is_let_go_of() -> None:
    environ = {name: value for name, value in os.environ.items() if name not in missing({})}

    def status(code: str) -> int:
        return subprocess.run([sys.executable, "-c", code], env=environ, check=False, timeout=60).returncode

    assert status(LOOK) == 0
    # It is that which does it.
    assert status(LOOK.replace("ensure()\n", "", 1)) == 1
