"""Python environments of their own for what converts models, so that nobody's environment changes for it.

optimum-onnx 0.1.0 holds transformers under 4.58, and the model builder of onnxruntime-genai 0.18 needs transformers 5:
no single environment can have both, and neither fits beside Myna's own huggingface-hub.

<cache>/environments/export-1f0c2ab9/          made by `python -m venv` and pip
<cache>/environments/export-1f0c2ab9/.ready    written last: without it the environment is half made
<cache>/environments/export-1f0c2ab9.lock
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from myna.errors import DiskFull, Missing, SourceUnavailable
from myna.locking import hold

from .. import space
from .child_process import run

SIZE = 3 << 30
"""Bytes of room asked for before one is made: 1.3 GB were measured, and the wheels lie beside it for a while."""

READY = ".ready"
_LOG = "pip.log"
_UNREACHABLE = re.compile(r"Retrying \(|NewConnectionError|ConnectionError|Max retries|Name or service|No route")
_STEPS = re.compile(r"^(Collecting|Downloading|Using cached|Installing collected packages)\b:? ?(\S*)")


class Environment(msgspec.Struct, frozen=True):
    """What is installed together."""

    name: str
    purpose: str
    requirements: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Changes when anything in it does, so that an old one is never taken for it."""
        text = " ".join((*self.requirements, "{}.{}".format(*sys.version_info)))
        return f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


_SHARED = ("torch==2.13.0", "onnx==1.23.2", "onnxruntime==1.32.0", "gguf==0.19.0", "psutil==7.2.2")

EXPORT = Environment(
    "export",
    "encoders, classifiers, pictures and words, Whisper",
    (*_SHARED, "optimum-onnx==0.1.0", "transformers==4.57.6", "tokenizers==0.22.2"),
)
BUILDER = Environment(
    "builder",
    "models that write, to ONNX and to GGUF",
    (*_SHARED, "onnxruntime-genai==0.18.0", "onnx-ir==1.1.0", "transformers==5.24.0", "tokenizers==0.23.3",
     "sentencepiece==0.2.1"),
)  # fmt: skip
ALL = (EXPORT, BUILDER)


class State(msgspec.Struct, frozen=True):
    """One environment on this machine, for `--json` and for tables."""

    name: str
    purpose: str
    state: Literal["ready", "incomplete", "absent"]
    size: int
    """Bytes on disk."""
    path: str
    requirements: tuple[str, ...]


class Environments:
    """Those in the folder `root`. `report` is told what pip does, in pip's words; it may raise to stop."""

    def __init__(self, root: Path, report: Callable[[str, str], None] | None = None, *, offline: bool = False) -> None:
        self._root = root
        self._report = report or (lambda _name, _step: None)
        self._offline = offline

    def python(self, wanted: Environment) -> Path:
        """The interpreter of an environment; it is made where it is not there, which takes minutes.

        Raises:
            SourceUnavailable: a package cannot be had. What has arrived is kept, and taken up by the next attempt.
            DiskFull: there is no room.
            Missing: this Python cannot make environments.
        """
        folder = self._root / wanted.folder
        if self._usable(folder):
            return _python(folder)
        with space.disk_errors(f"the environment {wanted.name}"):
            self._root.mkdir(parents=True, exist_ok=True)
            with hold(self._lock(folder), lambda: self._report(wanted.name, "waiting")):
                if not self._usable(folder):
                    self._make(wanted, folder)
        return _python(folder)

    def states(self) -> list[State]:
        """Every environment that there can be."""
        found = []
        for one in ALL:
            folder = self._root / one.folder
            state: Literal["ready", "incomplete", "absent"] = "absent"
            if folder.is_dir():
                state = "ready" if self._usable(folder) else "incomplete"
            found.append(State(one.name, one.purpose, state, _size(folder), str(folder), one.requirements))
        return found

    def remove(self) -> int:
        """Delete all environments, those of earlier versions too; returns the bytes freed."""
        freed = 0
        if not self._root.is_dir():
            return 0
        with space.disk_errors("the environments"):
            for folder in sorted(self._root.iterdir()):
                if folder.is_dir():
                    freed += self._delete(folder)
        return freed

    def damaged(self, wanted: Environment) -> None:
        """Delete one that turned out not to work, so that the next use makes it again."""
        folder = self._root / wanted.folder
        if folder.is_dir():
            self._delete(folder)

    def _delete(self, folder: Path) -> int:
        with hold(self._lock(folder), lambda: self._report(folder.name, "waiting")):
            freed = _size(folder)
            # First what makes it usable: deleting may be interrupted.
            (folder / READY).unlink(missing_ok=True)
            shutil.rmtree(folder)
        return freed

    @staticmethod
    def _lock(folder: Path) -> Path:
        return folder.with_name(f"{folder.name}.lock")

    @staticmethod
    def _usable(folder: Path) -> bool:
        return (folder / READY).is_file() and _python(folder).exists()

    def _make(self, wanted: Environment, folder: Path) -> None:
        space.require(self._root, max(0, SIZE - _size(folder)), f"the environment {wanted.name}")
        (folder / READY).unlink(missing_ok=True)
        python = _python(folder)
        log = self._root / f"{folder.name}.{_LOG}"
        log.unlink(missing_ok=True)
        if not python.exists():
            self._report(wanted.name, "creating")
            if run([sys.executable, "-m", "venv", "--clear", str(folder)], log, lambda _line: None):
                raise Missing(
                    f"this Python cannot make environments: {_last_line(log)}",
                    hint="install its module venv (Debian: apt-get install python3-venv)",
                )
        command = [str(python), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        command += ["--progress-bar", "off", *(["--no-index"] if self._offline else []), *wanted.requirements]
        lines: list[str] = []

        def step(line: str) -> None:
            lines.append(line)
            if found := _STEPS.match(line):
                self._report(wanted.name, " ".join(filter(None, found.groups())))

        status = run(command, log, step, _pip_environment())
        if status:
            raise self._explain(wanted, log.read_text(encoding="utf-8", errors="replace") + "\n".join(lines), log)
        (folder / READY).write_text("\n".join(wanted.requirements), encoding="utf-8")
        log.unlink(missing_ok=True)

    def _explain(self, wanted: Environment, text: str, log: Path) -> Missing:
        if "No space left on device" in text:
            return DiskFull(f"no space left while the environment {wanted.name} was made")
        again = "run the command again: what has arrived is kept"
        if self._offline:
            return SourceUnavailable(
                f"the environment {wanted.name} is not there, and models.offline forbids to fetch it",
                hint="myna config set models.offline false",
            )
        if _UNREACHABLE.search(text):
            return SourceUnavailable(
                f"the package index cannot be reached for the environment {wanted.name}: {_last_line(log)}", hint=again
            )
        return SourceUnavailable(f"pip cannot make the environment {wanted.name}: {_last_line(log)}", hint=again)


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _pip_environment() -> dict[str, str]:
    """pip's own configuration counts; what belongs to the Python that runs Myna does not."""
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118
            except OSError:
                continue
    return total


def _last_line(log: Path) -> str:
    """What pip says is wrong."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("[notice]")]
    wanted = [line for line in lines if line.startswith("ERROR:")] or lines or ["no output"]
    return wanted[-1].removeprefix("ERROR: ")[:200]
