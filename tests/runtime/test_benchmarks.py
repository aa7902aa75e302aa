"""The arithmetic and the parsing behind `myna bench`; no test here measures anything."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from myna.benchmarks import BENCHMARKS
from myna.benchmarks.chat_client import HOST, Broken, ChatClient, Refused, free_port
from myna.benchmarks.children import finished, first_byte, running, wait_done
from myna.benchmarks.concurrent import Round, Side, unequal
from myna.benchmarks.concurrent import run as concurrent
from myna.benchmarks.onnx import VARIABLE
from myna.benchmarks.onnx import run as onnx_run
from myna.benchmarks.peers import LlamaPrograms, find_programs, read_bench
from myna.benchmarks.processes import allowance, difference
from myna.benchmarks.subject import Answer
from myna.benchmarks.texts import about, facts
from myna.cli.bench import BenchContext, Samples, reaches_target
from myna.cli.context import Context
from myna.errors import EngineError


@pytest.fixture
def bench(capsys: pytest.CaptureFixture[str]) -> BenchContext:
    return BenchContext(Context(), runs=3)


def llama_bench(*samples: float, tests: int = 1) -> bytes:
    """What `llama-bench -o json` prints, cut down to some of its fields."""
    one = {
        "build_number": 1,
        "model_type": "llama 0.1B Q4_1",
        "n_threads": 2,
        "n_prompt": 0,
        "n_gen": 128,
        "n_depth": 40,
        "avg_ts": sum(samples) / max(len(samples), 1),
        "samples_ns": [1000 for _ in samples],
        "samples_ts": list(samples),
    }
    return json.dumps([one] * tests, indent=2).encode()


def test_every_group_can_be_imported():
    for info in BENCHMARKS:
        module, _, name = info.target.partition(":")
        assert asyncio.iscoroutinefunction(getattr(importlib.import_module(module), name)), info.target
    assert len({info.name for info in BENCHMARKS}) == len(BENCHMARKS)


# llama-bench


def test_llama_bench_output_is_read():
    assert read_bench(llama_bench(110.5)) == 110.5


@pytest.mark.parametrize(
    "output",
    [
        b"",
        b"error: failed to load model",
        b"[]",
        b'{"samples_ts": [1]}',
        b'[{"samples_ts": [1.0]}]',
        llama_bench(),
        llama_bench(1.0, 2.0),
        llama_bench(1.0, tests=2),
        llama_bench(0.0),
        llama_bench(1.0)[:-20],
    ],
)
def test_any_other_output_is_an_error(output):
    with pytest.raises(EngineError):
        read_bench(output)


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for the program")
async def test_llama_bench_is_asked_for_one_repetition(tmp_path):
    program = tmp_path / "llama-bench"
    answer = tmp_path / "answer"
    answer.write_bytes(llama_bench(99.0))
    program.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked"\ncat "{answer}"\n')
    program.chmod(0o755)
    found = await LlamaPrograms(tmp_path).bench(Path("model.gguf"), threads=2, generate=128, depth=40)
    assert found == 99.0
    assert (tmp_path / "asked").read_text() == "-m model.gguf -t 2 -p 0 -n 128 -d 40 -r 1 -o json\n"


def test_libraries_beside_the_programs_come_first(tmp_path, monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "elsewhere")
    places = LlamaPrograms(tmp_path / "bin").environment()["LD_LIBRARY_PATH"].split(os.pathsep)
    assert places[0] == str(tmp_path / "bin")
    assert str(tmp_path / "lib") in places
    assert places[-1] == "elsewhere"


def test_a_missing_peer_is_said_with_how_to_get_it(bench, tmp_path, capsys):
    assert find_programs(bench, "llama-bench", {}) is None
    assert "make bench" in capsys.readouterr().err
    assert find_programs(bench, "llama-bench", {"MYNA_LLAMA_BIN": str(tmp_path)}) is None
    assert str(tmp_path) in capsys.readouterr().err
    program = LlamaPrograms(tmp_path).program("llama-bench")
    program.touch()
    assert find_programs(bench, "llama-bench", {"MYNA_LLAMA_BIN": str(tmp_path)}) is not None
    assert capsys.readouterr().err == ""


# figures


def test_the_first_token_is_not_decoded():
    assert Answer(first_s=1.0, last_s=3.0, tokens=129, prompt_tokens=40).tokens_per_second == 64.0


@pytest.mark.parametrize("tokens", [0, 1])
def test_too_short_an_answer_has_no_speed(tokens):
    with pytest.raises(EngineError, match="too few"):
        _ = Answer(1.0, 1.0, tokens, 40).tokens_per_second


def test_a_difference_is_taken_between_neighbouring_runs():
    # The machine slows down in the middle; ours is 0.1 later each time.
    ours, peer = Samples("a", (1.1, 5.1, 1.2)), Samples("b", (1.0, 5.0, 1.1))
    assert difference(ours, peer) == pytest.approx(0.1)


def test_an_allowance_is_a_ratio_of_which_one_is_asked():
    kept, broken = (allowance("help", value, 250, "ms", runs=10) for value in (200.0, 300.0))
    assert kept.ratio == pytest.approx(0.8)
    assert reaches_target(kept) is True
    assert reaches_target(broken) is False


def test_a_round_counts_tokens_that_were_made():
    answers = (Answer(0.1, 2.0, 64, 500), Answer(0.2, 2.0, 60, 500), Answer(0.9, 2.0, 64, 500))
    found = Round(answers, took_s=2.0)
    assert found.tokens_per_second == 94.0
    assert found.first_token_ms == pytest.approx(200)


def test_unequal_work_is_noticed():
    whole, part = Round((Answer(0, 1, 64, 1),), 1.0), Round((Answer(0, 1, 32, 1),), 1.0)
    assert unequal([whole], [whole]) == ""
    assert "64 tokens beside 32" in unequal([whole], [part])


# interleaving


@pytest.fixture
def no_pauses(monkeypatch):
    monkeypatch.setattr("myna.benchmarks.concurrent.SETTLE_S", 0)


def _side(log: list[tuple[str, str, str]], who: str, *, used_before: bool, at_once: int = 2) -> Side:
    async def ask(system: str, question: str, tokens: int) -> Answer:
        log.append((who, system, question))
        return Answer(0.1, 0.5, tokens, 500)

    async def prompts(number: int) -> str:
        return f"prompt {number}"

    return Side(ask, prompts, at_once=at_once, used_before=used_before)


@pytest.mark.usefixtures("no_pauses")
async def test_both_sides_get_the_same_new_prompts_by_turns(bench):
    log: list[tuple[str, str, str]] = []
    mine, theirs = _side(log, "ours", used_before=False), _side(log, "peer", used_before=False)
    ours, _ = await bench.pair(mine.run, theirs.run)
    assert len(ours.values) == 3
    # A warm-up and three runs of two conversations each.
    assert [system for who, system, _ in log if who == "ours"] == [f"prompt {n}" for n in (0, 0, 1, 1, 2, 2, 3, 3)]
    assert [entry[1:] for entry in log if entry[0] == "ours"] == [entry[1:] for entry in log if entry[0] == "peer"]
    assert [who for who, *_ in log[::2]] == ["ours", "peer", "ours", "peer", "peer", "ours", "ours", "peer"]
    # The warm-up does not count.
    assert len(mine.rounds) == 4
    assert len(mine.first_tokens("first", 3).values) == 3


@pytest.mark.usefixtures("no_pauses")
async def test_a_known_system_prompt_is_used_once_before():
    log: list[tuple[str, str, str]] = []
    side = _side(log, "ours", used_before=True)
    await side.run()
    assert len(log) == 3
    assert {system for _, system, _ in log} == {"prompt 0"}
    assert len({question for *_, question in log}) == 3
    assert len(side.rounds[0].answers) == 2


class _Subject:
    """Answers at once."""

    class client:  # noqa: N801 - an attribute of the real one
        @staticmethod
        async def tokenize(text: str) -> tuple[int, ...]:
            return tuple(range(len(text.split())))

    async def conversation(self, system: str) -> str:
        return system

    async def ask(self, conversation: str, question: str, tokens: int) -> Answer:
        return Answer(0.1, 0.5, tokens, 500)


@pytest.mark.usefixtures("no_pauses")
async def test_without_a_peer_the_figures_are_there_all_the_same(bench, monkeypatch, capsys):
    @asynccontextmanager
    async def open_subject(*_: object, **__: object):
        yield _Subject()

    monkeypatch.delenv("MYNA_LLAMA_BIN", raising=False)
    monkeypatch.setattr("myna.benchmarks.concurrent.open_subject", open_subject)
    found = await concurrent(bench)
    assert len(found) == 12
    assert all(one.peer_value is None and one.ratio is None and one.value > 0 for one in found)
    assert all(reaches_target(one) is None for one in found)
    assert "make bench" in capsys.readouterr().err


# texts


def test_texts_of_two_seeds_part_at_once():
    assert facts(1, 5) == facts(1, 5)
    first = {facts(seed, 1)[0] for seed in range(50)}
    assert len(first) == 50


@pytest.mark.parametrize("tokens", [50, 500, 1000])
async def test_a_text_has_about_as_many_tokens_as_asked(tokens):
    text = await about(_Subject.client, 1, tokens)
    assert tokens - 20 <= len(text.split()) <= tokens


# llama-server


async def _serve(handle: Callable[[bytes], Awaitable[list[bytes]]]) -> asyncio.Server:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = [int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")]
        body = await reader.readexactly(length[0]) if length else b""
        for piece in await handle(head + body):
            writer.write(piece)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    return await asyncio.start_server(connected, HOST, 0)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n"
EVENTS = (
    'data: {"choices":[{"delta":{"role":"assistant","content":null},"index":0}]}\n\n'
    'data: {"choices":[{"delta":{"content":"早"},"index":0}]}\n\n'
    'data: {"choices":[{"delta":{"content":"上"},"index":0}]}\n\n'
    'data: {"choices":[],"usage":{"completion_tokens":2,"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":4}}}'
    "\n\ndata: [DONE]\n\n"
).encode()


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
async def test_an_answer_is_read_however_it_is_cut(size):
    asked: list[bytes] = []

    async def handle(request: bytes) -> list[bytes]:
        asked.append(request)
        return [HEAD, *[_chunk(EVENTS[at : at + size]) for at in range(0, len(EVENTS), size)], b"0\r\n\r\n"]

    async with await _serve(handle) as listening:
        answer = await ChatClient("llama-server", listening.sockets[0].getsockname()[1]).ask("be brief", "hello", 2)
    assert (answer.tokens, answer.prompt_tokens, answer.cached_tokens) == (2, 9, 4)
    assert 0 < answer.first_s <= answer.last_s
    body = json.loads(asked[0].partition(b"\r\n\r\n")[2])
    assert body["messages"] == [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}]
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (2, 0, True)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 500 Oops\r\n\r\nno slot"],
        [b"SSH-2.0-nonsense\r\n\r\n"],
        [HEAD, _chunk(EVENTS[:60])],
        [HEAD, b"zz\r\n"],
        [HEAD, b"0\r\n\r\n"],
        [HEAD, _chunk(b"data: {nonsense\n\n"), b"0\r\n\r\n"],
        [],
    ],
)
async def test_a_broken_answer_is_an_engine_error(pieces):
    async def handle(_: bytes) -> list[bytes]:
        return pieces

    async with await _serve(handle) as listening:
        with pytest.raises(EngineError):
            await ChatClient("llama-server", listening.sockets[0].getsockname()[1]).ask("s", "q", 2)


async def test_who_is_refused_is_told_when_to_come_back():
    async def handle(_: bytes) -> list[bytes]:
        return [b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy"]

    async with await _serve(handle) as listening:
        with pytest.raises(Refused) as told:
            await ChatClient("a server", listening.sockets[0].getsockname()[1]).ask("s", "q", 2)
    assert (told.value.status, told.value.retry_s) == (429, 7)
    assert "busy" in told.value.message


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b'{"error": {"message": "gone", "code": "engine_crashed"}}', "engine_crashed"),
        (b'{"error": {"message": "gone", "code": 503}}', "503"),
        (b'{"error": {"message": "gone", "code": null}}', ""),
        (b'{"error": "gone"}', ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
async def test_the_code_of_an_error_is_told(said, told):
    async def handle(_: bytes) -> list[bytes]:
        return [b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n", said]

    async with await _serve(handle) as listening:
        with pytest.raises(Refused) as caught:
            await ChatClient("a server", listening.sockets[0].getsockname()[1]).ask("s", "q", 2)
    assert caught.value.told == told


async def test_an_answer_that_breaks_off_says_why_and_that_it_had_begun():
    begun: list[bool] = []
    events = (
        b'data: {"choices": [{"delta": {"content": "Hel"}}]}\n\n'
        b'data: {"error": {"message": "the model stopped", "code": "engine_crashed"}}\n\n'
    )

    async def handle(_: bytes) -> list[bytes]:
        return [HEAD, _chunk(events), b"0\r\n\r\n"]

    async with await _serve(handle) as listening:
        client = ChatClient("a server", listening.sockets[0].getsockname()[1])
        with pytest.raises(Broken, match="the model stopped") as caught:
            await client.ask("s", "q", 2, begun=lambda: begun.append(True))
    assert caught.value.told == "engine_crashed"
    assert begun == [True]


async def test_health_is_a_status():
    answers = iter([[b"HTTP/1.1 503 Loading\r\n\r\n"], [b"HTTP/1.1 200 OK\r\n\r\n"], []])

    async def handle(_: bytes) -> list[bytes]:
        return next(answers)

    async with await _serve(handle) as listening:
        server = ChatClient("llama-server", listening.sockets[0].getsockname()[1])
        assert [await server.healthy() for _ in range(3)] == [False, True, False]
    assert not await ChatClient("llama-server", free_port()).healthy()


# processes


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


async def test_a_program_is_timed_up_to_its_first_byte_and_runs_to_its_end(tmp_path):
    left = tmp_path / "left"
    code = (
        "import pathlib, sys\nprint('a', flush=True)\nsys.stdin.read()\n"
        f"pathlib.Path({str(left)!r}).write_text('done')\nprint('b')"
    )
    assert await first_byte(_python(code), os.environ) > 0
    assert left.read_text() == "done"


@pytest.mark.parametrize(
    "code", ["pass", "raise SystemExit('it broke')", "print('a', flush=True); raise SystemExit(3)"]
)
async def test_a_program_that_fails_is_no_figure(code):
    with pytest.raises(EngineError, match="exit status"):
        await first_byte(_python(code), os.environ)


async def test_the_last_words_of_a_failed_program_are_told():
    with pytest.raises(EngineError, match="it broke"):
        await finished(_python("raise SystemExit('it broke')"), os.environ)
    with pytest.raises(EngineError, match="cannot be started"):
        await finished(("/no/such/program",), os.environ)


async def test_a_program_ends_with_its_block():
    command = _python("import time; print('\\0', end='', flush=True); time.sleep(600)")
    started: list[int] = []

    async def fail() -> None:
        async with running(command, os.environ) as process:
            await wait_done(process, command)
            started.append(process.pid)
            raise RuntimeError("the measurement failed")

    with pytest.raises(RuntimeError, match="the measurement failed"):
        await fail()
    assert not psutil.pid_exists(started[0])


async def test_a_program_that_ends_before_it_is_done_is_an_error():
    command = _python("print('half an answer')")
    async with running(command, os.environ) as process:
        with pytest.raises(EngineError, match="exit status 0"):
            await wait_done(process, command)


async def test_without_onnx_models_nothing_is_measured_and_that_is_said(bench, monkeypatch, capsys):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert await onnx_run(bench) == []
    assert VARIABLE in capsys.readouterr().err
