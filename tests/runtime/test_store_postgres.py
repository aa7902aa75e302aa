"""The same store on PostgreSQL, which several machines share: pictures and sound are in it too."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import psycopg
import pytest

from myna.errors import AttachmentMissing, BadConfig, StoreFailed
from myna.messages import Attachment, Image, Message, Text, assistant, user
from myna.store import ConversationStore
from myna.store.attachments import AttachmentFolder

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\6IDATpixelscrc."
SHA256 = hashlib.sha256(PNG).hexdigest()


def sql(database: str, statement: str, *values: object) -> list[Any]:
    with psycopg.connect(database) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def picture(attachment: Attachment) -> Message:
    return Message("user", (Text("look"), Image(attachment)))


async def test_conversations_branches_search_and_wiping(tmp_path: Path, database: str) -> None:
    store = await ConversationStore.open(database, attachments=tmp_path)
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


async def test_two_stores_at_once(tmp_path: Path, database: str) -> None:
    one = await ConversationStore.open(database, attachments=tmp_path)
    two = await ConversationStore.open(database, attachments=tmp_path)
    c = (await one.create()).id
    await asyncio.gather(*(store.append(c, user(str(at)), parent=None) for at in range(10) for store in (one, two)))
    assert len(await two.tree(c)) == 20
    await one.wipe(c)
    await two.close()
    await one.close()


@pytest.mark.parametrize(
    "url", ["postgresql://me:hunter2@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x?password=hunter2"]
)
async def test_unreachable_server_is_said_without_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(StoreFailed) as raised:
        await ConversationStore.open(url, attachments=tmp_path)
    assert "hunter2" not in raised.value.message


async def test_what_names_no_database_is_said_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="no such kind of database") as raised:
        await ConversationStore.open("nosuch://me:hunter2@db/x", attachments=tmp_path)
    assert "postgresql://" in raised.value.hint
    assert "hunter2" not in raised.value.message


# pictures and sound


async def test_a_picture_is_there_for_another_machine_and_goes_with_its_last_message(
    tmp_path: Path, database: str
) -> None:
    one = await ConversationStore.open(database, attachments=tmp_path / "one")
    two = await ConversationStore.open(database, attachments=tmp_path / "two")
    kept = await one.put(PNG, "image/png")
    assert kept == await two.put(PNG, "image/png") == Attachment(SHA256, "image/png", len(PNG))
    c, d = (await one.create()).id, (await two.create()).id
    await one.append(c, picture(kept), parent=None)
    await two.append(d, picture(kept), parent=None)
    assert [await store.read(kept.sha256) for store in (one, two)] == [PNG, PNG]
    assert files(tmp_path) == []
    await two.wipe(c)
    assert await one.read(kept.sha256) == PNG
    await one.wipe(d)
    for store in (one, two):
        with pytest.raises(AttachmentMissing, match="not in the database"):
            await store.read(kept.sha256)
        await store.close()
    assert sql(database, "SELECT * FROM attachment_contents") == []


async def test_the_same_sound_from_many_at_once(tmp_path: Path, database: str) -> None:
    stores = [await ConversationStore.open(database, attachments=tmp_path) for _ in range(4)]
    for number in range(10):
        data = b"RIFF\x10\0\0\0WAVEfmt " + bytes([number])
        put = await asyncio.gather(*(store.put(data, "audio/wav") for store in stores))
        assert len(set(put)) == 1
        assert await stores[number % 4].read(put[0].sha256) == data
    assert sql(database, "SELECT count(*) FROM attachment_contents") == [(10,)]
    for store in stores:
        await store.close()


async def test_pictures_of_an_earlier_version_come_in_from_the_machine_that_has_them(
    tmp_path: Path, database: str
) -> None:
    store = await ConversationStore.open(database, attachments=tmp_path / "one")
    kept = await store.put(PNG, "image/png")
    c = (await store.create()).id
    await store.append(c, picture(kept), parent=None)
    await store.close()
    # As it was: the content in a folder, beside one that no conversation of this database has.
    sql(database, "DROP TABLE attachment_contents")
    sql(database, "UPDATE myna_facts SET value = 4 WHERE name = 'schema'")
    folder = AttachmentFolder(tmp_path / "one")
    folder.write(kept, PNG)
    other = folder.describe(PNG + b"other", "image/png")
    folder.write(other, PNG + b"other")
    two = await ConversationStore.open(database, attachments=tmp_path / "two")
    with pytest.raises(AttachmentMissing):
        await two.read(kept.sha256)
    one = await ConversationStore.open(database, attachments=tmp_path / "one")
    assert await two.read(kept.sha256) == PNG
    await one.wipe(c)
    # That belongs to somebody else, for example to the conversations in SQLite.
    assert files(tmp_path) == [other.sha256]
    await one.close()
    await two.close()


async def test_a_damaged_file_of_an_earlier_version_stays_where_it_is(tmp_path: Path, database: str) -> None:
    store = await ConversationStore.open(database, attachments=tmp_path)
    kept = await store.put(PNG, "image/png")
    await store.close()
    sql(database, "DELETE FROM attachment_contents")
    AttachmentFolder(tmp_path).path(kept.sha256).parent.mkdir(parents=True)
    AttachmentFolder(tmp_path).path(kept.sha256).write_bytes(b"other")
    store = await ConversationStore.open(database, attachments=tmp_path)
    with pytest.raises(AttachmentMissing):
        await store.read(kept.sha256)
    # Sent again, it is there again.
    assert await store.put(PNG, "image/png") == kept
    assert await store.read(kept.sha256) == PNG
    await store.close()


async def test_a_picture_that_was_changed_in_the_database_is_not_shown(tmp_path: Path, database: str) -> None:
    store = await ConversationStore.open(database, attachments=tmp_path)
    kept = await store.put(PNG, "image/png")
    sql(database, "UPDATE attachment_contents SET data = %s", b"other")
    with pytest.raises(StoreFailed, match="damaged"):
        await store.read(kept.sha256)
    for name in ("../../etc/passwd", "\0", SHA256.upper()):
        with pytest.raises(AttachmentMissing):
            await store.read(name)
    await store.close()


async def test_a_picture_that_no_message_came_for_goes_after_a_day(tmp_path: Path, database: str) -> None:
    store = await ConversationStore.open(database, attachments=tmp_path)
    kept = await store.put(PNG, "image/png")
    await store.wipe((await store.create()).id)
    assert await store.read(kept.sha256) == PNG
    sql(database, "UPDATE attachments SET pending = 1")
    await store.wipe((await store.create()).id)
    with pytest.raises(AttachmentMissing):
        await store.read(kept.sha256)
    await store.close()
