"""Real workers that die, each in its own way: their requests end, everything else goes on."""

import asyncio
import os
import signal
import sys

import msgspec
import pytest

from myna.errors import (
    BadInput,
    BadModelFile,
    EngineCrashed,
    EngineError,
    EngineHung,
    ExtraMissing,
    ModelLoadFailed,
    OutOfMemory,
    UsageError,
)
from myna.testing.hosted import Look, Say, Word, has_ended, hosted_pool, scripted, worker_pid

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


class NoScript(msgspec.Struct):
    words: int = 5


async def say(handle, **script):
    return [word.text async for word in handle.stream("say", Say(**script), Word)]


async def read_all(stream):
    async for _ in stream:
        pass


async def test_kill_in_mid_answer_takes_only_that_workers_requests(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        victim, bystander = pool.engine(scripted("victim")), pool.engine(scripted("bystander"))
        pid = await worker_pid(victim)
        others = bystander.stream("say", Say(repeat=0), Word)
        await anext(others)

        answer = victim.stream("say", Say(repeat=0), Word)
        for _ in range(10):
            await anext(answer)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineCrashed, match="SIGKILL") as caught:
            await read_all(answer)
        assert "victim" in caught.value.message
        assert has_ended(pid)

        assert (await anext(others)).text == "word"
        await others.aclose()
        assert await say(victim, words=("back", "again")) == ["back", "again"]
        assert await worker_pid(victim) != pid
        assert [(s.name, s.restarts) for s in pool.status()] == [("victim", 1), ("bystander", 0)]


async def test_every_request_of_a_killed_worker_ends_with_an_error_of_its_own(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        streams = [handle.stream("say", Say(repeat=0), Word) for _ in range(20)]
        await asyncio.gather(*[anext(stream) for stream in streams])
        os.kill(pid, signal.SIGKILL)
        errors = await asyncio.gather(*[read_all(stream) for stream in streams], return_exceptions=True)
        assert {type(error) for error in errors} == {EngineCrashed}
        assert len({id(error) for error in errors}) == 20


async def test_an_interrupt_from_the_keyboard_is_the_hosts_business(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        os.kill(pid, signal.SIGINT)
        assert await worker_pid(handle) == pid


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("kill", "SIGKILL"),
        ("abort", "SIGABRT"),
        ("exit", "ended with exit status 0"),
        ("raise", "ValueError: a bug in the engine"),
        ("garbage", "sent something that makes no sense"),
        ("huge-frame", "sent something that makes no sense"),
    ],
)
async def test_a_crash_is_told_in_words_and_the_next_request_works(tmp_path, trouble, said):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        answer = handle.stream("say", Say(words=("a", "b"), then=trouble), Word)
        assert [(await anext(answer)).text, (await anext(answer)).text] == ["a", "b"]
        with pytest.raises(EngineCrashed, match=said) as caught:
            await anext(answer)
        assert str(tmp_path) in caught.value.hint
        assert await say(handle, words=("fine",)) == ["fine"]


async def test_the_last_words_of_a_worker_are_in_the_error_and_in_its_log(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted("chatty", print="loading tensors\n"))
        with pytest.raises(EngineCrashed, match="GGML_ASSERT") as caught:
            await say(handle, print="GGML_ASSERT(n_tokens < 5) failed\n", then="abort")
        assert "\n" not in caught.value.message
        log = (tmp_path / "worker-chatty.log").read_text()
        assert "loading tensors" in log
        assert "Fatal Python error: Aborted" in log  # where it stood, for whoever mends it


async def test_nothing_a_worker_prints_reaches_the_terminal(tmp_path, capfd):
    async with hosted_pool(tmp_path) as pool:
        await say(pool.engine(scripted(print="to stdout\n")), print="to stderr\n")
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


async def test_running_out_of_memory_is_named_and_survived(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted(memory_limit_mb=512))
        with pytest.raises(OutOfMemory, match="ran out of memory while working"):
            await say(handle, then="allocate")
        assert await say(handle) == ["word"]


