from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gguf_files import write_tiny
from loopback import LoopbackServer
from myna.paths import Paths


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("MYNA_HOME", str(tmp_path / "home"))
    return Paths.find()


@pytest.fixture
def make_gguf(tmp_path: Path) -> Callable[..., Path]:
    """Writes a small GGUF file that looks like a chat model of two layers."""

    def make(name: str = "tiny.gguf", **fields: Any) -> Path:
        return write_tiny(tmp_path / name, **fields)

    return make


@pytest.fixture
def wheelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes wheels that pip finds without a network."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def make(package: str, files: dict[str, bytes], version: str = "1.0") -> Path:
        module = package.replace("-", "_")
        info = f"{module}-{version}.dist-info"
        path = folder / f"{module}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in files.items():
                wheel.writestr(name, content)
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        return path

    return make


@pytest.fixture
def web() -> Iterator[LoopbackServer]:
    server = LoopbackServer()
    yield server
    server.close()


@pytest.fixture
def manifest_text() -> Callable[..., str]:
    """The text of a manifest for one GGUF file."""

    def make(*sources: str, name: str = "tiny", sha256: str = "", size: int = 0, extra: str = "") -> str:
        lines = [f'id = "{name}"', 'name = "Tiny"', 'task = "chat"', 'format = ".gguf"', extra, "[licence]"]
        lines += [
            'id = "Apache-2.0"',
            "[[files]]",
            'role = "model"',
            'name = "tiny.gguf"',
            f"sources = {list(sources)!r}",
        ]
        if sha256:
            lines.append(f'sha256 = "{sha256}"')
        if size:
            lines.append(f"size = {size}")
        return "\n".join(lines)

    return make


@pytest.fixture
def onnx_bytes() -> bytes:
    """The smallest ONNX model: version 9, one graph with one output and no node."""
    output = b"\x62\x03\x0a\x01y"
    return b"\x08\x09" + b"\x3a" + bytes([len(output)]) + output
