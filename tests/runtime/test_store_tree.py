"""Conversations and their trees: branches, heads, titles, lists."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myna.errors import ConversationMissing, MessageMissing, StoreFailed, UsageError
from myna.events import Usage
from myna.messages import Message, assistant, user
from myna.store import ConversationStore, MessageMeta, StoredMessage
from myna.store.ids import IdClock
from myna.store.titles import columns, title_of


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ConversationStore]:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path)
    yield store
    await store.close()


def said(path: list[StoredMessage]) -> list[str]:
    return [stored.message.text for stored in path]


async def test_what_is_stored_comes_back(store: ConversationStore) -> None:
    conversation = await store.create(title="T", model="m", system="be kind")
    meta = MessageMeta("m", "length", Usage(3, 1, 9), {"decode": 1.5}, 42, "summary", "ab" * 32)
    asked = await store.append(conversation.id, user("问题 \0 \U0001f600"), parent=None, turn="t1")
    answered = await store.append(conversation.id, assistant("回答"), parent=asked.id, turn="t1", meta=meta)
    assert await store.path(conversation.id) == [asked, answered]
    assert answered.meta == meta
    assert asked.message.text == "问题 \0 \U0001f600"
    record = await store.get(conversation.id)
    assert (record.title, record.model, record.system, record.head) == ("T", "m", "be kind", answered.id)
    assert record.updated == answered.created >= record.created


async def test_edit_and_regenerate_are_branches(store: ConversationStore) -> None:
    c = (await store.create()).id
    first = await store.append(c, user("q1"), parent=None)
    answer = await store.append(c, assistant("a1"), parent=first.id)
    again = await store.append(c, assistant("a2"), parent=first.id)
    assert said(await store.path(c)) == ["q1", "a2"]
    assert await store.children(c, first.id) == [answer, again]
    edited = await store.append(c, user("q2"), parent=None)
    assert said(await store.path(c)) == ["q2"]
    assert await store.children(c, None) == [first, edited]
    follow = await store.append(c, user("q3"), parent=answer.id)
    assert await store.set_head(c, first.id) == follow.id
    assert said(await store.path(c)) == ["q1", "a1", "q3"]
    assert await store.set_head(c, again.id) == again.id
    assert said(await store.path(c)) == ["q1", "a2"]
    assert said(await store.path(c, answer.id)) == ["q1", "a1"]
    assert said(await store.tree(c)) == ["q1", "a1", "a2", "q2", "q3"]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=15), st.integers(0, 1000))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_tree_keeps_its_paths(store: ConversationStore, shape: list[int], pick: int) -> None:
    c = (await store.create()).id
    parents: list[int | None] = []
    ids: list[str] = []
    for at, number in enumerate(shape):
        parent = None if number % (at + 1) == at else number % (at + 1)
        stored = await store.append(c, user(str(at)), parent=None if parent is None else ids[parent])
        parents.append(parent)
        ids.append(stored.id)
    assert ids == sorted(ids)
    chosen = pick % len(ids)
    below = {chosen}
    for at, parent in enumerate(parents):
        if parent in below:
            below.add(at)
    head = await store.set_head(c, ids[chosen])
    assert head == ids[max(below)]
    expected: list[str] = []
    walk: int | None = max(below)
    while walk is not None:
        expected.insert(0, ids[walk])
        walk = parents[walk]
    assert [stored.id for stored in await store.path(c)] == expected
    siblings = [ids[at] for at, parent in enumerate(parents) if parent == parents[chosen]]
    above = parents[chosen]
    assert [m.id for m in await store.children(c, None if above is None else ids[above])] == siblings


async def test_prefix_of_an_id_is_enough_when_it_fits_one(store: ConversationStore) -> None:
    first, second = await store.create(), await store.create()
    assert await store.get(first.id.upper()) == first
    length = next(at for at in range(32) if first.id[at] != second.id[at])
    assert await store.get(second.id[: length + 1]) == second
    with pytest.raises(UsageError, match="more than one"):
        await store.get(first.id[:length])


@pytest.mark.parametrize("wrong", ["", "zz", "%", "_", "f" * 33, "' OR 1=1 --", "\ud800", "\0"])
async def test_unknown_conversation_is_a_clear_error(store: ConversationStore, wrong: str) -> None:
    await store.create()
    with pytest.raises(ConversationMissing):
        await store.get(wrong)


async def test_every_call_on_an_unknown_conversation_fails(store: ConversationStore) -> None:
    gone = "0" * 32
    for call in (
        store.append(gone, user("x"), parent=None),
        store.path(gone),
        store.children(gone, None),
        store.tree(gone),
        store.set_head(gone, gone),
        store.rename(gone, "x"),
        store.configure(gone, model="x"),
        store.delete(gone),
        store.wipe(gone),
    ):
        with pytest.raises(ConversationMissing):
            await call


async def test_parent_must_be_in_the_same_conversation(store: ConversationStore) -> None:
    one, two = (await store.create()).id, (await store.create()).id
    message = await store.append(one, user("x"), parent=None)
    for call in (
        store.append(two, user("y"), parent=message.id),
        store.append(two, user("y"), parent="nothing"),
        store.path(two, message.id),
        store.children(two, message.id),
        store.set_head(two, message.id),
    ):
        with pytest.raises(MessageMissing):
            await call
    assert await store.path(two) == []


async def test_list_is_newest_first_and_pages(store: ConversationStore) -> None:
    ids = [(await store.create(title=str(at))).id for at in range(5)]
    await store.append(ids[1], user("hello"), parent=None)
    assert [summary.title for summary in await store.list()] == ["1", "4", "3", "2", "0"]
    assert [summary.messages for summary in await store.list(limit=2)] == [1, 0]
    assert [summary.id for summary in await store.list(limit=2, offset=3)] == [ids[2], ids[0]]
    assert await store.list(limit=-1, offset=-1) == []


async def test_rename_and_configure(store: ConversationStore) -> None:
    c = (await store.create(title="old", system="s")).id
    await store.rename(c, "neu\0")
    await store.configure(c, model="other")
    record = await store.get(c)
    assert (record.title, record.model, record.system) == ("neu\ufffd", "other", "s")


async def test_lone_surrogates_are_replaced(store: ConversationStore) -> None:
    c = (await store.create(title="\udcff", system="\ud800!")).id
    stored = await store.append(c, user("a\ud800b \ud83d\ude00"), parent=None, turn="\udfff")
    assert stored.message.text == "a\ufffdb \U0001f600"
    assert await store.path(c) == [stored]
    assert (await store.get(c)).system == "\ufffd!"


async def test_title_comes_from_the_first_message_of_the_user(store: ConversationStore) -> None:
    c = (await store.create()).id
    hello = await store.append(c, assistant("Welcome"), parent=None)
    assert (await store.get(c)).title == ""
    picture = await store.append(c, Message("user", ()), parent=hello.id)
    asked = await store.append(c, user("\n  # Why is   the sky blue?\nplease"), parent=picture.id)
    assert (await store.get(c)).title == "Why is the sky blue?"
    await store.append(c, user("Other"), parent=asked.id)
    assert (await store.get(c)).title == "Why is the sky blue?"


@given(st.text(max_size=200))
def test_title_is_one_narrow_line(text: str) -> None:
    title = title_of(text)
    assert sum(columns(character) for character in title) <= 60
    assert title == title.strip()
    assert "\n" not in title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("短问题", "短问题"),
        ("长" * 40, "长" * 29 + "…"),
        ("word " * 20, " ".join(["word"] * 12) + "…"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("\0\n \n", ""),
        ("", ""),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert title_of(text) == title


def test_ids_rise_and_carry_the_time() -> None:
    clock = IdClock()
    ids = [clock.next() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert all(len(name) == 32 and name[12] == "7" and name[16] in "89ab" for name in ids)


async def test_calls_made_together_keep_their_order(store: ConversationStore) -> None:
    c = (await store.create()).id
    stored = await asyncio.gather(*(store.append(c, user(str(at)), parent=None) for at in range(20)))
    assert said(await store.children(c, None)) == [str(at) for at in range(20)]
    assert (await store.get(c)).head == stored[-1].id


async def test_closing_finishes_what_was_asked_and_may_be_repeated(tmp_path: Path) -> None:
    store = await ConversationStore.open(tmp_path / "m.sqlite", attachments=tmp_path)
    c = (await store.create()).id
    writes = [asyncio.ensure_future(store.append(c, user(str(at)), parent=None)) for at in range(10)]
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    assert len(await asyncio.gather(*writes)) == 10
    with pytest.raises(StoreFailed, match="closed"):
        await store.list()
    again = await ConversationStore.open(tmp_path / "m.sqlite", attachments=tmp_path)
    assert len(await again.tree(c)) == 10
    await again.close()


def test_importing_the_store_loads_no_database_library() -> None:
    code = "import sys, myna.store, myna.store.export; print(sorted({'sqlalchemy', 'sqlite3'} & set(sys.modules)))"
    assert run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


async def test_what_a_turn_has_left_is_found_by_its_id(store: ConversationStore) -> None:
    conversation = (await store.create()).id
    asked = await store.append(conversation, user("one"), parent=None, turn="t1")
    answered = await store.append(conversation, assistant("1"), parent=asked.id, turn="t1")
    again = await store.append(conversation, assistant("2"), parent=asked.id, turn="t2")
    assert await store.turn(conversation, "t1") == [asked, answered]
    assert await store.turn(conversation, "t2") == [again]
    assert await store.turn(conversation, "t3") == []


async def test_alternatives_are_told_oldest_first_and_only_where_there_are_some(store: ConversationStore) -> None:
    conversation, other = (await store.create()).id, (await store.create()).id
    first = await store.append(conversation, user("one"), parent=None)
    answers = [(await store.append(conversation, assistant(text), parent=first.id)).id for text in "abc"]
    await store.append(conversation, user("two"), parent=answers[0])
    assert await store.branches(conversation) == [tuple(answers)]
    # Two questions that begin a conversation are alternatives too, and those of others are not.
    second = await store.append(conversation, user("changed"), parent=None)
    await store.append(other, user("else"), parent=None)
    assert set(await store.branches(conversation)) == {tuple(answers), (first.id, second.id)}
    assert await store.branches(other) == []
    with pytest.raises(ConversationMissing):
        await store.turn("0" * 32, "t1")
