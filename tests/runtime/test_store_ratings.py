"""Thumbs for answers: kept, replaced, taken back, counted by version of the template, and gone with the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from myna.errors import MessageMissing, UsageError
from myna.messages import assistant, user
from myna.store import ConversationStore
from myna.store.records import MessageMeta, PromptVotes


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ConversationStore]:
    opened = await ConversationStore.open(tmp_path / "test.db", attachments=tmp_path / "attachments")
    yield opened
    await opened.close()


async def answered(store: ConversationStore, version: str, prompt: str = "sum", text: str = "fine") -> tuple[str, str]:
    """A new conversation and the answer in it."""
    conversation = (await store.create()).id
    question = await store.append(conversation, user("q"), parent=None)
    meta = MessageMeta(prompt=prompt, prompt_version=version, prompt_hash=f"hash {version}" if prompt else "")
    answer = await store.append(conversation, assistant(text), parent=question.id, meta=meta)
    return conversation, answer.id


async def test_thumbs_are_counted_by_version(store: ConversationStore) -> None:
    for version, good in (("1.0", True), ("1.0", False), ("1.0", True), ("1.1", None), ("1.1", False)):
        _, answer = await answered(store, version)
        if good is not None:
            await store.rate(answer, good)
    await answered(store, "3", prompt="other")
    await answered(store, "", prompt="", text='"prompt":"sum"')
    assert await store.prompt_votes("sum") == [
        PromptVotes("sum", "1.0", "hash 1.0", answers=3, good=2, bad=1),
        PromptVotes("sum", "1.1", "hash 1.1", answers=2, good=0, bad=1),
    ]
    assert [votes.prompt for votes in await store.prompt_votes()] == ["sum", "sum", "other"]


async def test_a_thumb_is_replaced_and_taken_back(store: ConversationStore) -> None:
    _, answer = await answered(store, "1.0")
    for good, counted in ((True, (1, 0)), (False, (0, 1)), (None, (0, 0)), (None, (0, 0))):
        await store.rate(answer, good)
        [votes] = await store.prompt_votes()
        assert (votes.good, votes.bad) == counted


async def test_only_an_answer_is_rated(store: ConversationStore) -> None:
    conversation, _ = await answered(store, "1.0")
    question = (await store.path(conversation))[0]
    with pytest.raises(UsageError, match="only an answer can be rated"):
        await store.rate(question.id, True)
    with pytest.raises(MessageMissing):
        await store.rate("f" * 32, True)


async def test_a_thumb_goes_with_its_conversation(store: ConversationStore) -> None:
    conversation, answer = await answered(store, "1.0")
    await store.rate(answer, True)
    await store.delete(conversation)
    assert await store.prompt_votes() == []
    with pytest.raises(MessageMissing):
        await store.rate(answer, False)


async def test_thumbs_of_a_conversation(store: ConversationStore) -> None:
    conversation, answer = await answered(store, "1")
    _, elsewhere = await answered(store, "1")
    assert await store.ratings(conversation) == {}
    await store.rate(answer, True)
    await store.rate(elsewhere, False)
    assert await store.ratings(conversation) == {answer: True}
    await store.rate(answer, None)
    assert await store.ratings(conversation) == {}
