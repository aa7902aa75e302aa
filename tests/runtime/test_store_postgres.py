"""The same store on PostgreSQL. Runs where `MYNA_TEST_POSTGRES` is the URL of a database that may be emptied."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from myna.errors import AttachmentMissing, StoreFailed
from myna.messages import Image, Message, Text, assistant, user
from myna.store import ConversationStore

URL = os.environ.get("MYNA_TEST_POSTGRES", "")

pytestmark = pytest.mark.skipif(not URL, reason="MYNA_TEST_POSTGRES is not set")


async def test_conversations_branches_search_and_wiping(tmp_path: Path) -> None:
    store = await ConversationStore.open(URL, attachments=tmp_path)
    await store.forget_before(time.time() + 1)
    c = (await store.create(title="t\0x")).id
    asked = await store.append(c, user("天气 Zürich \0 \ud800"), parent=None)
    first = await store.append(c, assistant("one"), parent=asked.id)
    second = await store.append(c, assistant("two words"), parent=asked.id)
    picture = await store.put(b"\x89PNG\r\n\x1a\n", "image/png")
    await store.append(c, Message("user", (Text("look"), Image(picture))), parent=first.id)
    assert [stored.message.text for stored in await store.path(c)] == [asked.message.text, "one", "look"]
    assert await store.set_head(c, second.id) == second.id
    for query, found in {"天": asked, "气": asked, "zurich": asked, "wor": second}.items():
        assert [hit.message for hit in await store.search(query)] == [found.id]
    assert (await store.get(c[:13])).head == second.id
    await store.wipe(c)
    assert await store.list() == []
    with pytest.raises(AttachmentMissing):
        await store.read(picture.sha256)
    await store.close()


async def test_two_stores_at_once(tmp_path: Path) -> None:
    one = await ConversationStore.open(URL, attachments=tmp_path)
    two = await ConversationStore.open(URL, attachments=tmp_path)
    c = (await one.create()).id
    await asyncio.gather(*(store.append(c, user(str(at)), parent=None) for at in range(10) for store in (one, two)))
    assert len(await two.tree(c)) == 20
    await one.wipe(c)
    await two.close()
    await one.close()


async def test_unreachable_server_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed) as raised:
        await ConversationStore.open("postgresql://me:hunter2@127.0.0.1:1/x", attachments=tmp_path)
    assert "hunter2" not in raised.value.message
