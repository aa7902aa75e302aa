"""Streams through real workers: order, cancelling, slow readers."""

import asyncio

import pytest

from myna.errors import EngineError, UsageError
from myna.testing.hosted import Ask, Look, Say, Word, hosted_pool, scripted, until
from myna.worker import protocol


async def look(handle):
    return await handle.call("look", Ask(), Look)


async def test_answers_arrive_whole_and_in_order_from_many_streams_at_once(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())

        async def words(n):
            script = Say(words=tuple(f"{n}:{i} 鸟🐦" for i in range(200)))
            return [word.text async for word in handle.stream("say", script, Word)]

        for n, got in enumerate(await asyncio.gather(*[words(n) for n in range(12)])):
            assert got == [f"{n}:{i} 鸟🐦" for i in range(200)]


async def test_closing_a_stream_cancels_it(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        stream = handle.stream("say", Say(repeat=0), Word)
        await anext(stream)
        await stream.aclose()
        # Frames are taken in order, so the cancel comes before this question.
        seen = await look(handle)
        assert (seen.submitted, seen.cancelled, seen.active) == (2, 1, 0)


async def test_cancelling_the_reader_cancels_the_request(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        started = asyncio.Event()

        async def read():
            async for _ in handle.stream("say", Say(repeat=0), Word):
                started.set()

        reader = asyncio.create_task(read())
        await started.wait()
        reader.cancel()
        await asyncio.wait([reader])
        assert (await look(handle)).active == 0


async def test_a_stream_that_was_never_started_costs_nothing(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        stream = pool.engine(scripted()).stream("say", Say(), Word)
        await stream.aclose()
        assert [(s.state, s.pid) for s in pool.status()] == [("stopped", None)]


async def test_a_finished_stream_is_not_cancelled(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        async for _ in handle.stream("say", Say(repeat=3), Word):
            pass
        assert (await look(handle)).cancelled == 0


async def test_a_call_wants_exactly_one_answer(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        for repeat in (2, 5):
            with pytest.raises(EngineError, match="one was expected"):
                await handle.call("say", Say(repeat=repeat), Word)
        with pytest.raises(EngineError, match="0 answers"):
            await handle.call("say", Say(words=(), repeat=1), Word)


async def test_a_slow_reader_pauses_its_own_request_and_nobody_elses(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        slow = handle.stream("say", Say(words=tuple(str(n) for n in range(30_000))), Word)
        assert (await anext(slow)).text == "0"
        while not (await look(handle)).paused:
            pass
        assert len([w async for w in handle.stream("say", Say(repeat=100), Word)]) == 100
        rest = [word.text async for word in slow]
        assert rest == [str(n) for n in range(1, 30_000)]


async def test_a_slow_reader_of_an_engine_that_cannot_pause_holds_the_worker_up(tmp_path):
    async with hosted_pool(tmp_path, hang_timeout_s=0.5) as pool:
        handle = pool.engine(scripted(pausable=False))
        slow = handle.stream("say", Say(words=("x" * 200_000,), repeat=0), Word)
        await anext(slow)
        worker = pool._models[handle.spec.key()][0]._worker
        await until(lambda: not worker.connection.reading)
        # Nothing is read, so nothing is answered; the worker is not blamed, however long it takes.
        for _ in range(100):
            await asyncio.sleep(0.01)
        assert worker.usable
        assert worker.connection._unread < 20_000_000
        await slow.aclose()
        assert (await look(handle)).active == 0


async def test_a_worker_that_is_held_up_still_unloads_gracefully(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted(pausable=False, note_close=str(tmp_path / "closed")))
        slow = handle.stream("say", Say(words=("x" * 200_000,), repeat=0), Word)
        await anext(slow)
        worker = pool._models[handle.spec.key()][0]._worker
        await until(lambda: not worker.connection.reading)
        await pool.unload(handle)
        assert (tmp_path / "closed").exists()
        await slow.aclose()


async def test_a_large_item_and_a_large_request_pass(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        text = "长" * 3_000_000
        assert (await handle.call("say", Say(words=(text,)), Word)).text == text


async def test_a_request_that_is_too_large_is_refused_here(tmp_path, monkeypatch):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        await handle.info()
        monkeypatch.setattr(protocol, "MAX_FRAME", 1000)
        with pytest.raises(UsageError, match=r"too large: a frame of [0-9,]+ bytes"):
            await handle.call("say", Say(words=("x" * 1000,)), Word)
        assert (await look(handle)).submitted == 1


async def test_the_workers_surroundings(tmp_path, monkeypatch):
    (tmp_path / "msgspec.py").write_text("raise SystemExit('the current folder was imported from')")
    monkeypatch.chdir(tmp_path)
    async with hosted_pool(tmp_path) as pool:
        seen = await look(pool.engine(scripted()))
    assert "" not in seen.path
    assert str(tmp_path) not in seen.path
    ones = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "GGML_NO_BACKTRACE")
    for name in (*ones, "OPENBLAS_NUM_THREADS"):
        assert seen.environment[name] == "1"
    assert not {"sqlalchemy", "huggingface_hub", "httpx", "rich"} & set(seen.modules)


async def test_status_tells_what_is_going_on(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted("parrot"))
        stream = handle.stream("say", Say(repeat=0), Word)
        await anext(stream)
        (status,) = pool.status()
        assert (status.name, status.state, status.in_flight) == ("parrot", "ready", 1)
        await stream.aclose()
        assert status.pid == (await look(handle)).pid
        await until(lambda: pool.status()[0].rss)
        assert 5_000_000 < pool.status()[0].rss < 500_000_000
