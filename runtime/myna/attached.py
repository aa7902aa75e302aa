"""The content of pictures in messages, brought to the engine that looks at them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import msgspec

from .engine.protocols import TextRequest
from .errors import BadInput
from .messages import Image, Message

ReadAttachment = Callable[[str], Awaitable[bytes]]
"""The content of an attachment by its SHA-256."""

MAX_TOGETHER = 240 * 1024 * 1024
"""Bytes of all pictures of a request: what one frame to a worker holds (256 MB), less what else there is in it."""


def pictures_in(messages: Iterable[Message]) -> dict[str, int]:
    """The pictures of `messages` in order: bytes by SHA-256."""
    return {
        part.attachment.sha256: part.attachment.size
        for message in messages
        for part in message.parts
        if isinstance(part, Image)
    }


async def contents(messages: Iterable[Message], read: ReadAttachment) -> dict[str, bytes]:
    """The content of each picture in `messages`, by SHA-256.

    Raises:
        AttachmentMissing, StoreFailed: one is not on this machine, or damaged.
        BadInput: they are too large together.
    """
    found = pictures_in(messages)
    if (size := sum(found.values())) > MAX_TOGETHER:
        raise BadInput(
            f"the pictures have {size:,} bytes together, more than the {MAX_TOGETHER:,} that can be looked at at once",
            hint="ask about fewer pictures at a time, or make them smaller",
        )
    return {sha256: await read(sha256) for sha256 in found}


async def with_pictures(request: TextRequest, read: ReadAttachment) -> TextRequest:
    """`request` with the content of the pictures in its messages.

    Raises: as `contents`.
    """
    if request.images or not pictures_in(request.messages):
        return request
    return msgspec.structs.replace(request, images=await contents(request.messages, read))
