"""A real PostgreSQL and a real Redis, each in a folder of its own, on this machine alone."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BEGINS_S = 30.0


def postgres_programs() -> Path | None:
    """The folder with `initdb` and `postgres`; None: PostgreSQL is not here."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return folders[-1] if folders else None


@contextmanager
def postgres(programs: Path, folder: Path) -> Iterator[str]:
    """The URL of a database on a socket in `folder`, which is removed by whoever made it."""
    # It will not run as root: then as the user that its package has made.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "user": user, "cwd": folder}
    initialised = [str(programs / "initdb"), "-D", str(data), "-U", "myna", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initialised, check=True, **quiet)
    running = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses="]
    with subprocess.Popen([*running, "-c", "fsync=off"], **quiet) as process:
        try:
            _until_ready(process, data / "postmaster.pid")
            yield f"postgresql://myna@/postgres?host={folder}"
        finally:
            process.terminate()
            process.wait(BEGINS_S)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The URL of a Redis on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + BEGINS_S
            while not _listens(port):
                assert process.poll() is None, "redis-server has ended"
                assert time.monotonic() < deadline, "redis-server does not begin"
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(BEGINS_S)


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _until_ready(process: subprocess.Popen[bytes], pid: Path) -> None:
    """Its socket is there earlier, and turns everybody away."""
    deadline = time.monotonic() + BEGINS_S
    while not (pid.exists() and "ready" in pid.read_text()):
        assert process.poll() is None, "postgres has ended"
        assert time.monotonic() < deadline, "postgres does not begin"
        time.sleep(0.05)
