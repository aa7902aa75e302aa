"""Pools in all kinds of event loops, and none: nothing hangs, nothing is left open, nothing is warned about."""

import subprocess
import sys
import threading

import pytest

from myna.errors import ExtraMissing
from myna.testing.hosted import Say, Word, hosted_pool, scripted, until

PRELUDE = """
import asyncio, gc, sys
from pathlib import Path
from myna.config import WorkerSettings
from myna.testing.hosted import Say, Word, scripted
from myna.worker.pool import WorkerPool
pool = WorkerPool(WorkerSettings(), log_dir=Path(sys.argv[1]))
handle = pool.engine(scripted())
"""

HOSTS = {
    "closed": """
async def main():
    async for word in handle.stream("say", Say(), Word):
        print(word.text)
    await pool.close()
asyncio.run(main())
""",
    "never closed": """
async def main():
    async for word in handle.stream("say", Say(), Word):
        print(word.text)
asyncio.run(main())
""",
    "never closed, in mid answer": """
async def main():
    stream = handle.stream("say", Say(repeat=0), Word)
    print((await anext(stream)).text)
asyncio.run(main())
""",
    "never closed, while loading": """
async def main():
    handle.preload()
    await asyncio.sleep(0)
    print("word")
asyncio.run(main())
""",
    "preloaded before there is a loop": """
handle.preload()
async def main():
    print((await handle.call("say", Say(), Word)).text)
    await pool.close()
asyncio.run(main())
""",
    "preloaded and never used": """
handle.preload()
print("word")
""",
    "preloaded and closed": """
handle.preload()
asyncio.run(pool.close())
print("word")
""",
    "in a thread": """
import threading
async def main():
    print((await handle.call("say", Say(), Word)).text)
    await pool.close()
thread = threading.Thread(target=asyncio.run, args=(main(),))
thread.start()
thread.join()
""",
    "never used": """
asyncio.run(pool.close())
print("word")
""",
}


@pytest.mark.parametrize("way", HOSTS)
def test_every_way_to_end_is_clean(tmp_path, way):
    program = PRELUDE + HOSTS[way] + "\ndel pool, handle\ngc.collect()\n"
    result = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    # On a busy machine the development mode also tells of steps that took long.
    said = [line for line in result.stderr.splitlines() if not line.startswith("Executing <")]
    assert (result.returncode, result.stdout, said) == (0, "word\n", [])


async def test_what_went_wrong_before_there_was_a_loop_is_told_in_it(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted(load_needs="no_such_library"))
        preloading = threading.Thread(target=handle.preload)  # a thread without a loop
        preloading.start()
        preloading.join()
        worker = pool._models[handle.spec.key()][0]._worker
        await until(lambda: worker._exit)
        with pytest.raises(ExtraMissing):
            await handle.info()


async def test_a_preloaded_worker_is_the_one_that_serves(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        handle.preload()
        handle.preload()
        assert (await handle.call("say", Say(), Word)).text == "word"
        assert pool.status()[0].restarts == 0
