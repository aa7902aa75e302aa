"""A picture gets into the store with the question that it belongs to, and not before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from myna.audit.log import AuditLog
from myna.config import PluginSettings, Settings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.engine.protocols import TextRequest
from myna.errors import BadInput, Blocked, EngineCrashed, MynaError
from myna.history import NewConversation, StoredHistory
from myna.hookspecs import ResolvedModel, hookimpl
from myna.host import PluginHost
from myna.messages import Image, Part, Text
from myna.store import ConversationStore
from myna.testing import FakeEngine, FakeReduction

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\6IDATpixelscrc."
BOMB = BadInput("the picture has more than the 128,000,000 pixels that are looked at")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ConversationStore]:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path / "attachments")
    yield store
    await store.close()


def conversation(store: ConversationStore, engine: FakeEngine, *plugins: object) -> Conversation:
    async def opened() -> ConversationStore:
        return store

    async def resolve(name: str = "", task: str = "chat") -> ResolvedModel:
        return ResolvedModel("fake", "chat", ".gguf", {"projector": "eye.gguf"})

    async def text_engine(name: str = "") -> FakeEngine:
        return engine

    async def plain_picture(data: bytes) -> bytes:
        return data

    named = [(f"plugin {number}", plugin) for number, plugin in enumerate(plugins)]
    assistant = SimpleNamespace(
        reduction=FakeReduction(),
        audit=AuditLog.off(),
        host=PluginHost.load(PluginSettings(), extra=named, entry_points=()),
        settings=Settings(),
        resolve=resolve,
        text_engine=text_engine,
        store=opened,
        pictures=SimpleNamespace(plain=plain_picture),
        default_options=AskOptions,
    )
    history = StoredHistory(opened, "c" * 32, new=NewConversation("", ""))
    return Conversation(assistant, history, model="", system="", recorded=True)


async def shown(talk: Conversation, text: str) -> Sequence[Part]:
    return [Image(await talk.add_picture(PNG)), Text(text)]


def files(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "attachments").rglob("*") if path.is_file()]


async def test_it_is_kept_with_its_question(store: ConversationStore, tmp_path: Path) -> None:
    talk = conversation(store, engine := FakeEngine())
    parts = await shown(talk, "what?")
    assert files(tmp_path) == []
    assert (await talk.ask(parts).finish()).reason == "stop"
    [image] = [part.attachment for part in parts if isinstance(part, Image)]
    assert files(tmp_path) == [image.sha256]
    assert await talk.read_attachment(image.sha256) == PNG
    assert [list(request.images.values()) for request in engine.requests] == [[PNG]]
    # Shown again, and asked about once more later.
    assert (await talk.ask(await shown(talk, "and now?")).finish()).reason == "stop"
    assert (await talk.ask("so?").finish()).reason == "stop"
    assert files(tmp_path) == [image.sha256]
    assert [message.message.role for message in await talk.history()] == ["user", "assistant"] * 3


async def test_what_the_model_cannot_look_at_is_not_kept(store: ConversationStore, tmp_path: Path) -> None:
    def answer(request: TextRequest) -> Sequence[str]:
        if request.images:
            raise BOMB
        return ("Hel", "lo")

    talk = conversation(store, engine := FakeEngine(answer))
    finished = await talk.ask(await shown(talk, "what?")).finish()
    assert (finished.reason, finished.error and finished.error.code) == ("error", "bad-input")
    assert (files(tmp_path), await store.list()) == ([], [])
    # Nor does it stand in the way of what is asked next.
    assert (await talk.ask("hello").finish()).reason == "stop"
    assert [len(request.messages) for request in engine.requests] == [1, 1]
    assert files(tmp_path) == []


async def test_what_a_plugin_blocks_is_not_kept(store: ConversationStore, tmp_path: Path) -> None:
    @hookimpl
    async def myna_screen_input(draft: object) -> None:
        raise Blocked("not such a picture")

    talk = conversation(store, FakeEngine(), SimpleNamespace(myna_screen_input=myna_screen_input))
    assert (await talk.ask(await shown(talk, "what?")).finish()).reason == "blocked"
    assert (files(tmp_path), await store.list()) == ([], [])


@pytest.mark.parametrize(
    ("error", "after"), [(EngineCrashed("the worker was killed"), 0), (EngineCrashed("gone"), 1), (BOMB, 1)]
)
async def test_a_question_that_fails_for_another_reason_is_kept(
    store: ConversationStore, tmp_path: Path, error: MynaError, after: int
) -> None:
    talk = conversation(store, FakeEngine(error=error, error_after=after))
    assert (await talk.ask(await shown(talk, "what?")).finish()).reason == "error"
    assert len(files(tmp_path)) == 1
    assert [message.message.text for message in await talk.history()] == ["what?", *["Hel"] * after]


async def test_a_question_that_is_cancelled_before_the_answer_begins_is_kept(
    store: ConversationStore, tmp_path: Path
) -> None:
    talk = conversation(store, engine := FakeEngine(hold_after=0))
    turn = talk.ask(await shown(talk, "what?"))
    async for event in turn:
        if event.__class__.__name__ == "TurnStarted":
            await engine.held()
            turn.cancel()
    assert len(files(tmp_path)) == 1
    assert [message.message.text for message in await talk.history()] == ["what?"]


async def test_what_stripping_leaves_nothing_of_is_damaged(store: ConversationStore, tmp_path: Path) -> None:
    talk = conversation(store, FakeEngine())
    with pytest.raises(BadInput, match=r"the picture is damaged \(JPEG\)"):
        await talk.add_picture(b"\xff\xd8\xff\xdb\0\1nothing")
