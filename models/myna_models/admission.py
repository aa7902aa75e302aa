"""No file is used before a throw-away process has parsed it; the answer is remembered by size and time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from myna.errors import BadModelFile, ErrorInfo, from_info

from .atomic import write_atomically

VERSION = 2
"""Raised when admission looks closer, so that older answers no longer count."""
WALL_S = 30.0
_KEPT_ENVIRONMENT = (
    "PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH",
    "SYSTEMROOT", "USERPROFILE", "APPDATA",
)  # fmt: skip
"""What Python needs to start; keys and tokens stay outside."""
_MAX_ANSWER = 1 << 20


class Facts(msgspec.Struct, frozen=True):
    """What admission learnt about one file, for people."""

    name: str
    kind: str
    """For example `gguf model` or `onnx`."""
    details: dict[str, str] = {}


class Answer(msgspec.Struct, frozen=True):
    """What the process says: facts in the order of the files, or why one is refused."""

    files: tuple[Facts, ...] = ()
    error: ErrorInfo | None = None


def admit(files: Sequence[Path]) -> tuple[Facts, ...]:
    """Parse the headers of `files` in a process of their own.

    Raises:
        BadModelFile: one is malformed, truncated or hostile.
        BadTemplate: the chat template of one cannot be used.
    """
    names = ", ".join(path.name for path in files)
    command = [sys.executable, "-P", "-m", "myna_models.admit", *(str(path.absolute()) for path in files)]
    environment = {key: value for key, value in os.environ.items() if key.upper() in _KEPT_ENVIRONMENT}
    try:
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=WALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise BadModelFile(f"checking {names} took longer than {WALL_S:g} s") from None
    if result.returncode or len(result.stdout) > _MAX_ANSWER:
        lines = result.stderr.decode("utf-8", "replace").strip().splitlines()
        why = lines[-1] if lines else f"the check ended with status {result.returncode}"
        raise BadModelFile(f"{names} cannot be checked: {why}")
    answer = msgspec.json.decode(result.stdout, type=Answer)
    if answer.error:
        raise from_info(answer.error)
    return answer.files


def ensure(files: Sequence[Path], cache: Path) -> tuple[Facts, ...]:
    """What is known of `files`; admits those that are new or have changed since they were admitted.

    Raises:
        BadModelFile, BadTemplate: see `admit`.
    """
    known = {path: _recall(path, cache) for path in files}
    fresh = [path for path, facts in known.items() if facts is None]
    if fresh:
        admitted = admit(fresh)
        remember(fresh, admitted, cache)
        known |= dict(zip(fresh, admitted, strict=True))
    return tuple(facts for facts in known.values() if facts is not None)


def remember(files: Sequence[Path], admitted: Sequence[Facts], cache: Path) -> None:
    """Keep that `files` were admitted, as they are now; where that cannot be kept, they are admitted each time."""
    for path, facts in zip(files, admitted, strict=True):
        with contextlib.suppress(OSError):
            write_atomically(cache / "admission" / _key(path), msgspec.json.encode(facts))


def _recall(path: Path, cache: Path) -> Facts | None:
    try:
        return msgspec.json.decode((cache / "admission" / _key(path)).read_bytes(), type=Facts)
    except (OSError, msgspec.DecodeError):
        return None


def _key(path: Path) -> str:
    """Changes with the place, size and time of a file, and with what admission looks at."""
    state = path.stat()
    text = f"{VERSION}\0{path.absolute()}\0{state.st_size}\0{state.st_mtime_ns}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:40]
