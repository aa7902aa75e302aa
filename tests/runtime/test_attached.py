"""How the content of pictures gets to the engine."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import msgspec
import pytest

from myna.attached import MAX_TOGETHER, contents, with_pictures
from myna.audit.log import AuditLog
from myna.config import PluginSettings, Settings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.engine.clients import TextClient
from myna.engine.protocols import Count, CountRequest, TextRequest
from myna.errors import AttachmentMissing, BadInput
from myna.history import MemoryHistory
from myna.hookspecs import ResolvedModel, hookimpl
from myna.host import PluginHost
from myna.messages import Attachment, Image, Message, Text, user
from myna.testing import FakeEngine, FakeReduction
from myna.tools import NO_TOOLS

pytestmark = pytest.mark.anyio

ONE, TWO = b"one picture", b"two pictures"


def image(data, size=None):
    return Image(Attachment(hashlib.sha256(data).hexdigest(), "image/png", size or len(data)))


class Shelf:
    """Attachments, and how often each was read."""

    def __init__(self, *kept):
        self.kept = {image(data).attachment.sha256: data for data in kept}
        self.read_out = []

    async def read(self, sha256):
        self.read_out.append(sha256)
        if sha256 not in self.kept:
            raise AttachmentMissing("it is not on this machine")
        return self.kept[sha256]


async def test_each_picture_is_read_once():
    shelf = Shelf(ONE, TWO)
    messages = [Message("user", (image(ONE), Text("and"), image(TWO))), user("x"), Message("user", (image(ONE),))]
    assert list((await contents(messages, shelf.read)).values()) == [ONE, TWO]
    assert len(shelf.read_out) == 2


async def test_a_request_without_pictures_reads_nothing():
    shelf = Shelf()
    request = TextRequest(messages=(user("x"),))
    assert await with_pictures(request, shelf.read) is request
    assert shelf.read_out == []


async def test_pictures_that_are_too_large_together_are_not_read():
    shelf = Shelf(ONE, TWO)
    messages = (Message("user", (image(ONE, MAX_TOGETHER), image(TWO))),)
    with pytest.raises(BadInput, match="together"):
        await with_pictures(TextRequest(messages=messages), shelf.read)
    assert shelf.read_out == []


class Counter:
    """A handle that counts a token for each picture whose content it was sent once."""

    def __init__(self):
        self.known = set()
        self.requests = []

    async def call(self, operation, request, _):
        assert operation == "count"
        assert isinstance(request, CountRequest)
        # As it arrives in the worker.
        request = msgspec.msgpack.decode(msgspec.msgpack.encode(request), type=CountRequest)
        self.requests.append(request)
        self.known |= request.images.keys()
        asked = {part.attachment.sha256 for message in request.messages for part in message.parts}
        return Count(len(asked & self.known), tuple(asked - self.known))


async def test_only_pictures_that_the_engine_does_not_know_are_sent_to_be_counted():
    handle, shelf = Counter(), Shelf(ONE, TWO)
    client = TextClient(handle)
    assert await client.count([Message("user", (image(ONE),))], read=shelf.read) == 1
    assert [len(request.images) for request in handle.requests] == [0, 1]
    assert await client.count([Message("user", (image(ONE),))], read=shelf.read) == 1
    assert len(handle.requests) == 3
    assert await client.count([Message("user", (image(ONE), image(TWO)))], read=shelf.read) == 2
    assert list(handle.requests[-1].images.values()) == [TWO]


class Seeing(FakeEngine):
    """A fake that reads every picture when it counts."""

    async def count(self, messages, *, tools=NO_TOOLS, read=None):
        self.counted = await contents(messages, read) if read else {}
        return await super().count(messages, tools=tools)


def talk(shelf, engine, *hooks):
    plugins = [("plugin", SimpleNamespace(**hook)) for hook in hooks]

    async def store():
        return shelf

    async def resolve(name="", task="chat"):
        return ResolvedModel("fake", "chat", ".gguf", {"projector": "eye.gguf"})

    async def text_engine(name=""):
        return engine

    assistant = SimpleNamespace(
        reduction=FakeReduction(),
        audit=AuditLog.off(),
        host=PluginHost.load(PluginSettings(), extra=plugins, entry_points=()),
        settings=Settings(),
        resolve=resolve,
        text_engine=text_engine,
        store=store,
        default_options=AskOptions,
    )
    return Conversation(assistant, MemoryHistory(), model="", system="", recorded=False)


async def test_a_turn_sends_the_pictures_of_the_whole_conversation():
    shelf, engine = Shelf(ONE, TWO), FakeEngine()
    conversation = talk(shelf, engine)
    await conversation.ask([image(ONE), Text("what?")]).finish()
    await conversation.ask([Text("and "), image(TWO)]).finish()
    await conversation.ask("so?").finish()
    assert [list(request.images.values()) for request in engine.requests] == [[ONE], [ONE, TWO], [ONE, TWO]]


async def test_pictures_that_a_plugin_took_out_are_not_read():
    @hookimpl
    async def myna_prepare_turn(draft):
        draft.messages = [user("a picture of a bird")]

    shelf, engine = Shelf(), FakeEngine()
    await talk(shelf, engine, {"myna_prepare_turn": myna_prepare_turn}).ask([image(ONE), Text("what?")]).finish()
    assert shelf.read_out == []
    assert engine.requests[0].images == {}


async def test_a_plugin_may_count_and_ask_about_pictures():
    @hookimpl
    async def myna_prepare_turn(draft):
        await draft.count(draft.messages)
        await draft.generate(TextRequest(messages=tuple(draft.messages)))

    shelf, engine = Shelf(ONE), Seeing()
    await talk(shelf, engine, {"myna_prepare_turn": myna_prepare_turn}).ask([image(ONE), Text("what?")]).finish()
    assert list(engine.counted.values()) == [ONE]
    assert [list(request.images.values()) for request in engine.requests] == [[ONE], [ONE]]


async def test_a_picture_that_is_gone_ends_the_turn_with_an_error():
    conversation = talk(Shelf(), FakeEngine())
    finished = await conversation.ask([image(ONE), Text("what?")]).finish()
    assert (finished.reason, finished.error.code) == ("error", "attachment-missing")
