"""What the store survives: kill -9, two processes, damaged files, a full disk, older and newer versions."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from myna.errors import BadConfig, DiskFull, StoreFailed
from myna.messages import Image, Message, Text, assistant, user
from myna.store import ConversationStore, StoredMessage
from myna.store.database import Database
from myna.store.failures import store_errors
from myna.store.schema import STEPS, metadata

WRITER = """
    import asyncio, sys
    from pathlib import Path
    from myna.messages import user
    from myna.store import ConversationStore

    async def main(path, conversation, count):
        store = await ConversationStore.open(path, attachments=Path(path).parent)
        conversation = conversation or (await store.create()).id
        parent = None
        for at in range(count):
            stored = await store.append(conversation, user(f"number {at} 第"), parent=parent)
            parent = stored.id
            print(conversation, parent, flush=True)
        await store.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def write_from_another_process(path: Path, conversation: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(path), conversation, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def open_store(path: Path) -> ConversationStore:
    return await ConversationStore.open(path, attachments=path.parent / "attachments")


def check_integrity(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("INSERT INTO message_fts(message_fts) VALUES ('integrity-check')")
    connection.close()


async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    process = write_from_another_process(path, "", 1_000_000)
    assert process.stdout is not None
    printed = [process.stdout.readline() for _ in range(25)]
    process.kill()
    printed += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    acknowledged = [line.split() for line in printed if line.endswith("\n")]
    assert len(acknowledged) >= 25
    check_integrity(path)
    store = await open_store(path)
    kept = [stored.id for stored in await store.path(acknowledged[0][0])]
    assert kept[: len(acknowledged)] == [message for _, message in acknowledged]
    # At most the one write that was under way is there without having been acknowledged.
    assert len(kept) <= len(acknowledged) + 1
    assert len(await store.search("number", limit=10_000)) == len(kept)
    await store.append(acknowledged[0][0], user("and on"), parent=kept[-1])
    await store.close()


async def test_two_processes_use_one_database(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    store = await open_store(path)
    conversation = (await store.create()).id
    process = write_from_another_process(path, conversation, 15)
    mine: list[StoredMessage] = []
    for at in range(15):
        parent = mine[-1].id if mine else None
        mine.append(await store.append(conversation, user(f"mine {at}"), parent=parent))
    theirs, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    stored = {message.id for message in await store.tree(conversation)}
    assert stored == {message.id for message in mine} | {line.split()[1] for line in theirs.splitlines()}
    assert len(stored) == 30
    assert len(await store.search("number", limit=100)) == 15
    await store.close()
    check_integrity(path)


async def test_processes_that_create_the_database_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "myna.sqlite"
    processes = [write_from_another_process(path, "", 2) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    store = await open_store(path)
    assert [summary.messages for summary in await store.list()] == [2, 2]
    await store.close()


def old_database(path: Path, steps: int) -> None:
    """A database as a Myna with only the first `steps` left it, with two messages in it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        metadata.tables["myna_facts"].create(connection)
        for step in STEPS[:steps]:
            step(connection)
        connection.exec_driver_sql("INSERT INTO myna_facts VALUES ('schema', ?)", (steps,))
        connection.exec_driver_sql(
            "INSERT INTO conversations VALUES ('00aa', 'old', '', '', '00cc', 1.0, 2.0)",
        )
        connection.exec_driver_sql(
            """INSERT INTO messages (id, conversation, parent, role, parts, turn, meta, created) VALUES
            ('00bb', '00aa', NULL, 'user', '[{"type":"text","text":"旧的问题"}]', '', '{}', 1.0),
            ('00cc', '00aa', '00bb', 'assistant', '[{"type":"text","text":"An old answer"}]', '', '{}', 2.0)"""
        )
    engine.dispose()


@pytest.mark.parametrize("steps", range(1, len(STEPS)))
async def test_older_database_is_brought_up_to_date(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "myna.sqlite"
    old_database(path, steps)
    store = await open_store(path)
    assert [stored.message for stored in await store.path("00aa")] == [user("旧的问题"), assistant("An old answer")]
    assert [hit.message for hit in await store.search("问题")] == ["00bb"]
    new = await store.append("00aa", user("new"), parent="00cc")
    await store.close()
    again = await open_store(path)
    assert (await again.get("00aa")).head == new.id
    await again.close()
    check_integrity(path)


async def test_index_of_an_older_segmenter_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    store = await open_store(path)
    c = (await store.create()).id
    await store.append(c, user("brown fox"), parent=None)
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE myna_facts SET value = 0 WHERE name = 'message_fts'")
        connection.execute("UPDATE message_fts SET body = 'stale'")
    connection.close()
    store = await open_store(path)
    assert len(await store.search("fox")) == 1
    assert await store.search("stale") == []
    await store.close()


async def test_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "myna.sqlite"
    old_database(path, 1)

    def broken(connection: object) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr("myna.store.schema.STEPS", (*STEPS, broken))
    with pytest.raises(StoreFailed):
        await open_store(path)
    with sqlite3.connect(path) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert "attachments" not in tables
        assert connection.execute("SELECT value FROM myna_facts").fetchall() == [(1,)]
    connection.close()


async def test_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    await (await open_store(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE myna_facts SET value = 99 WHERE name = 'schema'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreFailed, match="newer version"):
        await open_store(path)
    assert path.read_bytes() == before


async def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cookies (name)")
    connection.close()
    with pytest.raises(StoreFailed, match="another program"):
        await open_store(path)


@pytest.mark.parametrize(
    "content", [b"Dear diary, this is text. " * 50, b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 999]
)
async def test_file_that_is_no_database_is_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "myna.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreFailed) as raised:
        await open_store(path)
    assert str(path) in raised.value.message
    assert "keep a copy" in raised.value.hint
    assert path.read_bytes() == content


async def test_truncated_database_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    store = await open_store(path)
    c = (await store.create()).id
    for _ in range(3):
        await store.append(c, user("words " * 2000), parent=None)
    await store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreFailed, match="damaged"):
        await open_store(path)
    assert path.read_bytes() == whole[: len(whole) // 2]


async def test_damage_in_the_middle_is_an_error_of_the_call(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    store = await open_store(path)
    c = (await store.create()).id
    parent = None
    for at in range(40):
        parent = (await store.append(c, user(f"{at} " * 500), parent=parent)).id
    await store.close()
    whole = bytearray(path.read_bytes())
    whole[4096 * 8 :] = b"\xa5" * (len(whole) - 4096 * 8)
    path.write_bytes(whole)

    async def open_and_read() -> None:
        store = await open_store(path)
        try:
            await store.path(c)
        finally:
            await store.close()

    with pytest.raises(StoreFailed, match="damaged"):
        await open_and_read()


async def test_full_disk_is_said_and_undone(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "myna.sqlite")
    c = (await store.create()).id
    kept = await store.append(c, user("small"), parent=None)
    database: Database = store._ledger._database
    await store._run(database.pragma, "PRAGMA max_page_count = 1")  # SQLite takes the size that the file has
    with pytest.raises(DiskFull, match="full"):
        await store.append(c, user("large " * 20_000), parent=kept.id)
    assert await store.path(c) == [kept]
    assert (await store.get(c)).head == kept.id
    await store._run(database.pragma, "PRAGMA max_page_count = 1000000")
    await store.append(c, user("large " * 20_000), parent=kept.id)
    await store.close()


@pytest.mark.parametrize(("free", "error"), [(4096, DiskFull), (1 << 30, StoreFailed)])
def test_full_disk_is_told_from_a_faulty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free, error) -> None:
    """SQLite says `disk I/O error` where it cannot make room for the file that processes share."""
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))
    fault = sqlite3.OperationalError("disk I/O error")
    fault.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(error), store_errors(tmp_path / "myna.sqlite"):
        raise OperationalError("SELECT 1", {}, fault)


async def test_database_that_may_not_be_written(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "myna.sqlite")
    await store._run(store._ledger._database.pragma, "PRAGMA query_only = ON")
    with pytest.raises(StoreFailed, match="opened for writing"):
        await store.create()
    assert await store.list() == []
    await store.close()


async def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot be opened"):
        await open_store(tmp_path)


async def test_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    with pytest.raises(StoreFailed):
        await open_store(tmp_path / "data" / "myna.sqlite")


async def test_busy_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    store = await open_store(path)
    await store._run(store._ledger._database.pragma, "PRAGMA busy_timeout = 1")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreFailed, match="busy"):
        await store.create()
    assert await store.list() == []
    holder.execute("ROLLBACK")
    holder.close()
    await store.create()
    await store.close()


@pytest.mark.parametrize("url", ["nonsense://x", "://", "sqlite+unknown://x"])
async def test_wrong_url(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadConfig):
        await ConversationStore.open(url, attachments=tmp_path)


async def test_wrong_url_does_not_repeat_the_password(tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as raised:
        await ConversationStore.open("nonsense://me:hunter2@host:port/x", attachments=tmp_path)
    assert "hunter2" not in raised.value.message + raised.value.hint


async def test_commits_are_synchronous_and_files_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "myna.sqlite"
    store = await open_store(path)

    def pragma(name: str) -> object:
        with store._ledger._database.read() as connection:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

    found = {name: await store._run(pragma, name) for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
    await store.close()


def files_contain(folder: Path, words: list[bytes]) -> bool:
    return any(word in path.read_bytes() for path in folder.rglob("*") if path.is_file() for word in words)


async def test_wiped_words_are_not_left_in_any_file(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "myna.sqlite")
    kept = (await store.create()).id
    gone = (await store.create(title="Xylophone-Title")).id
    await store.append(kept, user("harmless"), parent=None)
    picture = Image(await store.put(b"\x89PNG\r\n\x1a\n\0\0\0\tIDATxylophonecrc.", "image/png"))
    for at in range(30):
        message = Message("user", (Text(f"xylophone 鑫 secret{at} " + "filler " * 200), picture))
        await store.append(gone, message, parent=None)
    words = [b"xylophone", "鑫".encode(), b"secret1", b"Xylophone-Title"]
    assert files_contain(tmp_path, words)
    await store.wipe(gone)
    assert not files_contain(tmp_path, words)
    assert [summary.id for summary in await store.list()] == [kept]
    await store.close()
    assert not files_contain(tmp_path, words)
    check_integrity(tmp_path / "myna.sqlite")


async def test_deleted_words_are_gone_after_closing(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "myna.sqlite")
    gone = (await store.create()).id
    await store.append(gone, user("xylophone"), parent=None)
    await store.delete(gone)
    await store.close()
    assert not files_contain(tmp_path, [b"xylophone"])


async def test_forget_before(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "myna.sqlite")
    old = await store.create()
    await store.append(old.id, user("xylophone"), parent=None)
    new = await store.create()
    assert await store.forget_before(new.updated) == 1
    assert [summary.id for summary in await store.list()] == [new.id]
    assert not files_contain(tmp_path, [b"xylophone"])
    await store.close()


async def test_wipe_says_when_another_process_keeps_the_log(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    store = await open_store(path)
    gone = (await store.create()).id
    await store.append(gone, user("xylophone"), parent=None)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM messages").fetchone()
    await store._run(store._ledger._database.pragma, "PRAGMA busy_timeout = 1")
    with pytest.raises(StoreFailed, match="read by another process"):
        await store.wipe(gone)
    reader.execute("COMMIT")
    reader.close()
    await store.close()
    assert not files_contain(tmp_path, [b"xylophone"])


async def test_cancelled_opening_leaves_the_database_usable(tmp_path: Path) -> None:
    opening = asyncio.ensure_future(open_store(tmp_path / "myna.sqlite"))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    store = await open_store(tmp_path / "myna.sqlite")
    await store.create()
    await store.close()


def test_write_holds_the_lock_from_its_first_read(tmp_path: Path) -> None:
    path = tmp_path / "myna.sqlite"
    database = Database(path)
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    database.close()
