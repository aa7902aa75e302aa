"""Conversations as Markdown and JSON."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from myna.messages import Attachment, Image, Message, Text, assistant, user
from myna.store import ConversationRecord, ConversationStore, MessageMeta, StoredMessage
from myna.store.export import ExportedConversation, export_json, export_markdown, to_markdown

RECORD = ConversationRecord("0a", "Sky\n# colours", "smol", "Be brief.", "2", 0.0, 0.0)


def stored(name: str, message: Message, model: str = "") -> StoredMessage:
    return StoredMessage(name, "0a", None, message, "", MessageMeta(model=model), 0.0)


async def test_json_holds_the_whole_tree(tmp_path: Path) -> None:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path)
    c = (await store.create(title="天")).id
    asked = await store.append(c, user("q"), parent=None)
    answers = [await store.append(c, assistant(text), parent=asked.id) for text in ("一", "二")]
    data = await export_json(store, c)
    exported = msgspec.json.decode(data, type=ExportedConversation)
    assert exported.conversation == await store.get(c)
    assert exported.messages == (asked, *answers)
    assert "二".encode() in data
    markdown = await export_markdown(store, c)
    assert "二" in markdown
    assert "一" not in markdown
    await store.close()


def test_markdown() -> None:
    picture = Image(Attachment("ab" * 32, "image/png", 3))
    path = [stored("1", Message("user", (Text("Why?"), picture))), stored("2", assistant("Because."), "other")]
    assert to_markdown(RECORD, path) == (
        "# Sky # colours\n\n1970-01-01 00:00 UTC · smol · `0a`\n\n## System prompt\n\nBe brief.\n\n"
        f"## User\n\nWhy?\n\n*image/png, SHA-256 `{'ab' * 32}`*\n\n## Assistant (other)\n\nBecause.\n"
    )
    assert "## 助手 (other)" in to_markdown(RECORD, path, language="zh")


def test_markdown_of_nothing() -> None:
    empty = msgspec.structs.replace(RECORD, title="", system="", model="")
    assert to_markdown(empty, []) == "# Untitled conversation\n\n1970-01-01 00:00 UTC · `0a`\n"


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("```python\nprint()", "print()\n```"),
        ("```\nx\n```", "x\n```"),
        ("````\n```\nx", "x\n````"),
        ("~~~\n```\nx\n~~~", "x\n~~~"),
        ("``` not `a` fence", "``` not `a` fence"),
        ("```\nx\n``` no end", "``` no end\n```"),
    ],
)
def test_open_code_block_does_not_swallow_the_next_message(text: str, ending: str) -> None:
    markdown = to_markdown(RECORD, [stored("1", assistant(text)), stored("2", user("next"))])
    assert f"{ending}\n\n## User\n\nnext\n" in markdown
