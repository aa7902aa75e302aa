"""No worker outlives its host, however the host ends. Processes are watched by descriptor: no id can be reused."""

import os
import select
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="pidfd_open")

HOST = """
import asyncio, os, sys
from pathlib import Path
from myna.config import WorkerSettings
from myna.testing.hosted import Say, Word, scripted, until
from myna.worker.pool import WorkerPool

async def main(folder, mode):
    pool = WorkerPool(WorkerSettings(), log_dir=Path(folder))
    handle = pool.engine(scripted(load="hang" if mode == "loading" else ""))
    if mode == "loading":
        handle.preload()
        await until(lambda: pool.status()[0].pid)
    else:
        stream = handle.stream("say", Say(repeat=0 if mode == "busy" else 1, then="hang"), Word)
        await anext(stream)
    if mode == "forked" and os.fork() == 0:
        sys.stdin.read()
        os._exit(0)
    print(pool.status()[0].pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


def ended(descriptor: int) -> bool:
    """Wait for the end of a process."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(60_000))


@pytest.mark.parametrize("mode", ["busy", "stuck", "loading", "stopped", "forked"])
def test_a_worker_dies_with_a_host_that_is_killed(tmp_path, mode):
    """`stuck`: in an endless step. `stopped`: SIGSTOPped. `forked`: a process that the host forked keeps the socket."""
    with subprocess.Popen(
        [sys.executable, "-c", HOST, str(tmp_path), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as host:
        pid = int(host.stdout.readline())
        worker = os.pidfd_open(pid)
        try:
            if mode == "stopped":
                os.kill(pid, signal.SIGSTOP)
            host.kill()
            assert ended(worker)
        finally:
            os.close(worker)
            host.stdin.close()


def test_an_interrupt_of_the_whole_group_leaves_the_worker_to_the_host(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOST, str(tmp_path), "busy"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as host:
        worker = os.pidfd_open(int(host.stdout.readline()))
        try:
            os.killpg(host.pid, signal.SIGINT)
            assert ended(worker)
            _, err = host.communicate()
        finally:
            os.close(worker)
    assert b"KeyboardInterrupt" in err
    assert b"ResourceWarning" not in err
    assert not (tmp_path / "worker-scripted.log").exists()  # the worker had nothing to say
