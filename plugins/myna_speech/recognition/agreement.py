"""Local agreement: of a transcript that is made again and again while somebody speaks, what stays as it is.

What two passes in a row agree on is stable and never changes again (Liu et al. 2020, "Low-Latency
Sequence-to-Sequence Speech Recognition and Translation by Partial Hypothesis Selection", LA-2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts that are written without spaces: kana and Han characters."""
_WIDE = "，。！？、；：）》”"
"""Punctuation after which no space stands."""
_UNIT = re.compile(rf"[{_CJK}][{_WIDE}]*|[^\s{_CJK}{_WIDE}]+[{_WIDE}]*|[{_WIDE}]+")
_NO_SPACE_BEFORE = re.compile(rf"[{_CJK}{_WIDE}’,.!?;:)\]}}%]")
_NO_SPACE_AFTER = re.compile(rf"[{_CJK}{_WIDE}（《“‘(\[{{]$")


def split_units(text: str) -> list[str]:
    """Words, or single characters in scripts without spaces, with the punctuation that clings to them."""
    return _UNIT.findall(text)


def join_units(units: Iterable[str]) -> str:
    """The text of `units`, with spaces where their script has them."""
    text = ""
    for unit in units:
        apart = text and not (_NO_SPACE_BEFORE.match(unit) or _NO_SPACE_AFTER.search(text))
        text += f" {unit}" if apart else unit
    return text


def plain(unit: str) -> str:
    """`unit` as it is compared: no case, no punctuation, no difference of width."""
    return "".join(c for c in unicodedata.normalize("NFKC", unit).casefold() if c.isalnum() or c == "'").strip("'")


class _Unit(msgspec.Struct, frozen=True):
    text: str
    plain: str


class LocalAgreement:
    """Feed it each pass over the same utterance; make a new one for the next utterance."""

    def __init__(self) -> None:
        self._stable: list[_Unit] = []
        self._before: list[_Unit] = []
        """What the last pass had after the stable part."""

    @property
    def stable(self) -> str:
        return join_units(unit.text for unit in self._stable)

    def feed(self, words: Sequence[str]) -> tuple[str, str]:
        """Stable text, and what this pass has after it, of the words (or characters) of a whole pass.

        The stable text only ever grows at its end.
        """
        rest = self._after_stable(_units(words))
        agreed = 0
        for now, then in zip(rest, self._before, strict=False):
            if now.plain != then.plain:
                break
            agreed += 1
        self._stable += [_bare(unit) if place == len(rest) - 1 else unit for place, unit in enumerate(rest[:agreed])]
        self._before = rest[agreed:]
        return self.stable, join_units(unit.text for unit in self._before)

    def _after_stable(self, units: list[_Unit]) -> list[_Unit]:
        """The units that follow the stable ones. A later pass may hear those as fewer or more words."""
        stable = [unit.plain for unit in self._stable]
        if [unit.plain for unit in units[: len(stable)]] == stable:
            return units[len(stable) :]
        # Levenshtein distance of all that is stable to each beginning of this pass; the nearest is cut off.
        row = list(range(len(units) + 1))
        for count, known in enumerate(stable, 1):
            above, row = row, [count]
            for place, unit in enumerate(units, 1):
                row.append(min(above[place - 1] + (unit.plain != known), above[place] + 1, row[-1] + 1))
        cut = min(range(len(row)), key=lambda place: (row[place], abs(place - len(stable))))
        return units[cut:]


def _units(words: Sequence[str]) -> list[_Unit]:
    """Punctuation that stands alone goes to the word before it, or after it at the start."""
    units: list[_Unit] = []
    lead = ""
    for word in words:
        text = word.strip()
        key = plain(text)
        if key:
            units.append(_Unit(lead + text, key))
            lead = ""
        elif text and units:
            units[-1] = _Unit(units[-1].text + text, units[-1].plain)
        else:
            lead += text
    return units


def _bare(unit: _Unit) -> _Unit:
    """Without what ends it: a pass puts a full stop where the sound ends, and the speaker may go on."""
    text = unit.text
    while text and not (text[-1].isalnum() or unicodedata.category(text[-1]).startswith("M")):
        text = text[:-1]
    return _Unit(text or unit.text, unit.plain)
