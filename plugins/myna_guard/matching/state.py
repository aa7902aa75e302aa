"""All that the rest of a text can tell of what was read of it, as one value that can be compared and kept."""

from __future__ import annotations

import msgspec

from .path import Path


class Ending(msgspec.Struct, frozen=True):
    """A keyword that is complete, if its word ends here."""

    behind: int
    """Characters of the text since its start."""
    past: int
    """Characters of the text since its end."""
    keyword: int
    """Its place in `Lexicon.keywords`."""
    spread: str = ""
    gap: str = ""
    letter: bool = False
    """A gap like those inside was followed by one letter: the word may go on, spelt out."""


class State(msgspec.Struct, frozen=True):
    """Where a walker is. Everything counts from where it is, so that the same state comes again at other places."""

    paths: tuple[Path, ...] = ()
    """Those that began first come first."""
    endings: tuple[Ending, ...] = ()
    in_word: bool = False
    """The last character that shows belongs to a word."""
    alone: bool = False
    """The piece of a word before is a single letter, and no word."""
    between: str = " "
    """What came since the last letter; where that is not `alone`, only whether there is something."""

    def held(self) -> int:
        """Characters that may still become part of a match."""
        return max((*(path.behind for path in self.paths[:1]), *(ending.behind for ending in self.endings)), default=0)

    def aged(self) -> State:
        """The same, one character that does not show later."""
        replace = msgspec.structs.replace
        return replace(
            self,
            paths=tuple(replace(path, behind=path.behind + 1) for path in self.paths),
            endings=tuple(replace(one, behind=one.behind + 1, past=one.past + 1) for one in self.endings),
        )
