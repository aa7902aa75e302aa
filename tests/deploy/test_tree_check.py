"""What `make lint` says of files that must not be in git."""

import subprocess
from pathlib import Path

import pytest

import tree


@pytest.fixture
def clone(tmp_path):
    top = tmp_path / "somewhere" / "clone"
    top.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    return top


def findings(clone, **files):
    for name, content in files.items():
        path = clone / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    subprocess.run(["git", "add", "--all"], cwd=clone, check=True)
    return tree.findings(clone, Path("/home/someone"))


def test_a_plain_tree_is_fine(clone):
    assert findings(clone, a="text with /usr/bin/env\n", b=b"\0binary /home/someone/\n") == []


def test_a_large_file(clone):
    assert findings(clone, big=b"x" * (tree.LARGEST + 1)) == ["big: 5,242,881 bytes; the limit is 5,242,880"]


def test_paths_of_this_machine(clone):
    found = findings(clone, a="fine\nsee /home/someone/notes\n", b=f"{clone.parent}/other\n")
    assert found == [
        "a:2: a path of this machine (/home/someone/)",
        f"b:1: a path of this machine ({clone.parent}/)",
    ]


def test_lock_files(clone):
    assert findings(clone, **{"uv.lock": ""}) == ["uv.lock: lock files name an index host; leave them out"]


def test_a_file_that_is_not_tracked_does_not_count(clone):
    assert findings(clone, **{".gitignore": "big\n", "big": b"x" * (tree.LARGEST + 1)}) == []
