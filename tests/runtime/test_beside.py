"""What lies beside a conversation until its next question."""

from __future__ import annotations

from collections.abc import Sequence

from myna.beside import Beside
from myna.messages import Attachment, Image, Text

SEA = Image(Attachment("1" * 64, "image/png", 10))
LAKE = Image(Attachment("2" * 64, "image/png", 20))


def test_pictures_stay_until_a_question_counts() -> None:
    gone: list[Sequence[Image]] = []
    beside = Beside()
    beside.lay([SEA], gone.append)
    begun = beside.question("What is this?")
    assert begun == [SEA, Text("What is this?")]
    assert beside.question("What is this here?") == [SEA, Text("What is this here?")]
    assert not gone
    beside.take(begun)
    assert gone == [[SEA]]
    assert beside.question("And?") == [Text("And?")]


def test_what_came_after_a_question_began_waits_for_the_next() -> None:
    gone: list[Sequence[Image]] = []
    beside = Beside()
    beside.lay([SEA], gone.append)
    begun = beside.question("What is this?")
    beside.lay([SEA, LAKE], gone.append)
    beside.take(begun)
    assert gone == [[SEA]]
    assert beside.question("And this?") == [LAKE, Text("And this?")]


def test_nobody_hears_of_nothing() -> None:
    gone: list[Sequence[Image]] = []
    beside = Beside()
    beside.lay([], gone.append)
    beside.take(beside.question("Hello"))
    assert not gone
