"""Ray Serve for one test: a folder of packages outside of the clone, beside the environment and never in it.

With Ray come 350 MB and forty packages that nothing else here needs; on the path of one process they do no harm.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from native import cache_folder, publish

REQUIREMENTS = Path(__file__).resolve().parents[1] / "ray" / "requirements.txt"


def folder() -> Path:
    """Where they are, or would be: one for each list of packages and each version of Python."""
    known = hashlib.sha256(REQUIREMENTS.read_bytes() + repr(sys.version_info[:2]).encode())
    return cache_folder() / "ray" / known.hexdigest()[:16]


def install(pip: list[str]) -> bool:
    """Bring them, unless they are there; False where that cannot be done."""
    target = folder()
    if target.is_dir():
        return True
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".installing-", dir=target.parent))
    try:
        inner = work / "packages"
        words = ["install", "--disable-pip-version-check", "-qq", "--no-deps", "--target", str(inner)]
        if subprocess.run([*pip, *words, "-r", str(REQUIREMENTS)], stdin=subprocess.DEVNULL, check=False).returncode:
            return False
        publish(inner, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return True
