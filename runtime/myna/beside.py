"""What lies beside a conversation until its next question is asked, by whichever way that comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .messages import Image, Part, Text


class Beside:
    """A page lays pictures here that somebody has chosen; who asks aloud, and has no page, takes them along.

    Belongs to the asyncio loop of its conversation.
    """

    def __init__(self) -> None:
        self._pictures: tuple[Image, ...] = ()
        self._taken: Callable[[Sequence[Image]], object] | None = None

    def lay(self, pictures: Sequence[Image], taken: Callable[[Sequence[Image]], object] | None = None) -> None:
        """These and no others lie here now; `taken` hears which of them went along with a question."""
        self._pictures, self._taken = tuple(pictures), taken

    def question(self, text: str) -> list[Part]:
        """`text` about what lies here, which stays until `take`: the question may turn out not to count."""
        return [*self._pictures, Text(text)]

    def take(self, question: Sequence[Part]) -> None:
        """The question counts: what went along with it lies here no longer."""
        gone = [picture for picture in self._pictures if picture in question]
        self._pictures = tuple(picture for picture in self._pictures if picture not in gone)
        if gone and self._taken is not None:
            self._taken(gone)
