"""The shipped fakes behave as what they stand for."""

import asyncio
import struct
from collections.abc import Sequence

import pytest

from myna.config import ChatSettings, Settings
from myna.engine.protocols import Embedder, Sampling, TextEnd, TextEngine, TextPiece, TextRequest
from myna.errors import EngineCrashed, PromptTooLong
from myna.events import Notice, Usage
from myna.hookspecs import TurnDraft
from myna.messages import system, user
from myna.testing import FakeClock, FakeEmbedder, FakeEngine, count_messages, draft, split_tokens, stream

HELLO = TextRequest(messages=(user("Hello there"),))


async def answer(engine: TextEngine, request: TextRequest = HELLO) -> tuple[str, TextEnd]:
    *pieces, end = [item async for item in engine.generate(request)]
    assert all(isinstance(piece, TextPiece) for piece in pieces)
    assert isinstance(end, TextEnd)
    return "".join(piece.text for piece in pieces), end


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", []), ("a b,c  d", ["a", "b,c", "d"]), ("你好world 们", ["你", "好", "world", "们"])],
)
def test_tokens_are_words_and_chinese_characters(text, tokens):
    assert split_tokens(text) == tokens


async def test_an_answer_is_the_script_and_one_end():
    engine = FakeEngine(["Hel", "lo"])
    text, end = await answer(engine)
    assert (text, end.reason) == ("Hello", "stop")
    assert end.usage == Usage(prompt_tokens=4 + 4 + 2, completion_tokens=2)
    assert engine.requests == [HELLO]
    assert (engine.running, engine.cancelled) == (0, 0)


async def test_a_script_may_depend_on_the_request():
    engine = FakeEngine(lambda request: [request.messages[-1].text.upper()])
    assert (await answer(engine))[0] == "HELLO THERE"


@pytest.mark.parametrize(
    ("request_", "text", "reason", "stop"),
    [
        (TextRequest(prompt="x", max_tokens=2), "one two ", "length", ""),
        (TextRequest(prompt="x", max_tokens=3), "one two three", "stop", ""),
        (TextRequest(prompt="x", stop=("o t",)), "one tw", "stop", "o t"),
        (TextRequest(prompt="x", stop=("nowhere", "one")), "", "stop", "one"),
        (TextRequest(prompt="x", stop=("three",), max_tokens=1), "one ", "length", ""),
    ],
)
async def test_limits_and_stop_strings_are_obeyed(request_, text, reason, stop):
    said, end = await answer(FakeEngine(["one ", "two ", "three"]), request_)
    assert (said, end.reason, end.stop) == (text, reason, stop)


async def test_a_seed_is_reported():
    assert (await answer(FakeEngine(), TextRequest(prompt="x", sampling=Sampling(seed=7))))[1].seed == 7


async def test_a_full_context_ends_the_answer_and_a_fuller_one_refuses_it():
    _, end = await answer(FakeEngine(["a"] * 9, context=10), TextRequest(tokens=(1, 2, 3, 4, 5, 6, 7)))
    assert (end.reason, end.usage.completion_tokens) == ("length", 3)
    with pytest.raises(PromptTooLong, match="the prompt has 10 tokens and the context holds 10"):
        await answer(FakeEngine(context=10))


async def test_an_error_comes_in_mid_stream():
    engine = FakeEngine(["a", "b", "c"], error=EngineCrashed("gone"), error_after=2)
    pieces = engine.generate(HELLO)
    assert [await anext(pieces), await anext(pieces)] == [TextPiece("a"), TextPiece("b")]
    with pytest.raises(EngineCrashed, match="gone"):
        await anext(pieces)
    assert (engine.running, engine.cancelled) == (0, 0)


async def test_closing_the_answer_cancels_it():
    engine = FakeEngine(["a", "b"])
    pieces = engine.generate(HELLO)
    assert await anext(pieces) == TextPiece("a")
    assert engine.running == 1
    await pieces.aclose()
    assert (engine.running, engine.cancelled) == (0, 1)


async def test_leaving_at_the_end_is_no_cancel():
    engine = FakeEngine(["a"])
    pieces = engine.generate(HELLO)
    while not isinstance(await anext(pieces), TextEnd):
        pass
    await pieces.aclose()
    assert engine.cancelled == 0


async def test_an_answer_can_be_held_and_cancelled_or_let_go():
    engine = FakeEngine(["a", "b"], hold_after=1)
    cancelled, finished = (asyncio.ensure_future(answer(engine)) for _ in range(2))
    await engine.held()
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert (engine.cancelled, finished.done()) == (1, False)
    engine.release()
    assert (await finished)[0] == "ab"
    assert engine.running == 0


async def test_counting_and_tokenizing_agree():
    engine = FakeEngine()
    messages = [system("be kind"), user("你好")]
    assert await engine.count(messages) == count_messages(messages) == 4 + 4 + 2 + 4 + 2
    assert len(await engine.tokenize("a b c")) == 3
    assert await engine.tokenize("a b") == await FakeEngine().tokenize("a b")
    assert (await engine.info()).context == 4096


def cosine(first: Sequence[float], second: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))


async def test_texts_that_share_words_are_near():
    embedder: Embedder = FakeEmbedder(64)
    found = await embedder.embed(["the cat sat", "The cat ran", "quantum flux", ""])
    values = struct.unpack("<256f", found.vectors)
    cat, also, other, empty = (values[at : at + 64] for at in range(0, 256, 64))
    assert found.dimensions == 64
    assert found.tokens == 8
    assert cosine(cat, cat) == pytest.approx(1)
    assert cosine(cat, also) > cosine(cat, other)
    assert not any(empty)


async def test_time_passes_only_when_it_is_moved():
    clock, woken = FakeClock(100.0), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.ensure_future(sleeper(seconds)) for seconds in (3, 1, 2, 0)]
    await asyncio.sleep(0)
    assert clock.sleeping == 3
    clock.advance(2)
    await asyncio.gather(*tasks[1:])
    assert (woken, clock(), clock.sleeping) == ([0, 1, 2], 102.0, 1)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    assert clock.sleeping == 0
    clock.advance(10)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(-1)


async def test_a_draft_is_a_turn():
    settings = Settings(chat=ChatSettings(max_tokens=9, temperature=0.0))
    turn = draft("hi", history=[system("be kind")], engine=FakeEngine(["o", "k"]), settings=settings, context=50)
    as_hooks_see_it: TurnDraft = turn
    assert [message.role for message in as_hooks_see_it.messages] == ["system", "user"]
    assert (turn.max_tokens, turn.sampling.temperature, turn.context) == (9, 0.0, 50)
    assert await turn.count(turn.messages) == count_messages(turn.messages)
    assert await turn.generate(HELLO) == "ok"
    turn.emit(Notice(turn="", epoch=0, code="c", text="t"))
    assert turn.events == [Notice(turn=turn.turn, epoch=turn.epoch, code="c", text="t")]


def test_a_filter_is_streamed_to_its_end():
    class Late:
        kept = ""

        def feed(self, text: str) -> str:
            out, self.kept = self.kept, text
            return out

        def finish(self) -> str:
            return self.kept

    assert stream(Late(), ["a", "b"]) == ["", "a", "b"]
