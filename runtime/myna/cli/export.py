"""A conversation as a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ..errors import BadInput, DiskFull, UsageError
from ..messages import Attachment, Text, ToolCall
from ..store.export import to_json, to_markdown
from ..store.records import ConversationRecord, StoredMessage

Form = Literal["markdown", "json", "text"]

SUFFIXES: dict[str, Form] = {".md": "markdown", ".markdown": "markdown", ".json": "json", ".txt": "text"}


def form_of(path: str) -> Form:
    """The form that the suffix of a file stands for.

    Raises:
        UsageError: it stands for none.
    """
    form = SUFFIXES.get(Path(path).suffix.lower())
    if form is None:
        raise UsageError(f"{path} does not say what kind of file it is", hint="end the name in .md, .json or .txt")
    return form


def render(
    record: ConversationRecord, messages: Sequence[StoredMessage], form: Form, language: Literal["en", "zh"] = "en"
) -> str:
    """The messages as text that ends with a line break: those of one branch, or of all where `form` is JSON."""
    if form == "json":
        return to_json(record, messages).decode()
    return to_markdown(record, messages, language=language) if form == "markdown" else _text(messages)


def as_data(record: ConversationRecord, messages: Sequence[StoredMessage]) -> dict[str, Any]:
    """What `--json` prints of a conversation."""
    return {"conversation": record, "messages": messages}


def when(moment: float) -> str:
    """A Unix time as local date and time."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def content(message: StoredMessage) -> str:
    """The text of a message, and a line for each picture and sound."""
    pieces = []
    for part in message.message.parts:
        if isinstance(part, Text):
            pieces.append(part.text)
        elif isinstance(part, ToolCall):
            pieces.append(f"{part.name}({part.arguments})")
        else:
            pieces.append(_attachment(part.attachment))
    return "\n".join(pieces)


def template_of(message: StoredMessage) -> str:
    """Name, version and the first digits of the hash of the template behind a message; empty without one."""
    meta = message.meta
    return f"{meta.prompt} {meta.prompt_version} ({meta.prompt_hash[:12]})" if meta.prompt else ""


def write(path: str, text: str) -> Path:
    """Write a new file.

    Raises:
        BadInput: there is such a file already, or the folder cannot be written.
        DiskFull: there is no room.
    """
    file = Path(path).expanduser()
    with writing(file), file.open("x", encoding="utf-8") as opened:
        opened.write(text)
    return file


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Write a new file inside.

    Raises:
        BadInput: there is such a file already, or the folder cannot be written.
        DiskFull: there is no room.
    """
    import errno

    try:
        yield
    except FileExistsError:
        raise BadInput(f"{file} is there already", hint="choose another name") from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"{file} cannot be written: {error.strerror}") from None
        raise BadInput(f"{file} cannot be written: {error.strerror or error}") from None


def _attachment(attachment: Attachment) -> str:
    return f"[{attachment.media_type}, {attachment.size} bytes, {attachment.sha256[:12]}]"


def _text(messages: Sequence[StoredMessage]) -> str:
    return "\n\n".join(f"{stored.message.role}: {content(stored)}" for stored in messages) + "\n"
