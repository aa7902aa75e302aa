"""Workers that are ended on purpose: as asked, when idle, to make room, while loading, at the end."""

import asyncio
import os
import signal
import sys
from contextlib import aclosing

import psutil
import pytest

from myna.errors import EngineCrashed, EngineUnloaded, ModelMissing, ModelQuarantined, OutOfMemory
from myna.testing.clock import FakeClock
from myna.testing.hosted import Say, Word, has_ended, hosted_pool, scripted, until, worker_pid


def states(pool):
    return {status.name: status.state for status in pool.status()}


async def read_all(stream):
    async for _ in stream:
        pass


async def test_a_hundred_requests_in_flight_all_end_when_the_model_is_unloaded(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        streams = [handle.stream("say", Say(repeat=0), Word) for _ in range(100)]
        await asyncio.gather(*[anext(stream) for stream in streams])
        pid = await worker_pid(handle)
        readers = [asyncio.create_task(read_all(stream)) for stream in streams]
        await asyncio.sleep(0)
        await pool.unload(handle)
        assert has_ended(pid)
        errors = await asyncio.gather(*readers, return_exceptions=True)
        assert [type(error) for error in errors] == [EngineUnloaded] * 100
        assert await worker_pid(handle) != pid


async def test_unloading_is_no_crash(tmp_path):
    async with hosted_pool(tmp_path, crash_limit=1) as pool:
        handle = pool.engine(scripted())
        for _ in range(3):
            await handle.info()
            await pool.unload("scripted")
        assert states(pool) == {"scripted": "stopped"}
        assert pool.status()[0].last_error is None
        await pool.unload(handle)  # nothing to do
        with pytest.raises(ModelMissing):
            await pool.unload("unknown")


async def test_unloading_while_loading_ends_the_wait(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted(load="hang"))
        waiting = [asyncio.create_task(handle.info()) for _ in range(3)]
        await until(lambda: pool.status()[0].pid)
        await pool.unload(handle)
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(error) for error in errors} == {EngineUnloaded}


async def test_one_who_stops_waiting_for_a_load_does_not_stop_the_others(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        first, second = asyncio.create_task(handle.info()), asyncio.create_task(handle.info())
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).description == "a scripted engine"
        assert first.cancelled()


async def test_an_idle_model_is_unloaded_and_a_busy_one_is_not(tmp_path):
    clock = FakeClock()
    async with hosted_pool(tmp_path, clock=clock, idle_unload_s=600) as pool:
        idle, busy, fresh = (pool.engine(scripted(name)) for name in ("idle", "busy", "fresh"))
        pid = await worker_pid(idle)
        stream = busy.stream("say", Say(repeat=0), Word)
        await anext(stream)
        clock.advance(599)
        await fresh.info()
        await pool.sweep()
        assert states(pool) == {"idle": "ready", "busy": "ready", "fresh": "ready"}
        clock.advance(1)
        await pool.sweep()
        assert states(pool) == {"idle": "stopped", "busy": "ready", "fresh": "ready"}
        assert has_ended(pid)
        await stream.aclose()
        assert await worker_pid(idle) != pid


async def test_zero_means_never_idle(tmp_path):
    clock = FakeClock()
    async with hosted_pool(tmp_path, clock=clock, idle_unload_s=0) as pool:
        await pool.engine(scripted()).info()
        clock.advance(1e9)
        await pool.sweep()
        assert states(pool) == {"scripted": "ready"}


async def test_three_crashes_quarantine_the_model_until_it_is_released(tmp_path):
    events = []
    clock = FakeClock()
    async with hosted_pool(tmp_path, clock=clock, observe=events.append, quarantine_s=0) as pool:
        handle = pool.engine(scripted())
        for _ in range(3):
            with pytest.raises(EngineCrashed):
                await read_all(handle.stream("say", Say(then="kill"), Word))
        with pytest.raises(ModelQuarantined, match="crashed 3 times within 60 s"):
            await handle.info()
        assert states(pool) == {"scripted": "quarantined"}
        handle.preload()
        clock.advance(1e6)
        with pytest.raises(ModelQuarantined):
            await handle.call("say", Say(), Word)

        pool.release("scripted")
        assert (await handle.call("say", Say(), Word)).text == "word"
    assert [event.kind for event in events] == [
        *["starting", "ready", "crashed"] * 3,
        "quarantined",
        "released",
        "starting",
        "ready",
        "unloaded",
    ]


