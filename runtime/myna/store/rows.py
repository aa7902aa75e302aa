"""Between structs and rows: messages and their meta data are JSON in the database."""

from __future__ import annotations

from typing import Any

import msgspec

from ..errors import ErrorInfo
from ..events import Notice
from ..messages import Attachment, Audio, Image, Message, Part, Text, ToolCall
from .records import ConversationRecord, MessageMeta, StoredMessage

_parts: msgspec.json.Decoder[tuple[Part, ...]] = msgspec.json.Decoder(tuple[Part, ...])
_meta = msgspec.json.Decoder(MessageMeta)


def storable(text: str) -> str:
    """`text` with what UTF-8 cannot hold (lone surrogates) replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        # A pair of surrogates is a character; only what stays alone is replaced.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def storable_line(text: str) -> str:
    """`text` for a plain column, where PostgreSQL also refuses NUL."""
    return storable(text).replace("\0", "\ufffd")


def storable_message(message: Message) -> Message:
    return Message(message.role, tuple(map(_storable_part, message.parts)))


def _storable_part(part: Part) -> Part:
    if isinstance(part, Text):
        return msgspec.structs.replace(part, text=storable(part.text))
    if isinstance(part, ToolCall):
        return ToolCall(storable(part.id), storable(part.name), storable(part.arguments))
    return part


def storable_meta(meta: MessageMeta) -> MessageMeta:
    replace, error = msgspec.structs.replace, meta.error
    return replace(
        meta,
        error=error and ErrorInfo(error.code, storable(error.message), storable(error.hint)),
        remarks=tuple(
            replace(one, text=storable(one.text)) if isinstance(one, Notice) else one for one in meta.remarks
        ),
    )


def encode(value: object) -> str:
    return msgspec.json.encode(value).decode()


def text_of(parts: str) -> str:
    """What of a stored message can be searched for."""
    return "\n".join(part.text for part in _parts.decode(parts) if isinstance(part, Text))


def attachments_of(message: Message) -> list[Attachment]:
    return [part.attachment for part in message.parts if isinstance(part, Image | Audio)]


def meta_of(meta: str) -> MessageMeta:
    return _meta.decode(meta)


def stored_message(row: Any) -> StoredMessage:
    """A row of the table `messages`."""
    return StoredMessage(
        row.id,
        row.conversation,
        row.parent,
        Message(row.role, _parts.decode(row.parts)),
        row.turn,
        _meta.decode(row.meta),
        row.created,
    )


def conversation_record(row: Any) -> ConversationRecord:
    """A row of the table `conversations`."""
    return ConversationRecord(row.id, row.title, row.model, row.system, row.head, row.created, row.updated)
