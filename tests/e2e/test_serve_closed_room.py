"""With no network, and a hostile client on loopback: nothing leaves, and nothing outside the data folder is touched."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOM = Path(__file__).with_name("closed_room.py")
ROOT = Path(__file__).parents[2]

CALL = re.compile(r"^\d+\s+(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\d+|\?)(?:<(?P<opened>[^>]*)>)?")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
AT = re.compile(r"^(?:AT_FDCWD|\d+)<([^>]*)>, ")
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
CHANGES = frozenset({
    "mkdir", "mkdirat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink",
    "symlinkat", "chmod", "fchmodat", "chown", "fchownat", "truncate", "mknod", "mknodat", "creat", "utimensat",
})  # fmt: skip

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/sys", "/dev/null", "/dev/urandom", "/dev/random")
"""Programs, libraries, and what the kernel says of the machine."""

OWN = ("/dev/null", "/dev/shm", "/proc/self/oom_score_adj")
"""What may be written: nothing, memory, and that workers are to be ended first when there is none left."""

CONFIGURED = (
    "/etc/ld.so", "/etc/localtime", "/etc/timezone", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/hosts",
    "/etc/host.conf", "/etc/resolv.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols", "/etc/ssl",
    "/etc/mime.types",
    "/etc/locale", "/etc/os-release", "/etc/debian_version", "/etc/machine-id", "/etc/apache2/mime.types", "/etc/httpd",
    "/etc/OpenCL", "/etc/espeak", "/etc/selinux", "/etc/lsb-release", "/etc/pki",
)  # fmt: skip
"""What the C library and Python look up on every machine."""


def possible() -> str:
    """Why it is not; empty where it is."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    if shutil.which("strace") is None or shutil.which("unshare") is None:
        return "needs strace and unshare (Debian: apt-get install strace util-linux)"
    probe = ["unshare", "-n", "strace", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "true"]
    done = subprocess.run(probe, capture_output=True, check=False)
    return f"not allowed here: {done.stderr.decode().strip()}" if done.returncode else ""


def within(path: str, *folders: str) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def calls(log: Path):
    """(name, arguments, absolute paths, whether it succeeded) of each call."""
    for line in log.read_text(errors="replace").splitlines():
        found = CALL.match(line)
        if found is None:
            continue
        arguments = found["arguments"]
        at = AT.match(arguments)
        folder = at[1] if at else ""
        paths = [
            os.path.normpath(os.path.join(folder, path))  # noqa: PTH118
            for path in QUOTED.findall(arguments)
        ]
        yield found["name"], arguments, paths, not found["result"].startswith("-")


@pytest.mark.timeout(400)
@pytest.mark.skipif(bool(possible()), reason=possible())
def test_nothing_leaves_and_nothing_else_is_touched(myna, install, myna_home, tmp_path):
    install("whisper-tiny-en", "piper-en-us-joe", "all-minilm-l6-v2")
    outside = tmp_path / "outside"
    outside.mkdir()
    canary = outside / "canary.png"
    canary.write_text("a secret")
    log = tmp_path / "calls"
    command = ["unshare", "-n", sys.executable, str(ROOM), str(log), str(canary), str(myna.script)]
    environment = {**myna.environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, "serve", "--port", "0", "--json"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    statuses = json.loads(done.stdout.splitlines()[-1])["statuses"]
    assert statuses["good"] == 200
    assert [name for name, status in statuses.items() if status >= 500] == []

    home = str(myna_home)
    readable = (
        *SYSTEM, home, str(ROOT), sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parents[1]),
        *sysconfig.get_paths().values(),
    )  # fmt: skip
    opened = written = 0
    wrong: list[str] = []
    for name, arguments, paths, succeeded in calls(log):
        if name in {"connect", "sendto", "sendmsg"}:
            if "AF_INET" in arguments:
                wrong.append(f"{name}({arguments})")
        elif any(within(path, str(outside)) for path in paths) and name != "execve":
            # Not even looked for.
            wrong.append(f"{name}({arguments})")
        elif name in CHANGES or (name in {"open", "openat"} and WRITES.search(arguments)):
            written += succeeded
            if succeeded and not all(within(path, home, *OWN) for path in paths):
                wrong.append(f"{name}({arguments})")
        elif name in {"open", "openat"} and succeeded:
            opened += 1
            if not all(within(path, *readable) or path.startswith(CONFIGURED) for path in paths):
                wrong.append(f"{name}({arguments})")
    assert wrong == []
    # It was really seen.
    assert opened > 500
    assert written > 5
