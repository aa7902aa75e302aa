"""What is found out about pictures, by whatever is installed for it; kept for the next who asks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from .errors import ExtraMissing, ModelMissing
from .messages import Attachment

if TYPE_CHECKING:
    from .assistant import Assistant
    from .attached import ReadAttachment
    from .engine.sight import PictureFacts

LOOKED = 64
"""Pictures whose facts are kept in memory, some kilobytes each."""


class Pictures:
    """Of one assistant. They are decoded and looked at in a worker."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._looked: dict[str, PictureFacts] = {}
        self._printed: dict[str, str] = {}

    def forget(self) -> None:
        """What was found out; others may look from now on, or nobody."""
        self._looked.clear()
        self._printed.clear()

    async def plain(self, data: bytes) -> bytes:
        """The picture file `data`, as a PNG file where its format has metadata that cannot be taken out.

        Raises:
            BadInput: it is no picture, too large, or damaged.
            ExtraMissing: nothing here decodes a format that has to become a PNG file.
        """
        from .engine.sight import PlainRequest
        from .store.attachments import checked_type
        from .store.metadata import TO_PNG

        if checked_type(data, "image/png") in TO_PNG:
            return await (await self._assistant.picture_reader()).plain(PlainRequest(data))
        return data

    async def check(self, data: bytes) -> None:
        """Have the picture file `data` decoded, in a worker; where nothing here does that, all is taken for good.

        Raises:
            BadInput: it is no picture, too large, or damaged.
        """
        from .engine.sight import LookRequest

        with contextlib.suppress(ExtraMissing):
            await (await self._assistant.picture_reader()).look(LookRequest(data, ("measures",)))

    async def look(self, picture: Attachment, read: ReadAttachment | None = None) -> PictureFacts:
        """What is found out about an attached picture, by all that is installed; kept for the next who asks.

        `read` gives its content; None: the store.

        Raises:
            ExtraMissing: no plugin looks at pictures.
            BadInput: it cannot be looked at.
            AttachmentMissing, StoreFailed: it is not on this machine, or damaged.
        """
        from .engine.sight import LookRequest

        facts = self._looked.get(picture.sha256)
        if facts is None:
            data = await (read or (await self._assistant.store()).read)(picture.sha256)
            facts = await (await self._assistant.picture_reader()).look(LookRequest(data))
            self._looked[picture.sha256] = facts
            _drop_oldest(self._looked)
        return facts

    async def printed(self, picture: Attachment, read: ReadAttachment | None = None) -> str:
        """The text in an attached picture, line by line; empty where no model that reads is installed. Kept as facts.

        `read` gives its content; None: the store.

        Raises:
            BadInput: it cannot be looked at.
            AttachmentMissing, StoreFailed: it is not on this machine, or damaged.
        """
        from .engine.sight import LookRequest

        facts = self._looked.get(picture.sha256)
        text = self._printed.get(picture.sha256)
        if text is None:
            if facts is None or facts.lines is None:
                data = await (read or (await self._assistant.store()).read)(picture.sha256)
                try:
                    facts = await (await self._assistant.picture_reader()).look(LookRequest(data, ("text",)))
                except (ExtraMissing, ModelMissing):
                    return ""
            text = self._printed[picture.sha256] = "\n".join(line.text for line in facts.lines or ())
            _drop_oldest(self._printed)
        return text


def _drop_oldest(kept: dict[str, Any]) -> None:
    while len(kept) > LOOKED:
        del kept[next(iter(kept))]
