"""The server as an application of Ray Serve, with the real model: a second replica when requests wait, and one that is
killed under way."""

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
LONG = {
    "messages": [{"role": "user", "content": "Tell me a long story."}],
    "max_tokens": 500,
    "seed": 1,
    "stream": True,
}
REPLICA = "x-myna-replica"
MODEL = "smollm2-135m-instruct"
OTHERS = ("copy-1", "copy-2", "copy-3")
"""The same model under other names, which are not the default: with them there is one more than a replica holds."""
NEW = {"x-myna-cache": "off"}
CLIENTS = 4
# Read before any test isolates the environment.
PACKAGES = ray_packages.folder()


class Sent(NamedTuple):
    """A request that is over, by a monotonic clock."""

    began: float
    ended: float
    problem: str
    replica: str
    """Who answered; empty where not even the head of an answer came."""


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


def name_of(replica: psutil.Process) -> str:
    """What Ray calls it, and its log file."""
    (log,) = (file.path for file in replica.open_files() if "/replica_myna_myna_" in file.path)
    return Path(log).stem.rpartition("_")[2]


def shelve(models: Path) -> None:
    """Install the model under other names, too."""
    for name in OTHERS:
        (models / name).mkdir()
        for file in (models / MODEL).iterdir():
            if file.name == "lock.toml":
                lock = file.read_text(encoding="utf-8").replace(f'id = "{MODEL}"', f'id = "{name}"')
                (models / name / file.name).write_text(lock, encoding="utf-8")
            else:
                os.link(file, models / name / file.name)


@pytest.fixture
def cluster(myna_home: Path, tmp_path: Path) -> Iterator[Cluster]:
    if not PACKAGES.is_dir():
        pytest.skip("Ray could not be installed: deploy/setup/up dev")
    shelve(myna_home / "models")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "MYNA_HOME": str(myna_home),
        "HOME": str(myna_home),  # Ray writes there
        "PYTHONPATH": os.pathsep.join([str(ROOT / "deploy" / "ray"), str(PACKAGES)]),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
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
        asking = {**ASK, "stream": True}
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as client:
            while not self._over.is_set():
                began, replica = time.monotonic(), ""
                try:
                    with client.stream("POST", "/v1/chat/completions", json=asking, headers=NEW) as answer:
                        # Before the rest: it is known who answers when that one dies.
                        replica = answer.headers.get(REPLICA, "")
                        text = answer.read().decode()
                    whole = answer.status_code == 200 and text.endswith("data: [DONE]\n\n")
                    problem = "" if whole else f"{answer.status_code} {text[-200:]}"
                except httpx.HTTPError as error:
                    problem = type(error).__name__
                self.sent.append(Sent(began, time.monotonic(), problem, replica))


def test_the_arguments_of_the_yaml_file_and_what_must_not_be_open() -> None:
    if not PACKAGES.is_dir():
        pytest.skip("Ray could not be installed: deploy/setup/up dev")
    program = """if True:
        import os, myna_ray
        # Ray hands over what stands in the file, as it is.
        os.environ["RAY_AUTH_MODE"] = "token"
        print(type(myna_ray.application({"home": "/tmp/x", "names": ["ai.lan"]})).__name__)
        os.environ["RAY_AUTH_MODE"] = "disabled"
        myna_ray.application({})
    """
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "deploy" / "ray"), str(PACKAGES)])},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout == "Application\n", done.stderr
    assert "its authentication is off" in done.stderr


@pytest.mark.timeout(600)
def test_more_replicas_may_come_one_may_die_and_another_may_leave(cluster: Cluster) -> None:
    with httpx.Client(base_url=cluster.url, timeout=60, trust_env=False) as client:
        with client.stream("POST", "/v1/chat/completions", json={**ASK, "stream": True}) as streamed:
            lines = [line for line in streamed.iter_lines() if line]
        assert lines[-1] == "data: [DONE]"
        assert len(lines) > 5
        named = client.post("/v1/chat/completions", json=ASK, headers={"serve_multiplexed_model_id": MODEL})
        assert (named.status_code, named.json()["model"]) == (200, MODEL)
        assert client.post("/v1/chat/completions", json={"messages": []}).status_code == 400
        assert client.get("/health/ready").status_code == 200

        assert cluster.listens() <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
        _the_model_asked_least_recently_makes_room(client)
        _another_comes(cluster)
        _one_dies(cluster, client)
        _one_leaves(cluster)


def _the_model_asked_least_recently_makes_room(client: httpx.Client) -> None:
    def ask(model: str) -> None:
        answer = client.post("/v1/chat/completions", json={**ASK, "model": model, "max_tokens": 1}, headers=NEW)
        assert (answer.status_code, answer.json().get("model")) == (200, model), answer.text

    def held() -> set[str]:
        """Models with a process; there is one replica, so it is always the same that tells."""
        lines = [line.rpartition(" ") for line in client.get("/metrics").text.splitlines()]
        resident = {name for name, _, size in lines if name.startswith("myna_memory_bytes") and float(size) > 0}
        return {name for name in (MODEL, *OTHERS) if f'myna_memory_bytes{{process="{name}"}}' in resident}

    second, third, fourth = OTHERS
    for model in (MODEL, second, third, MODEL):
        ask(model)
    assert held() == {MODEL, second, third}
    ask(fourth)
    deadline = time.monotonic() + 30
    while second in held() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert held() == {MODEL, third, fourth}


def _another_comes(cluster: Cluster) -> None:
    """While more requests wait than one replica is to have."""
    (first,) = cluster.replicas()
    with Traffic(cluster.url) as traffic:
        deadline = time.monotonic() + 60
        while {one.replica for one in traffic.sent} <= {name_of(first)} and time.monotonic() < deadline:
            time.sleep(0.1)
    assert [one for one in traffic.sent if one.problem] == []
    assert len({one.replica for one in traffic.sent}) == 2


def _one_dies(cluster: Cluster, client: httpx.Client) -> None:
    """Only what it was answering fails."""
    replicas = {name_of(one): one for one in cluster.replicas()}
    assert len(replicas) == 2
    with Traffic(cluster.url) as traffic:
        traffic.until(CLIENTS)
        with client.stream("POST", "/v1/chat/completions", json=LONG, headers=NEW) as answer:
            # Whoever has this one.
            dead = answer.headers[REPLICA]
            killed = time.monotonic()
            replicas[dead].send_signal(signal.SIGKILL)
            with pytest.raises(httpx.TransportError):
                answer.read()
        traffic.until(4 * CLIENTS)
    failed = [one for one in traffic.sent if one.problem]
    assert all(one.began <= killed <= one.ended and one.replica in {dead, ""} for one in failed), failed
    assert len(failed) < CLIENTS, failed
    after = {one.replica for one in traffic.sent if one.began > killed}
    assert after
    assert dead not in after
    assert after & set(replicas)


def _one_leaves(cluster: Cluster) -> None:
    """One that is told to go gives the answers that it has begun."""
    with Traffic(cluster.url) as traffic:
        assert cluster.say("scale 1") == {"replicas": 1}
        traffic.until(CLIENTS)
    assert [one for one in traffic.sent if one.problem] == []
