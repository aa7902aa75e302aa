"""What must not be in git: large files, paths of the machine it was written on, lock files that name an index.

Run by `make lint` from anywhere in the clone; prints each finding and ends with 1 when there is one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LARGEST = 5 * 1024 * 1024
"""Bytes; DESIGN: nothing in git is larger than 5 MB, weights come from the model sources."""
LOCK_FILES = frozenset({"uv.lock", "poetry.lock", "pdm.lock", "package-lock.json"})


def git(*arguments: str, cwd: Path | None = None) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True).stdout


def findings(top: Path, home: Path) -> list[str]:
    """All that is wrong with the tracked files of the clone at `top`, for a person whose home is `home`."""
    found = []
    private = {f"{folder}/" for folder in (top.parent, home) if len(folder.parts) > 1}
    for name in filter(None, git("ls-files", "-z", cwd=top).split("\0")):
        path = top / name
        if path.is_symlink() or not path.is_file():
            continue
        size = path.stat().st_size
        if size > LARGEST:
            found.append(f"{name}: {size:,} bytes; the limit is {LARGEST:,}")
            continue
        if path.name in LOCK_FILES:
            found.append(f"{name}: lock files name an index host; leave them out")
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode(errors="replace").splitlines(), 1):
            found += [f"{name}:{number}: a path of this machine ({part})" for part in sorted(private) if part in line]
    return found


def main() -> int:
    top = Path(git("rev-parse", "--show-toplevel").strip())
    problems = findings(top, Path.home())
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
