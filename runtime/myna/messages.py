"""What is said: messages made of text, pictures, sound and calls of tools."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["system", "user", "assistant", "tool"]
Origin = Literal["user", "picture", "retrieved"]


class Text(msgspec.Struct, frozen=True, tag="text", omit_defaults=True):
    text: str
    origin: Origin = "user"
    """`picture`: it was found in a picture. `retrieved`: it was looked up. Nobody typed either, so both are content and
    never a request."""
    call: str = ""
    """Of what a tool has returned: the id of the call. Its origin is `retrieved`."""


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


class ToolCall(msgspec.Struct, frozen=True, tag="call"):
    """A call of a tool, in an answer."""

    id: str
    name: str
    arguments: str
    """A JSON object as text."""


Part = Text | Image | Audio | ToolCall


class Message(msgspec.Struct, frozen=True):
    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All text parts, joined without a separator."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    def typed(self) -> Message:
        """The same message without text that was found in pictures or looked up."""
        return Message(self.role, tuple(part for part in self.parts if not _found(part)))

    def with_text(self, text: str) -> Message:
        """The same message with `text` in place of all its text parts; pictures and sound stay.

        Text that was found in pictures or looked up stays too, unless there is no other.
        """
        typed = any(isinstance(part, Text) and not _found(part) for part in self.parts)
        old = [at for at, part in enumerate(self.parts) if isinstance(part, Text) and _found(part) != typed]
        first = old[0] if old else 0
        before = tuple(part for at, part in enumerate(self.parts) if at < first)
        after = tuple(part for at, part in enumerate(self.parts) if at >= first and at not in old)
        new = self._like(first, text) if old and not typed else Text(text)
        return Message(self.role, (*before, new, *after))

    def _like(self, place: int, text: str) -> Text:
        part = self.parts[place]
        return msgspec.structs.replace(part, text=text) if isinstance(part, Text) else Text(text)


def _found(part: Part) -> bool:
    return isinstance(part, Text) and part.origin != "user"


def system(text: str) -> Message:
    return Message("system", (Text(text),))


def user(text: str) -> Message:
    return Message("user", (Text(text),))


def assistant(text: str) -> Message:
    return Message("assistant", (Text(text),))
