"""What is said: messages made of text, pictures and sound."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["system", "user", "assistant", "tool"]


class Text(msgspec.Struct, frozen=True, tag="text"):
    text: str


class Attachment(msgspec.Struct, frozen=True):
    """A file kept by content: the bytes live in the attachment store under their hash."""

    sha256: str
    """Lower-case hexadecimal SHA-256 of the content."""
    media_type: str
    """For example `image/png`."""
    size: int
    """Bytes."""


class Image(msgspec.Struct, frozen=True, tag="image"):
    attachment: Attachment


class Audio(msgspec.Struct, frozen=True, tag="audio"):
    attachment: Attachment


Part = Text | Image | Audio


class Message(msgspec.Struct, frozen=True):
    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All text parts, joined without a separator."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    def with_text(self, text: str) -> Message:
        """The same message with `text` in place of all its text parts; pictures and sound stay."""
        first = next((at for at, part in enumerate(self.parts) if isinstance(part, Text)), 0)
        kept = [(at, part) for at, part in enumerate(self.parts) if not isinstance(part, Text)]
        before = tuple(part for at, part in kept if at < first)
        after = tuple(part for at, part in kept if at >= first)
        return Message(self.role, (*before, Text(text), *after))


def system(text: str) -> Message:
    return Message("system", (Text(text),))


def user(text: str) -> Message:
    return Message("user", (Text(text),))


def assistant(text: str) -> Message:
    return Message("assistant", (Text(text),))
