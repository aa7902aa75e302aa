"""Attachments by content: once each, whole or not at all, gone when nobody needs them."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from myna.errors import AttachmentMissing, BadInput, DiskFull, StoreFailed
from myna.messages import Attachment, Audio, Image, Message, Text
from myna.store import ConversationStore
from myna.store.attachment_ledger import PENDING_SECONDS
from myna.store.attachments import STRAY_SECONDS, AttachmentFolder, sniff

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\6IDATpixelscrc."
JPEG = b"\xff\xd8\xff\xdb\0\10tables\xff\xd9"
WAV = b"RIFF\x10\0\0\0WAVEfmt "


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ConversationStore]:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path / "attachments")
    yield store
    await store.close()


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "attachments").rglob("*") if path.is_file())


def picture(attachment: Attachment) -> Message:
    return Message("user", (Text("look"), Image(attachment)))


async def test_content_is_kept_once_under_its_hash(store: ConversationStore, tmp_path: Path) -> None:
    first = await store.put(PNG, "image/png")
    assert await store.put(PNG, "image/png") == first
    digest = hashlib.sha256(PNG).hexdigest()
    assert first == Attachment(digest, "image/png", len(PNG))
    assert files(tmp_path) == [digest]
    assert (tmp_path / "attachments" / digest[:2] / digest[2:4] / digest).is_file()
    assert await store.read(digest) == PNG


@pytest.mark.parametrize(
    ("data", "said", "kept"),
    [
        (JPEG, "image/png", "image/jpeg"),
        (WAV, "audio/x-wav", "audio/wav"),
        (b"raw samples", "audio/l16", "audio/l16"),
        (b"a note", "text/plain", "text/plain"),
        (PNG, "application/octet-stream", "image/png"),
    ],
)
async def test_type_is_what_the_content_says(store: ConversationStore, data: bytes, said: str, kept: str) -> None:
    assert (await store.put(data, said)).media_type == kept


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "image/png"),
        (b"<svg onload=x>", "image/svg+xml"),
        (b"text", "image/png"),
        (WAV, "IMAGE/png"),
        (PNG, "audio/wav"),
    ],
)
async def test_wrong_content_is_refused(store: ConversationStore, tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(BadInput):
        await store.put(data, said)
    assert files(tmp_path) == []


def test_too_large_is_refused_with_both_numbers(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="26 bytes, more than the 10"):
        AttachmentFolder(tmp_path, max_bytes=10).describe(PNG, "image/png")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "G" * 64, "0" * 64 + "\n", "/" * 64, "0" * 64])
async def test_unknown_or_hostile_name(store: ConversationStore, name: str) -> None:
    with pytest.raises(AttachmentMissing):
        await store.read(name)


async def test_damaged_content_is_noticed_and_mended_by_putting_it_again(
    store: ConversationStore, tmp_path: Path
) -> None:
    attachment = await store.put(PNG, "image/png")
    path = AttachmentFolder(tmp_path / "attachments").path(attachment.sha256)
    path.write_bytes(PNG[:-1] + b"?")
    with pytest.raises(StoreFailed, match="damaged"):
        await store.read(attachment.sha256)
    await store.put(PNG, "image/png")
    assert await store.read(attachment.sha256) == PNG


async def test_a_link_in_the_place_of_content_shows_nothing_of_what_it_leads_to(
    store: ConversationStore, tmp_path: Path
) -> None:
    attachment = await store.put(PNG, "image/png")
    path = AttachmentFolder(tmp_path / "attachments").path(attachment.sha256)
    secret = tmp_path / "secret"
    secret.write_bytes(b"of somebody else")
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(StoreFailed, match="damaged") as caught:
        await store.read(attachment.sha256)
    assert "somebody" not in str(caught.value)
    # What is put there again replaces the link, and not what it led to.
    await store.put(PNG, "image/png")
    assert not path.is_symlink()
    assert secret.read_bytes() == b"of somebody else"


async def test_full_disk_leaves_nothing(
    store: ConversationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            await store.put(PNG, "image/png")
    assert files(tmp_path) == []
    assert (await store.put(PNG, "image/png")).size == len(PNG)


async def test_deleting_removes_what_only_that_conversation_had(store: ConversationStore, tmp_path: Path) -> None:
    one, two = (await store.create()).id, (await store.create()).id
    shared, own = await store.put(PNG, "image/png"), await store.put(JPEG, "image/jpeg")
    sound = await store.put(WAV, "audio/wav")
    both = Message("user", (Image(shared), Image(own), Image(msgspec.structs.replace(own, size=1)), Audio(sound)))
    await store.append(one, both, parent=None)
    await store.append(two, picture(shared), parent=None)
    await store.delete(one)
    assert files(tmp_path) == [shared.sha256]
    with pytest.raises(AttachmentMissing):
        await store.read(own.sha256)
    await store.delete(two)
    assert files(tmp_path) == []


async def test_attachment_that_waits_for_its_message_is_kept(store: ConversationStore, tmp_path: Path) -> None:
    c = (await store.create()).id
    attachment = await store.put(PNG, "image/png")
    await store.append(c, picture(attachment), parent=None)
    await store.put(PNG, "image/png")  # somebody else is about to send the same picture
    await store.delete(c)
    assert files(tmp_path) == [attachment.sha256]


async def test_attachment_that_nobody_sent_lapses(
    store: ConversationStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.put(PNG, "image/png")
    await store._run(store._ledger.attachments.collect)
    assert len(files(tmp_path)) == 1
    now = time.time()
    monkeypatch.setattr("myna.store.attachment_ledger.time.time", lambda: now + PENDING_SECONDS + 60)
    await store._run(store._ledger.attachments.collect)
    assert files(tmp_path) == []


async def test_files_left_by_a_crash_are_swept(store: ConversationStore, tmp_path: Path) -> None:
    kept = await store.put(PNG, "image/png")
    folder = tmp_path / "attachments" / kept.sha256[:2] / kept.sha256[2:4]
    old, young, foreign = folder / f"{'0' * 64}.ab.tmp", folder / ("1" * 64), tmp_path / "attachments" / "notes.txt"
    for path in (old, young, foreign):
        path.write_bytes(b"x")
    os.utime(old, (0, time.time() - STRAY_SECONDS - 60))
    await store._run(store._ledger.attachments.collect)
    assert files(tmp_path) == sorted([kept.sha256, young.name, foreign.name])


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"GIF89a..", "image/gif"), (b"RIFF....WEBPVP8 ", "image/webp"), (b"OggS", "audio/ogg"), (b"", ""), (b"RIFF", "")],
)
def test_sniff(data: bytes, kind: str) -> None:
    assert sniff(data) == kind
