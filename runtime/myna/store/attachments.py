"""Pictures and sound, kept once under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from pathlib import Path

from ..errors import AttachmentMissing, BadInput, StoreFailed
from ..messages import Attachment
from .failures import file_errors

MAX_ATTACHMENT_BYTES = 64 * 1024 * 1024
"""More than a photograph of today's largest sensors, or an hour of speech in Opus, takes."""

STRAY_SECONDS = 3600.0
"""A file without a row is younger than this while another process is still writing it."""

_HASH = re.compile(r"[0-9a-f]{64}\Z")

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (8, b"WAVE", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (4, b"ftypM4A", "audio/mp4"),
)


PICTURES = "choose a picture, for example a PNG or a JPEG file"


def sniff(data: bytes) -> str:
    """The media type that the first bytes speak for, or ""."""
    for offset, magic, media_type in _MAGIC:
        if data.startswith(magic, offset):
            return media_type
    return ""


def checked_type(data: bytes, media_type: str) -> str:
    """The type to keep for `data`: what it really is, where that can be told from its first bytes.

    Whoever decodes the content still has to treat it as hostile; this only catches the wrong file.

    Raises:
        BadInput: a picture was promised and it is none, or sound and it is a picture.
    """
    family = media_type.partition("/")[0].lower()
    found = sniff(data)
    if family == "image" and not found.startswith("image/"):
        raise BadInput(f"this is not a picture ({found or 'unknown content'})", hint=PICTURES)
    if family == "audio" and found.startswith("image/"):
        raise BadInput(f"this is not sound ({found})")
    return found or media_type


def described(data: bytes, media_type: str, *, max_bytes: int = MAX_ATTACHMENT_BYTES) -> Attachment:
    """What `data` is called as an attachment.

    Raises:
        BadInput: it is empty, too large, or not what `media_type` says.
    """
    if not data:
        raise BadInput("the attachment is empty")
    if len(data) > max_bytes:
        raise BadInput(
            f"the attachment has {len(data):,} bytes, more than the {max_bytes:,} that are kept",
            hint="make it smaller first",
        )
    return Attachment(hashlib.sha256(data).hexdigest(), checked_type(data, media_type), len(data))


def require_hash(sha256: str) -> None:
    """Raise `AttachmentMissing` unless it is a hash: there can be no such attachment."""
    if not _HASH.match(sha256):
        raise AttachmentMissing("that is not the SHA-256 of an attachment")


class AttachmentFolder:
    """Files named by their SHA-256, in folders named by its first two and its next two digits."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_ATTACHMENT_BYTES) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def path(self, sha256: str) -> Path:
        """Where the content is, or would be.

        Raises:
            AttachmentMissing: `sha256` is not a hash, so there can be no such file.
        """
        require_hash(sha256)
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def describe(self, data: bytes, media_type: str) -> Attachment:
        """What `data` will be called.

        Raises:
            BadInput: it is empty, too large, or not what `media_type` says.
        """
        return described(data, media_type, max_bytes=self.max_bytes)

    def write(self, attachment: Attachment, data: bytes) -> None:
        """Bring the content to the disk, whole or not at all; nothing to do when it is there."""
        path = self.path(attachment.sha256)
        with file_errors(path):
            if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
                return
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
            try:
                with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
            for folder in (path.parent, path.parent.parent, self.folder):
                _sync_folder(folder)

    def read(self, sha256: str) -> bytes:
        """The content.

        Raises:
            AttachmentMissing: it is not here.
            StoreFailed: the file cannot be read, or no longer is what it was.
        """
        path = self.path(sha256)
        with file_errors(path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                raise AttachmentMissing(f"the attachment {sha256[:12]} is not on this machine") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreFailed(f"the attachment {path} is damaged", hint="send the picture or the sound again")
        return data

    def remove(self, sha256: str) -> None:
        path = self.path(sha256)
        with file_errors(path):
            path.unlink(missing_ok=True)

    def sweep(self, known: set[str]) -> int:
        """Remove files that were left by a crash between two steps: old, and not in `known`; how many."""
        if not self.folder.is_dir():
            return 0
        oldest = time.time() - STRAY_SECONDS
        removed = 0
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            with file_errors(path):
                if path.name not in known and path.is_file() and path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed


def _sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut. Windows has no such call, and does not need it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
