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
_RULED = re.compile(r"[_＿]{2,}\s*$")
"""A line to write on."""
_OPEN = re.compile(r"(?:[:：]|[_＿]{2,}|[.…·]{3,})\s*$")
"""The end of a label whose value would follow."""


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
            (
                other
                for other in printed
                if other is not line and other.beside(line) and other.left > line.left and not _OPEN.search(other.text)
            ),
            key=lambda other: other.left,
        )
        for pair in _in_line(line):
            # A number of things may stand between a label and its amount: `Total 3     21.00`.
            if clear_amount(pair.value) or not any(clear_amount(other.text) for other in right):
                yield pair
        for other in right:
            yield Pair(label, other.text, 1, line.top)
        if not right and not _RULED.search(line.text) and (below := _below(printed, line)):
            yield Pair(label, below.text, 2, line.top)


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


def _below(printed: Sequence[Printed], line: Printed) -> Printed | None:
    """What may be the value of the label `line` in the next line: no label itself, nor with something beside it."""
    found = [other for other in printed if other is not line and other.under(line) and not _labelled(other.text)]
    nearest = min(found, key=lambda other: other.middle, default=None)
    if nearest is None or any(other.left > nearest.left and other.beside(nearest) for other in printed):
        return None
    return nearest


def _labelled(text: str) -> bool:
    """Whether `text` is or has a label of its own."""
    return bool(_split(text)[2] or _OPEN.search(text))


class Wanted(msgspec.Struct, frozen=True):
    """A value that is asked for."""

    names: tuple[str, ...]
    """What its label may be, the likeliest first; lower case."""
    kind: Kind = "text"
    never: tuple[str, ...] = ()
    """A label that has one of these in it is another one."""
    labelled: bool = False
    """It is known by its label alone: what looks like it elsewhere is something else."""
    last: bool = False
    """Its label ends with the name, as `Billing address` does with `address`."""

    def excludes(self, label: str) -> bool:
        plain = _plain(label)
        return any(_plain(never) in plain for never in self.never)


def best(printed: Sequence[Printed], wanted: Wanted) -> Pair | None:
    """The pair that is meant by `wanted`; its value cut down to what is asked for."""
    found = list(_found(printed, wanted))
    if not found:
        return None
    top = max(order for order, _ in found)
    ties = [pair for order, pair in found if order == top]
    return ties[-1] if wanted.kind == "amount" else ties[0]


def all_named(printed: Sequence[Printed], wanted: Wanted) -> list[Pair]:
    """The pair that is meant by `wanted`, or where no label is the name alone, the likeliest for each that has it:
    whoever asks for a name, where there are a first name and a last name, must be told which is which.
    """
    found = list(_found(printed, wanted))
    meant = best(printed, wanted)
    if meant is None or any(order[0] for order, _ in found):
        return [meant] if meant else []
    chosen: dict[tuple[str, float], tuple[tuple[float, ...], Pair]] = {}
    for order, pair in found:
        key = (pair.label, pair.top)
        if key not in chosen or order > chosen[key][0]:
            chosen[key] = order, pair
    return sorted((pair for _, pair in chosen.values()), key=lambda pair: pair.top)


def left_empty(printed: Sequence[Printed], wanted: Wanted, name: str) -> str | None:
    """The label `name` as it is printed, where nothing stands with it: a form that was not filled in.

    None where it may be a heading, or where another label with `name` in it has the value.
    """
    having = [pair.label for _, pair in _found(printed, wanted)]
    if any(_plain(label) == _plain(name) for label in having):
        return None
    elsewhere = any(_within(words(name), words(label)) for label in having)
    for line in printed:
        label, _, value = _split(line.text)
        label = label.strip(_LOOSE)
        if _plain(label) == _plain(name) and not _plain(value):
            # A sum by a longer name is the same sum; a last name is not the name.
            to_fill_in = bool(_OPEN.search(line.text)) and (wanted.kind == "text" or not elsewhere)
            if to_fill_in or (len(name.split()) > 1 and not elsewhere):
                return label
    return None


def _found(printed: Sequence[Printed], wanted: Wanted) -> Iterator[tuple[tuple[float, ...], Pair]]:
    """Pairs that may be meant, each with how likely it is: first whether the label is one of the names alone."""
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
        yield order, Pair(pair.label, value, pair.distance, pair.top)


def _closeness(label: str, wanted: Wanted) -> tuple[float, ...]:
    """How well `label` is one of the names: whole, at which place of the list, how much else is in it; () if not."""
    printed, plain = words(label), _plain(label)
    if wanted.excludes(label):
        return ()
    scores = []
    for place, name in enumerate(wanted.names):
        wholly = plain == _plain(name)
        if wholly or (_ends(words(name), printed) if wanted.last else _within(words(name), printed)):
            scores.append((float(wholly), float(-place), len(_plain(name)) / max(len(plain), 1)))
    return max(scores, default=())


def _within(name: list[str], words: list[str]) -> bool:
    """Whether the words of `name` follow one another in `words`."""
    return bool(name) and any(words[at : at + len(name)] == name for at in range(len(words)))


def _ends(name: list[str], words: list[str]) -> bool:
    """Whether `words` end with `name`."""
    return bool(name) and words[-len(name) :] == name


def words(text: str) -> list[str]:
    """Words of Latin letters, and single characters of other scripts."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _plain(text: str) -> str:
    """Letters and digits alone: recognisers lose spaces and points."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