async def test_a_quarantine_ends_by_itself_and_crashes_far_apart_are_none(tmp_path):
    clock = FakeClock()
    async with hosted_pool(tmp_path, clock=clock, crash_limit=2, crash_window_s=60, quarantine_s=600) as pool:
        handle = pool.engine(scripted())

        async def crash():
            with pytest.raises(EngineCrashed):
                await read_all(handle.stream("say", Say(then="kill"), Word))

        await crash()
        clock.advance(61)
        await crash()
        await handle.info()
        await crash()
        with pytest.raises(ModelQuarantined):
            await handle.info()
        clock.advance(600)
        await handle.info()


async def test_a_load_that_lacks_memory_unloads_idle_models_oldest_first(tmp_path):
    clock = FakeClock()
    lock = tmp_path / "memory-is-short"
    events = []

    def observe(event):
        events.append((event.kind, event.name))
        if event.kind == "unloaded" and event.name == "second":
            lock.unlink()

    async with hosted_pool(tmp_path, clock=clock, observe=observe) as pool:
        first, second, third, busy = (pool.engine(scripted(name)) for name in ("first", "second", "third", "busy"))
        stream = busy.stream("say", Say(repeat=0), Word)
        await anext(stream)
        for handle in (first, second, third):
            clock.advance(1)
            await handle.info()
        lock.touch()
        needy = pool.engine(scripted("needy", fail_while=str(lock)))
        await needy.info()
        assert states(pool) == {
            "first": "stopped",
            "second": "stopped",
            "third": "ready",
            "busy": "ready",
            "needy": "ready",
        }
        assert (await anext(stream)).text == "word"
        await stream.aclose()
    assert events.count(("failed", "needy")) == 2


async def test_a_load_that_lacks_memory_for_good_says_so(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        await pool.engine(scripted("idle")).info()
        with pytest.raises(OutOfMemory):
            await pool.engine(scripted("needy", load="out-of-memory")).info()
        assert states(pool) == {"idle": "stopped", "needy": "stopped"}


async def test_closing_ends_everything_and_may_be_repeated(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle, loading = pool.engine(scripted("a")), pool.engine(scripted("b", load="hang"))
        stream = handle.stream("say", Say(repeat=0), Word)
        await anext(stream)
        pid = await worker_pid(handle)
        waiting = asyncio.create_task(loading.info())
        await until(lambda: pool.status()[1].pid)
        await asyncio.gather(pool.close(), pool.close())
        await pool.close()
        assert has_ended(pid)
        with pytest.raises(EngineUnloaded):
            await read_all(stream)
        with pytest.raises(EngineUnloaded):
            await waiting
        with pytest.raises(EngineUnloaded, match="closing"):
            await handle.info()
        assert set(states(pool).values()) == {"stopped"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
async def test_closing_does_not_wait_for_a_worker_that_is_in_a_long_step(tmp_path, monkeypatch):
    monkeypatch.setattr("myna.worker.process.GRACE_S", 3600)  # only an idle one gets it
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        stream = handle.stream("say", Say(then="hang"), Word)
        await anext(stream)
        await pool.close()
        assert has_ended(pid)
        with pytest.raises(EngineUnloaded):
            await read_all(stream)


async def test_one_handle_for_equal_specs(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        assert pool.engine(scripted("a")) is pool.engine(scripted("a"))
        assert pool.engine(scripted("a")) is not pool.engine(scripted("a", pausable=False))
        assert states(pool) == {"a": "stopped"}


async def test_all_models_are_unloaded_and_can_be_started_again(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        first, second, unused = (pool.engine(scripted(name=name)) for name in ("first", "second", "unused"))
        pids = [await worker_pid(first), await worker_pid(second)]
        assert await pool.unload_all("for a test") == [first, second]
        assert all(has_ended(pid) for pid in pids)
        assert await pool.unload_all("for a test") == []
        assert unused is pool.engine(scripted(name="unused"))
        assert await worker_pid(first) not in pids


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process")
async def test_a_stopped_worker_is_silent_until_it_goes_on(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        pids = {name: await worker_pid(pool.engine(scripted(name=name))) for name in ("first", "second")}
        assert await pool.silent(30) == []
        os.kill(pids["second"], signal.SIGSTOP)
        # The signal was sent, which is not yet to say that it was taken.
        await until(lambda: psutil.Process(pids["second"]).status() == psutil.STATUS_STOPPED)
        try:
            assert await pool.silent(0.2) == ["second"]
        finally:
            os.kill(pids["second"], signal.SIGCONT)
        assert await pool.silent(30) == []


async def test_a_model_that_is_retired_ends_what_it_does_first(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        async with aclosing(handle.stream("say", Say(repeat=0), Word)) as words:
            await anext(words)
            retiring = asyncio.create_task(pool.retire_in_time(handle))
            for _ in range(500):
                await anext(words)
            assert not retiring.done()
        await retiring
        assert has_ended(pid)
        # And is there again for whoever asks.
        assert await worker_pid(handle) != pid
