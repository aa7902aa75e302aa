"""Values beside their labels, as receipts and forms have them: in the same line, to the right, or below."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec

from .places import Printed
from .values import LONGEST, PATTERNS, Kind, clear_amount, find

_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[a-z0-9]+|[^\x00-\x7f]", re.IGNORECASE)
_COLON = re.compile(r"(?<!\d)[:：]|[:：](?!\d)")
"""Not that between hours and minutes."""
_LOOSE = " \t:：.…·-_=*#|"


class Pair(msgspec.Struct, frozen=True):
    label: str
    value: str
    distance: int
    """0 the same line, 1 to the right, 2 below."""
    top: float
    """Of the label."""


def pairs(printed: Sequence[Printed]) -> Iterator[Pair]:
    """Every label with every value that may be its own, the likeliest first for each label."""
    for line in printed:
        if not _LETTER.search(line.text):
            continue
        label = line.text.strip(_LOOSE)
        right = sorted(
            (other for other in printed if other is not line and other.beside(line) and other.left > line.left),
            key=lambda other: other.left,
        )
        for pair in _in_line(line):
            # A number of things may stand between a label and its amount: `Total 3     21.00`.
            if clear_amount(pair.value) or not any(clear_amount(other.text) for other in right):
                yield pair
        for other in right:
            yield Pair(label, other.text, 1, line.top)
        below = [other for other in printed if other is not line and other.under(line) and not _split(other.text)[2]]
        if not right and below:
            nearest = min(below, key=lambda other: other.middle)
            yield Pair(label, nearest.text, 2, line.top)


def _in_line(line: Printed) -> Iterator[Pair]:
    head, colon, rest = _split(line.text)
    if colon and rest:
        yield Pair(head, rest, 0, line.top)
    for kind in ("date", "time"):
        first = PATTERNS[kind].search(line.text[:LONGEST])
        if first and not colon and _LETTER.search(before := line.text[: first.start()].strip(_LOOSE)):
            yield Pair(before, line.text[first.start() :], 0, line.top)
    last = None
    for match in PATTERNS["amount"].finditer(line.text[:LONGEST]):
        last = match
    if last is None or last.end() < len(line.text):
        return
    label = line.text[: last.start()].strip(_LOOSE)
    # What follows another number and is not clearly money is the end of a longer number: `IBAN DE89 3704 00`.
    if _LETTER.search(label) and (clear_amount(last[0]) or not label[-1:].isdigit()):
        yield Pair(label, last[0].strip(), 0, line.top)


def _split(text: str) -> tuple[str, bool, str]:
    found = _COLON.search(text)
    if found is None:
        return text, False, ""
    return text[: found.start()].strip(_LOOSE), True, text[found.end() :].strip()


class Wanted(msgspec.Struct, frozen=True):
    """A value that is asked for."""

    names: tuple[str, ...]
    """What its label may be, the likeliest first; lower case."""
    kind: Kind = "text"
    never: tuple[str, ...] = ()
    """A label that has one of these in it is another one."""
    labelled: bool = False
    """It is known by its label alone: what looks like it elsewhere is something else."""

    def excludes(self, label: str) -> bool:
        plain = _plain(label)
        return any(_plain(never) in plain for never in self.never)


def best(printed: Sequence[Printed], wanted: Wanted) -> Pair | None:
    """The pair that is meant by `wanted`; its value cut down to what is asked for."""
    found: list[tuple[tuple[float, ...], Pair]] = []
    for pair in pairs(printed):
        closeness = _closeness(pair.label, wanted)
        values = find(wanted.kind, [pair.value]) if closeness else []
        if not closeness or not values or (wanted.kind == "text" and not _plain(pair.value)):
            continue
        # In a row of several amounts the last is the one that counts, after quantity and price; so is the
        # lowest of several totals.
        value = values[-1]
        money = float(wanted.kind == "amount" and clear_amount(value))
        order = (*closeness, money, -pair.distance, pair.top if wanted.kind == "amount" else -pair.top)
        found.append((order, Pair(pair.label, value, pair.distance, pair.top)))
    if not found:
        return None
    top = max(order for order, _ in found)
    ties = [pair for order, pair in found if order == top]
    return ties[-1] if wanted.kind == "amount" else ties[0]


def _closeness(label: str, wanted: Wanted) -> tuple[float, ...]:
    """How well `label` is one of the names: whole, at which place of the list, how much else is in it; () if not."""
    words, plain = _words(label), _plain(label)
    if wanted.excludes(label):
        return ()
    scores = []
    for place, name in enumerate(wanted.names):
        wholly = plain == _plain(name)
        if wholly or _within(_words(name), words):
            scores.append((float(wholly), float(-place), len(_plain(name)) / max(len(plain), 1)))
    return max(scores, default=())


def _within(name: list[str], words: list[str]) -> bool:
    """Whether the words of `name` follow one another in `words`."""
    return bool(name) and any(words[at : at + len(name)] == name for at in range(len(words)))


def _words(text: str) -> list[str]:
    """Words of Latin letters, and single characters of other scripts."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _plain(text: str) -> str:
    """Letters and digits alone: recognisers lose spaces and points."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
