"""The typed clients, over a handle that remembers what it was asked."""

import msgspec
import pytest

from myna.engine.clients import TextClient
from myna.engine.protocols import (
    Count,
    CountRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    TextEnd,
    TextPiece,
    TextRequest,
    TokenizeRequest,
    Tokens,
)
from myna.events import Usage
from myna.messages import user
from myna.tools import Tool, ToolUse


class Handle:
    """Encodes and decodes as the real one does."""

    def __init__(self, *answers):
        self.answers = answers
        self.asked = []
        self.closed = False

    async def info(self):
        return ModelInfo("m")

    async def call(self, operation, body, reply):
        self.asked.append((operation, body))
        return msgspec.msgpack.decode(msgspec.msgpack.encode(self.answers[0]), type=reply)

    async def stream(self, operation, body, item, *, ahead=0):
        self.ahead = ahead
        self.asked.append((operation, body))
        try:
            for answer in self.answers:
                yield msgspec.msgpack.decode(msgspec.msgpack.encode(answer), type=item)
        finally:
            self.closed = True


CLOCK = ToolUse((Tool("clock"),))
END = TextEnd("stop", Usage(3, 0, 2), {"decode": 1.5}, seed=7)


async def test_generate_streams_pieces_and_then_the_end():
    handle = Handle(TextPiece("你"), TextPiece("好", 2), END)
    request = TextRequest((user("hi"),), max_tokens=5)
    got = [item async for item in TextClient(handle).generate(request)]
    assert got == [TextPiece("你"), TextPiece("好", 2), END]
    assert handle.asked == [("generate", request)]
    assert handle.ahead == 0


async def test_generate_says_how_far_the_engine_may_be_ahead():
    handle = Handle(END)
    assert [item async for item in TextClient(handle).generate(TextRequest(prompt="x"), ahead=3)] == [END]
    assert handle.ahead == 3


async def test_closing_the_answer_closes_the_stream():
    handle = Handle(TextPiece("a"), TextPiece("b"), END)
    answer = TextClient(handle).generate(TextRequest(prompt="x"))
    await anext(answer)
    await answer.aclose()
    assert handle.closed


async def test_the_other_operations():
    message = user("hi")
    assert (await TextClient(Handle()).info()).description == "m"

    handle = Handle(Count(12))
    assert await TextClient(handle).count([message], tools=CLOCK, template_options={"a": 1}) == 12
    assert handle.asked == [("count", CountRequest((message,), {"a": 1}, CLOCK))]

    handle = Handle(Tokens((1, 2)))
    assert await TextClient(handle).tokenize("x", special=True) == (1, 2)
    assert handle.asked == [("tokenize", TokenizeRequest("x", True))]

    vectors = Embeddings(b"\0\0\x80?" * 4, 2, 9)
    handle = Handle(vectors)
    assert await TextClient(handle).embed(["a", "b"], normalize=False) == vectors
    assert handle.asked == [("embed", EmbedRequest(("a", "b"), False))]


async def test_an_item_of_another_kind_is_no_piece():
    with pytest.raises(msgspec.ValidationError):
        await anext(TextClient(Handle(Count(1))).generate(TextRequest(prompt="x")))
