"""What a log is kept in: a folder of this machine, or a database that several share. The chain is made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from .files import Files
from .head import Head
from .places import Places
from .records import Entry, Record


class View(Protocol):
    """A log, to be read."""

    @property
    def begun(self) -> bool:
        """Whether anything was ever recorded here."""

    @property
    def lead(self) -> int:
        """Records that a crash may leave behind the one that the anchor names, or a torn one; 0: it leaves nothing."""

    @property
    def anchor_name(self) -> str:
        """Where the anchor is."""

    def anchor(self) -> Head | None:
        """The record that is the last; None: there is no anchor.

        Raises:
            AuditBroken: what is in its place is none.
        """

    def witness(self) -> Head | None:
        """A record that was written for certain, as something outside of the log says; None: nothing does.

        Raises: as `anchor`.
        """

    def lines(self) -> Iterator[bytes]:
        """The records, oldest first, each with its line feed; what is too long to be one comes in pieces."""

    def newest(self, most: int) -> list[bytes]:
        """About `most` of the last records at the most, oldest first, without line feeds. The first may be torn."""

    def texts(self, group: str) -> Iterator[bytes]:
        """Lines of texts, without their line feeds."""

    def has_texts(self, group: str) -> bool: ...


class Step(View, Protocol):
    """A log that nobody else writes meanwhile. Any call may raise what `Journal.append` does."""

    def head(self) -> tuple[Head, list[Entry]]:
        """The last record, after mending what a crash left, and what is to be recorded about that. A log is begun."""

    def last(self) -> int:
        """The number of the last record; nothing is changed."""

    def add(self, records: Sequence[Record], texts: Mapping[str, list[bytes]]) -> None:
        """Add records behind `head`, and lines of texts by group: all of them or nothing."""

    def remove(self, group: str) -> None:
        """Remove all texts of a group."""

    def cut(self, count: int, through: int) -> None:
        """Remove the first `count` records, of which `through` is the last, and their texts."""

    def probe(self) -> None:
        """Write something that leaves no trace."""


class Storage(Protocol):
    """Any thread may use it."""

    @property
    def where(self) -> str:
        """For people; it holds no password."""

    @property
    def machine(self) -> str:
        """What is put behind an account, where machines share the log."""

    def reading(self) -> AbstractContextManager[View]:
        """Raises: `AuditFailed` when it cannot be read."""

    def writing(self) -> AbstractContextManager[Step]:
        """A step, inside the lock of the journal; on the disk, where it is to be, when the block has ended.

        Raises: as `Journal.append`.
        """

    def close(self) -> None:
        """Let go of what was kept open; it may be used again."""


def storage_of(places: Places, files: Files, *, lasting: bool = False) -> Storage:
    """`lasting`: a connection is kept from one step to the next, until `close`.

    Raises:
        BadConfig, ExtraMissing: `audit.url` names no database that can be used.
    """
    if places.url:
        # Here: it loads the database library, for which nobody with a log of their own should wait.
        from .shared import SharedStorage

        return SharedStorage(places, files, lasting=lasting)
    from .folder import FolderStorage

    return FolderStorage(places, files)