async def test_a_stopped_worker_is_hung(tmp_path):
    async with hosted_pool(tmp_path, hang_timeout_s=1.0) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        answer = handle.stream("say", Say(repeat=0), Word)
        await anext(answer)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(EngineHung, match="has not answered for 1 s"):
            await read_all(answer)
        assert await worker_pid(handle) != pid
        assert has_ended(pid)


@pytest.mark.parametrize("trouble", ["hang", "spin"])
async def test_a_worker_in_an_endless_step_is_hung(tmp_path, trouble):
    async with hosted_pool(tmp_path, hang_timeout_s=1.0) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        with pytest.raises(EngineHung, match="has been in one step"):
            await say(handle, then=trouble)
        assert await worker_pid(handle) != pid
        assert has_ended(pid)


async def test_a_hang_is_noticed_although_its_request_was_cancelled(tmp_path):
    events = []
    hung = asyncio.Event()

    def observe(event):
        events.append(event)
        if event.kind == "crashed":
            hung.set()

    async with hosted_pool(tmp_path, hang_timeout_s=1.0, observe=observe) as pool:
        handle = pool.engine(scripted())
        pid = await worker_pid(handle)
        stream = handle.stream("say", Say(repeat=0), Word)
        await anext(stream)
        os.kill(pid, signal.SIGSTOP)
        await stream.aclose()
        await hung.wait()
    assert events[-1].error.code == "engine-hung"


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"load": "bad-file"}, BadModelFile, "this is no model"),
        ({"load": "fail"}, ModelLoadFailed, "it does not want to"),
        ({"load": "raise"}, ModelLoadFailed, "ValueError: a bug in the engine"),
        ({"load": "out-of-memory"}, OutOfMemory, "ran out of memory while loading"),
        ({"load": "kill"}, EngineCrashed, "SIGKILL"),
        ({"load": "exit"}, EngineCrashed, "ended with exit status 0"),
        ({"load_needs": "no_such_library"}, ExtraMissing, "needs 'no_such_library'"),
    ],
)
async def test_a_model_that_cannot_be_loaded_says_why_to_all_who_asked(tmp_path, options, kind, said):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted("broken", **options))
        errors = await asyncio.gather(handle.info(), say(handle), handle.info(), return_exceptions=True)
        assert {type(error) for error in errors} == {kind}
        assert all(said in error.message for error in errors)
        (status,) = pool.status()
        assert (status.state, status.pid, status.restarts) == ("stopped", None, 0)
        assert status.last_error.code == kind.code


async def test_a_load_that_takes_for_ever_is_ended(tmp_path):
    async with hosted_pool(tmp_path, load_timeout_s=1.0) as pool:
        with pytest.raises(ModelLoadFailed, match="was not ready within 1 s"):
            await pool.engine(scripted(load="hang")).info()


async def test_a_worker_that_cannot_be_started_at_all_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    async with hosted_pool(tmp_path) as pool:
        with pytest.raises(EngineCrashed, match="could not be started"):
            await pool.engine(scripted()).info()


async def test_no_descriptor_left_is_an_error_and_not_a_crash_of_the_host(tmp_path, monkeypatch):
    def refuse():
        raise OSError(24, "Too many open files")

    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        with monkeypatch.context() as patch:
            patch.setattr("socket.socketpair", refuse)
            with pytest.raises(EngineError, match="Too many open files"):
                await handle.info()
        assert await say(handle) == ["word"]


async def test_a_bad_request_fails_alone(tmp_path):
    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted())
        running = handle.stream("say", Say(repeat=0), Word)
        await anext(running)
        with pytest.raises(UsageError, match="no operation"):
            await handle.call("sing", Say(), Word)
        with pytest.raises(BadInput, match="cannot serve the request"):
            await handle.call("say", NoScript(), Word)
        with pytest.raises(EngineError, match="something else"):
            await handle.call("say", Say(), Look)
        assert (await anext(running)).text == "word"
        await running.aclose()
