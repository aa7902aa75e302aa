"""A conversation as a file for other programs: Markdown of one branch, or JSON of the whole tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from ..messages import Audio, Image, Message, ToolCall
from .records import ConversationRecord, StoredMessage
from .store import ConversationStore

FORMAT = "myna-conversation-1"

_LABELS = {
    "en": {"user": "User", "assistant": "Assistant", "system": "System prompt", "tool": "Tool"},
    "zh": {"user": "用户", "assistant": "助手", "system": "系统提示", "tool": "工具"},
}
_UNTITLED = {"en": "Untitled conversation", "zh": "未命名的对话"}

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class ExportedConversation(msgspec.Struct, frozen=True, kw_only=True):
    """What `to_json` writes. Attachments are named by their hash; their content is not in it."""

    format: str = FORMAT
    conversation: ConversationRecord
    messages: tuple[StoredMessage, ...]
    """All branches, parents before their children."""


def to_json(record: ConversationRecord, messages: Sequence[StoredMessage]) -> bytes:
    exported = ExportedConversation(conversation=record, messages=tuple(messages))
    return msgspec.json.format(msgspec.json.encode(exported), indent=2) + b"\n"


def to_markdown(
    record: ConversationRecord, path: Sequence[StoredMessage], *, language: Literal["en", "zh"] = "en"
) -> str:
    """The messages of one branch under headings. Their own Markdown stays as it is."""
    labels = _LABELS[language]
    facts = [_moment(record.created), record.model, f"`{record.id}`"]
    blocks = [f"# {' '.join(record.title.split()) or _UNTITLED[language]}", " · ".join(filter(None, facts))]
    if record.system:
        blocks += [f"## {labels['system']}", _closed(record.system)]
    for stored in path:
        model = f" ({stored.meta.model})" if stored.meta.model and stored.meta.model != record.model else ""
        blocks += [f"## {labels[stored.message.role]}{model}", *_body(stored.message)]
    return "\n\n".join(blocks) + "\n"


async def export_json(store: ConversationStore, conversation: str) -> bytes:
    """The whole tree of a conversation. UTF-8."""
    return to_json(await store.get(conversation), await store.tree(conversation))


async def export_markdown(store: ConversationStore, conversation: str, *, language: Literal["en", "zh"] = "en") -> str:
    """The active branch of a conversation."""
    return to_markdown(await store.get(conversation), await store.path(conversation), language=language)


def _body(message: Message) -> list[str]:
    blocks = []
    for part in message.parts:
        if isinstance(part, Image | Audio):
            blocks.append(f"*{part.attachment.media_type}, SHA-256 `{part.attachment.sha256}`*")
        elif isinstance(part, ToolCall):
            blocks.append(f"`{part.name}({part.arguments})`")
        elif part.text.strip():
            blocks.append(_closed(part.text.strip("\n")))
    return blocks


def _closed(text: str) -> str:
    """`text` with a code block that it leaves open closed, so that it does not swallow what follows."""
    open_fence = ""
    for line in text.splitlines():
        fence = _FENCE.fullmatch(line)
        if fence is None:
            continue
        marker, info = fence.groups()
        if not open_fence:
            # A line of backticks with another backtick behind is no fence (CommonMark 0.31, section 4.5).
            open_fence = "" if marker[0] == "`" and "`" in info else marker
        elif marker.startswith(open_fence) and not info.strip():
            open_fence = ""
    return f"{text}\n{open_fence}" if open_fence else text


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
