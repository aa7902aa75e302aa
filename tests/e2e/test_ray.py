"""The server as an application of Ray Serve: two replicas with the real model, one of which is killed under way."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil
import pytest

import ray_packages

ROOT = Path(__file__).parents[2]
ASK = {"messages": [{"role": "user", "content": "Count to ten."}], "max_tokens": 8, "seed": 1}
CLIENTS = 4
# Read before any test isolates the environment.
PACKAGES = ray_packages.folder()


class Sent(NamedTuple):
    """A request that is over, by a monotonic clock."""

    began: float
    ended: float
    problem: str


class Cluster:
    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    def say(self, command: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        return self.read()

    def read(self) -> dict[str, Any]:
        """The next line of JSON, others are Ray's; nothing when the cluster has ended."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        return {}

    def listens(self) -> set[str]:
        """Addresses on which its processes take connections, but for the port between deployments that Ray Serve
        opens in each replica, on all addresses and without a setting for it (docs/ray.md)."""
        replicas = self.replicas()
        tree = [one for one in psutil.Process(self.process.pid).children(recursive=True) if one not in replicas]
        found = [one for process in tree for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
        return {one.laddr.ip for one in found}

    def replicas(self) -> list[psutil.Process]:
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [process for process in found if "ServeReplica:myna" in " ".join(process.cmdline())]


@pytest.fixture
def cluster(myna_home: Path, tmp_path: Path) -> Iterator[Cluster]:
    if not PACKAGES.is_dir():
        pytest.skip("Ray could not be installed: deploy/setup/up dev")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "MYNA_HOME": str(myna_home),
        "HOME": str(myna_home),  # Ray writes there
        "PYTHONPATH": os.pathsep.join([str(ROOT / "deploy" / "ray"), str(PACKAGES)]),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        # By this name Ray has a switch that keeps it on loopback, on all systems.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        # A machine that does other things as well starts it slowly.
        "RAY_gcs_server_request_timeout_seconds": "120",
    }
    # Short: the paths of Ray's sockets have little room.
    with tempfile.TemporaryDirectory(prefix="ray") as folder, (tmp_path / "ray.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("ray_cluster.py")), str(port), folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )
        tree = [psutil.Process(process.pid)]
        with process:
            started = Cluster(process, f"http://127.0.0.1:{port}")
            try:
                assert started.read() == {"ready": True}, (tmp_path / "ray.log").read_text()
                yield started
            finally:
                tree += tree[0].children(recursive=True)
                process.communicate("end\n", timeout=60)
        _, left = psutil.wait_procs(tree, timeout=20)
        for one in left:
            one.kill()


class Traffic:
    """Clients that ask all the time, until the end of the block."""

    def __init__(self, url: str) -> None:
        self.sent: list[Sent] = []
        self._url = url
        self._over = threading.Event()
        self._clients = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def __enter__(self) -> Traffic:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for client in self._clients:
            client.join()

    def until(self, count: int) -> None:
        """Wait for so many answers more."""
        wanted = len(self.sent) + count
        deadline = time.monotonic() + 60
        while len(self.sent) < wanted and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(self.sent) >= wanted

    def _ask(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as client:
            while not self._over.is_set():
                began = time.monotonic()
                try:
                    answer = client.post("/v1/chat/completions", json=ASK, headers={"x-myna-cache": "off"})
                    problem = "" if answer.status_code == 200 else f"{answer.status_code} {answer.text[:200]}"
                except httpx.HTTPError as error:
                    problem = type(error).__name__
                self.sent.append(Sent(began, time.monotonic(), problem))


@pytest.mark.timeout(600)
def test_a_replica_may_die_and_another_may_leave(cluster: Cluster) -> None:
    with httpx.Client(base_url=cluster.url, timeout=60, trust_env=False) as client:
        with client.stream("POST", "/v1/chat/completions", json={**ASK, "stream": True}) as streamed:
            lines = [line for line in streamed.iter_lines() if line]
        assert lines[-1] == "data: [DONE]"
        assert len(lines) > 5
        named = client.post(
            "/v1/chat/completions", json=ASK, headers={"serve_multiplexed_model_id": "smollm2-135m-instruct"}
        )
        assert (named.status_code, named.json()["model"]) == (200, "smollm2-135m-instruct")
        assert client.post("/v1/chat/completions", json={"messages": []}).status_code == 400
        assert client.get("/health/ready").status_code == 200

    assert cluster.listens() <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}

    replicas = cluster.replicas()
    assert len(replicas) == 2
    with Traffic(cluster.url) as traffic:
        traffic.until(CLIENTS)
        killed = time.monotonic()
        replicas[0].send_signal(signal.SIGKILL)
        traffic.until(4 * CLIENTS)
    failed = [one for one in traffic.sent if one.problem]
    assert all(one.began <= killed <= one.ended for one in failed), failed
    assert len(failed) < CLIENTS, failed

    # One that is told to go gives the answers that it has begun.
    with Traffic(cluster.url) as traffic:
        assert cluster.say("scale 1") == {"replicas": 1}
        traffic.until(CLIENTS)
    assert [one for one in traffic.sent if one.problem] == []
