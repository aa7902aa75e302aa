"""What an assistant does once for all who ask at the same time."""

from __future__ import annotations

import asyncio
import hashlib
import struct
import threading
import zlib
from pathlib import Path
from types import ModuleType

import pytest

from myna.assistant import Assistant
from myna.config import EngineSettings, PluginSettings, Settings
from myna.engine.chosen import options_of
from myna.engine.sight import LookRequest, PictureFacts
from myna.errors import AttachmentMissing, BadInput, DiskFull, ModelMissing
from myna.hookspecs import ResolvedModel, hookimpl
from myna.host import PluginHost
from myna.paths import Paths
from myna.store import ConversationStore

pytestmark = pytest.mark.anyio


def png(*, text: str = "") -> bytes:
    """A PNG file of one pixel, with a remark in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    remark = chunk(b"tEXt", b"Comment\0" + text.encode()) if text else b""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + remark + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


class Shelf:
    """A plugin that knows one model, and counts how often it is asked; it answers when `open` is set."""

    def __init__(self) -> None:
        self.asked = 0
        self.missing = False
        self.open = threading.Event()

    def plugin(self) -> ModuleType:
        made = ModuleType("shelf")

        def myna_resolve_model(name, task):
            self.asked += 1
            assert self.open.wait(10)
            if self.missing:
                raise ModelMissing("not yet")
            return ResolvedModel(name, task, Path(name).suffix or ".gguf", {"model": f"{name}.gguf"})

        made.myna_resolve_model = hookimpl(myna_resolve_model)
        return made


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def assistant(shelf: Shelf) -> Assistant:
    host = PluginHost.load(PluginSettings(), extra=[("shelf", shelf.plugin())], entry_points=())
    return Assistant(Paths.find(), Settings(), host)


async def test_a_model_is_looked_up_once_for_all_who_ask_at_the_same_time(assistant, shelf) -> None:
    asking = [asyncio.create_task(assistant.resolve("one")) for _ in range(5)]
    await asyncio.sleep(0)
    shelf.open.set()
    assert {model.name for model in await asyncio.gather(*asking)} == {"one"}
    assert shelf.asked == 1


async def test_who_gives_up_waiting_does_not_spoil_it_for_the_others(assistant, shelf) -> None:
    first, second = (asyncio.create_task(assistant.resolve("one")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    shelf.open.set()
    assert (await second).name == "one"
    assert shelf.asked == 1


async def test_what_was_missing_is_looked_for_again(assistant, shelf) -> None:
    shelf.open.set()
    shelf.missing = True
    with pytest.raises(ModelMissing):
        await assistant.resolve("one")
    shelf.missing = False
    assert (await assistant.resolve("one")).name == "one"


async def test_forgotten_models_are_looked_up_again(assistant, shelf) -> None:
    shelf.open.set()
    await assistant.resolve("one")
    assistant.forget_models()
    await assistant.resolve("one")
    assert shelf.asked == 2


@pytest.mark.parametrize(
    ("model", "draft", "files"),
    [
        ("large", "small", {"model": "large.gguf", "draft": "small.gguf"}),
        ("small", "small", {"model": "small.gguf"}),
        ("large.onnx", "small", {"model": "large.onnx.gguf"}),
        ("large", "small.onnx", {"model": "large.gguf"}),
    ],
)
async def test_the_smaller_model_that_writes_ahead_is_a_file_of_the_larger(shelf, model, draft, files) -> None:
    shelf.open.set()
    host = PluginHost.load(PluginSettings(), extra=[("shelf", shelf.plugin())], entry_points=())
    assistant = Assistant(Paths.find(), Settings(engine=EngineSettings(draft=draft)), host)
    assert (await assistant.resolve(model)).files == files
    # What is for other tasks has none, and the engine gets no such option.
    assert "draft" not in (await assistant.resolve(model, "embed")).files
    assert "draft" not in options_of(await assistant.resolve(model), assistant.settings)


async def test_without_the_smaller_model_answers_are_given_all_the_same(shelf, caplog) -> None:
    shelf.open.set()
    host = PluginHost.load(PluginSettings(), extra=[("shelf", shelf.plugin())], entry_points=())
    assistant = Assistant(Paths.find(), Settings(engine=EngineSettings(draft="small")), host)
    assert "draft" in (await assistant.resolve("large")).files
    assistant.forget_models()
    await assistant.resolve("large")
    assistant._resolved.pop(("small", "chat"))
    shelf.missing = True
    for _ in range(2):
        assert (await assistant.resolve("large")).files == {"model": "large.gguf"}
    assert [record.message for record in caplog.records] == ["answers are given without engine.draft: not yet"]


class Reader:
    """Stands for what looks at pictures; notes what it was given."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    async def look(self, request: LookRequest) -> PictureFacts:
        self.seen.append(request.picture)
        return PictureFacts(unsafe=0.5)


async def test_pictures_of_what_is_not_recorded_are_in_memory_alone(assistant, monkeypatch) -> None:
    reader = Reader()

    async def picture_reader() -> Reader:
        return reader

    monkeypatch.setattr(assistant, "picture_reader", picture_reader)
    conversation = await assistant.conversation(model="one", record=False)
    added = await conversation.add_picture(png(text="where it was taken"))
    assert added.media_type == "image/png"
    data = await conversation.read_attachment(added.sha256)
    assert data == png()
    assert (added.size, added.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    # What guards ask about it is answered too, without a store.
    assert (await conversation.look(added)).unsafe == 0.5
    assert reader.seen == [data]
    assert not assistant.paths.database.exists()
    other = await assistant.conversation(model="one", record=False)
    with pytest.raises(AttachmentMissing):
        await other.read_attachment(added.sha256)
    with pytest.raises(BadInput, match="not a picture"):
        await conversation.add_picture(b"a poem")
    await assistant.close()


async def test_a_store_that_does_not_open_does_not_stop_the_end(tmp_path: Path) -> None:
    paths = Paths.find(str(tmp_path))
    paths.database.parent.mkdir(parents=True)
    paths.database.write_bytes(b"no database" * 1000)
    assistant = Assistant(paths, Settings(), host=PluginHost.load(PluginSettings(), entry_points=()))
    waiting = asyncio.create_task(assistant.store())
    await asyncio.sleep(0)
    assert assistant._store is not None
    waiting.cancel()
    await asyncio.wait([waiting])
    await assistant.close()
    assert waiting.cancelled()
    assert assistant._store is None


async def test_once_there_is_room_again_the_store_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object, **__: object) -> ConversationStore:
        raise DiskFull("the disk is full")

    assistant = Assistant(Paths.find(str(tmp_path)), Settings(), PluginHost.load(PluginSettings(), entry_points=()))
    with monkeypatch.context() as patch:
        patch.setattr(ConversationStore, "open", full)
        with pytest.raises(DiskFull):
            await assistant.store()
    assert await (await assistant.store()).list(limit=1) == []
    await assistant.close()
