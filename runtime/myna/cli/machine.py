"""What the machine is: processor, memory, disk, graphics, sound, Python and the engines' libraries.

Nothing here imports an engine's library: versions come from the installed packages' metadata.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import re
import shutil
import sys
from pathlib import Path

from ..doctor import Finding
from ..paths import Paths
from .programs import output, read_text

_FLAGS = ("sse4_2", "avx", "f16c", "fma", "bmi2", "avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16")
_FLAGS_MORE = ("amx_int8", "asimd", "asimddp", "i8mm", "bf16", "sve")

LOW_MEMORY = 2 * 1024**3
"""Bytes. A model of 1.5 billion parameters in 4 bits takes 1 GB, with its context 1.5 GB."""
LOW_DISK = 2 * 1024**3

_LIBRARIES = (
    ("llama-cpp-python", ""),
    ("onnxruntime", "vision"),
    ("onnxruntime-gpu", "gpu"),
    ("ctranslate2", "speech"),
    ("faster-whisper", "speech"),
    ("piper-tts", "speech"),
    ("sounddevice", "speech"),
    ("PySide6-Essentials", "desktop"),
)
"""Packages and the extras that bring them; those without an extra are always needed."""


def processor() -> str:
    """The name of the processor."""
    if sys.platform.startswith("linux"):
        for line in _proc("cpuinfo"):
            key, _, value = line.partition(":")
            if key.strip() in {"model name", "Model", "Hardware"} and value.strip():
                return value.strip()
    if sys.platform == "darwin":
        return output("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()
    return platform.processor() or platform.machine()


def features() -> list[str]:
    """Instruction set extensions that matter to engines, as Linux calls them; empty when unknown."""
    present: set[str] = set()
    if sys.platform.startswith("linux"):
        for line in _proc("cpuinfo"):
            key, _, value = line.partition(":")
            if key.strip() in {"flags", "Features"}:
                present = set(value.split())
                break
    elif sys.platform == "darwin":
        lines = output("sysctl", "-a").splitlines()
        present = {
            match[1].lower() for line in lines if (match := re.match(r"hw\.optional\.(?:arm\.FEAT_)?(\w+): 1", line))
        }
    return [flag for flag in (*_FLAGS, *_FLAGS_MORE) if flag in present]


def cores() -> tuple[int, int]:
    """Processors that this process may use, and physical cores of the machine."""
    import psutil

    logical = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return logical, psutil.cpu_count(logical=False) or logical


def description() -> str:
    """The machine in one line, for measurements: processor, cores, memory, system."""
    import psutil

    logical, physical = cores()
    memory = psutil.virtual_memory().total / 1024**3
    system = f"{platform.system()} {platform.release()}"
    return f"{processor()}, {logical} processors on {physical} cores, {memory:.1f} GiB, {system}"


def check_processor() -> list[Finding]:
    logical, physical = cores()
    found = [Finding("processor", "ok", f"{processor()}, {logical} processors on {physical} cores")]
    flags = features()
    if flags:
        found.append(Finding("processor", "ok", " ".join(flags)))
    if platform.machine() in {"x86_64", "AMD64"} and flags and "avx2" not in flags:
        found.append(
            Finding("processor", "problem", "there is no AVX2, so models run slowly", "choose a model below 0.5B")
        )
    return found


def check_memory() -> list[Finding]:
    import psutil

    memory = psutil.virtual_memory()
    text = f"{_size(memory.available)} free of {_size(memory.total)}"
    if memory.available < LOW_MEMORY:
        return [Finding("memory", "problem", text, "end other programs, or choose a smaller model: myna models fit")]
    return [Finding("memory", "ok", text)]


def check_disk(paths: Paths) -> list[Finding]:
    """Room for models, and whether the folders can be written."""
    found = []
    place = _existing(paths.models)
    free = shutil.disk_usage(place).free
    text = f"{_size(free)} free for {paths.models}"
    if free < LOW_DISK:
        found.append(Finding("disk", "problem", text, "free some space, or choose another folder with --home"))
    else:
        found.append(Finding("disk", "ok", text))
    for folder in (paths.config, paths.data, paths.models, paths.cache, paths.logs):
        place = _existing(folder)
        if not os.access(place, os.W_OK):
            found.append(Finding("disk", "problem", f"{folder} cannot be written", f"chown {_user()} {place}"))
    return found


def check_python() -> list[Finding]:
    where = f"Python {platform.python_version()}, {platform.system()} {platform.release()} {platform.machine()}"
    return [Finding("python", "ok", where)]


def check_libraries() -> list[Finding]:
    """Versions of the engines' libraries; an absent extra is a note, because nobody asked for it."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    versions: dict[str, str] = {}
    absent: dict[str, list[str]] = {}
    for name, extra in _LIBRARIES:
        try:
            versions[name] = version(name)
            found.append(Finding("engines", "ok", f"{name} {versions[name]}"))
        except PackageNotFoundError:
            absent.setdefault(extra, []).append(name)
    found += [
        Finding("engines", "problem", f"the package {name} is not installed", f"pip install {name}")
        for name in absent.pop("", [])
    ]
    absent.pop("gpu", None)
    for extra, names in absent.items():
        text = f"the extra {extra} is not installed ({', '.join(names)})"
        found.append(Finding("engines", "note", text, f"pip install 'myna[{extra}]'"))
    if {"onnxruntime", "onnxruntime-gpu"} <= versions.keys():
        found.append(
            Finding(
                "engines",
                "problem",
                "onnxruntime and onnxruntime-gpu are both installed, and one overwrote files of the other",
                "pip uninstall -y onnxruntime onnxruntime-gpu && pip install onnxruntime-gpu",
            )
        )
    return found


def check_audio() -> list[Finding]:
    """Whether sound can reach Myna: PortAudio, and devices of the system."""
    found = []
    if sys.platform.startswith("linux"):
        if ctypes.util.find_library("portaudio"):
            found.append(Finding("audio", "ok", "PortAudio is installed"))
        else:
            found.append(Finding("audio", "note", "PortAudio is not installed", "apt-get install libportaudio2"))
        cards = [line.split(":", 1)[1].strip() for line in _proc("asound/cards") if ":" in line]
        server = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{_uid()}"), "pulse", "native")
        if cards:
            found.append(Finding("audio", "ok", f"sound cards: {'; '.join(cards)}"))
        if server.exists() or os.environ.get("PULSE_SERVER"):
            found.append(Finding("audio", "ok", "a sound server is running"))
        if not cards and not server.exists() and not os.environ.get("PULSE_SERVER"):
            found.append(Finding("audio", "note", "there is no sound card and no sound server"))
    return found


def _proc(name: str) -> list[str]:
    return read_text(Path("/proc", name)).splitlines()


def _existing(path: Path) -> Path:
    """The deepest folder on the way to `path` that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB"


def _uid() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "$USER"
