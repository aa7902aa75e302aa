"""Two servers that share what the settings put behind URLs: keys, limits, conversations, the audit log."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

import stores
from conftest import Myna

ASK = {"messages": [{"role": "user", "content": "What is the capital of France?"}], "max_tokens": 4, "temperature": 0}

SETTINGS = """
store.url = "{database}"
serve.keys = "{database}"
serve.limits = "{limits}"
audit.url = "{database}"
audit.mode = "full"
audit.on_failure = "closed"
"""


class Two:
    """Both servers, each with a home of its own, and the command line in each."""

    def __init__(self, first: Myna, second: Myna, ports: tuple[int, int]) -> None:
        self.first = first
        self.second = second
        self.ports = ports

    def ask(self, which: int, key: str) -> httpx.Response:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.ports[which]}", timeout=120, trust_env=False) as client:
            return client.post("/v1/chat/completions", json=ASK, headers={"authorization": f"Bearer {key}"})


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, since it holds sockets, and another user may have to get in."""
    with tempfile.TemporaryDirectory(prefix="myna") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def two(folder: Path, install: Callable[..., Path], shared_models: Path) -> Iterator[Two]:
    programs = stores.postgres_programs()
    if programs is None or shutil.which("redis-server") is None:
        pytest.skip("needs PostgreSQL and Redis (Debian: apt-get install postgresql redis-server)")
    own = install("smollm2-135m-instruct")
    other = own.parent / "other-home"
    shutil.copytree(own / "models", other / "models", symlinks=True)
    with ExitStack() as stack:
        (folder / "postgres").mkdir()
        database = stack.enter_context(stores.postgres(programs, folder / "postgres"))
        limits = stack.enter_context(stores.redis(folder))
        homes = [Myna(own), Myna(other)]
        for one in homes:
            (one.home / "config").mkdir()
            (one.home / "config" / "config.toml").write_text(SETTINGS.format(database=database, limits=limits))
        ports = []
        for one in homes:
            process = stack.enter_context(one.start("serve", "--port", "0", "--json"))
            stack.callback(end, process)
            ports.append(port_of(process))
        yield Two(homes[0], homes[1], (ports[0], ports[1]))


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


def port_of(process: subprocess.Popen[bytes]) -> int:
    assert process.stdout is not None
    printed = b""
    while not printed.rstrip().endswith(b"]"):
        line = process.stdout.readline()
        assert line, process.stderr.read().decode() if process.stderr else ""
        printed += line
    port: int = json.loads(printed)[0]["port"]
    return port


def test_two_servers_are_one_to_their_clients(two: Two) -> None:
    added = json.loads(two.first("serve", "keys", "add", "kiosk", "--requests", "4/hour", "--json").out)
    key = added["key"]
    # A key of one opens the other at once, and nobody gets in without.
    assert [two.ask(which, key).status_code for which in (0, 1)] == [200, 200]
    assert two.ask(1, "none").status_code == 401
    # The limit counts over both.
    assert [two.ask(which, key).status_code for which in (0, 1, 0, 1)] == [200, 200, 429, 429]
    refused = two.ask(1, key)
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    assert int(refused.headers["retry-after"]) > 0
    # Tokens too: the answer that goes over the limit is the last one.
    frugal = json.loads(two.first("serve", "keys", "add", "frugal", "--tokens", "20/hour", "--json").out)["key"]
    assert [two.ask(which, frugal).status_code for which in (0, 1)] == [200, 429]
    assert two.second("serve", "keys", "revoke", "kiosk").status == 0
    assert two.ask(0, key).status_code == 401
    # Conversations of one are there for the other.
    asked = two.first("ask", "What is the capital of France?", "--max-tokens", "8", "--json")
    assert asked.status == 0, asked.err
    listed: list[dict[str, Any]] = json.loads(two.second("conversations", "list", "--json").out)
    assert len(listed) == 1
    shown = json.loads(two.second("conversations", "show", listed[0]["id"], "--json").out)
    assert [message["message"]["role"] for message in shown["messages"]] == ["user", "assistant"]
    # What each of them was asked is in one chain, and verifies from either.
    verified = json.loads(two.second("audit", "verify", "--json").out)
    assert verified["ok"]
    exported = two.first("audit", "export", "--kind", "question").out.splitlines()
    asked_by = [json.loads(line)["record"]["pid"] for line in exported]
    assert len(asked_by) == 6
    assert len(set(asked_by)) == 3
    assert two.second("conversations", "delete", listed[0]["id"], "--yes").status == 0
    assert json.loads(two.first("audit", "verify", "--json").out)["removed"] >= 2
