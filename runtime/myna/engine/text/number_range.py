"""Numbers between two bounds as a grammar, digit by digit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, Self

DIGITS = 16
"""Before the point: what llama-cpp-python's converter allows, and about what a double holds exactly."""

PLACES = 6
"""After the point, of a bound."""

FRACTION = 12
"""Digits after the point that an answer may have more than its bounds."""

_MOST = Decimal(10**DIGITS - 1)
_MORE = f"[0-9]{{0,{FRACTION}}}"


class NumberRange(NamedTuple):
    """Numbers from `low` to `high`, all of them or whole ones."""

    low: Decimal
    high: Decimal
    whole: bool
    open_low: bool = False
    """`low` itself is outside."""
    open_high: bool = False

    @classmethod
    def of(
        cls,
        *,
        least: float | None = None,
        above: float | None = None,
        most: float | None = None,
        below: float | None = None,
        whole: bool,
    ) -> Self:
        """The numbers within all bounds that are given.

        Raises:
            ValueError: there are none, or a bound has more than `PLACES` digits after the point.
        """
        low, open_low = max((_exact(least, -_MOST), False), (_exact(above, -_MOST - 1), True))
        high, closed = min((_exact(most, _MOST), True), (_exact(below, _MOST + 1), False))
        open_high = not closed
        if whole:
            low = Decimal(math.floor(low) + 1 if open_low else math.ceil(low))
            high = Decimal(math.ceil(high) - 1 if open_high else math.floor(high))
            open_low = open_high = False
        low, open_low = (-_MOST, False) if low < -_MOST else (low, open_low)
        high, open_high = (_MOST, False) if high > _MOST else (high, open_high)
        if low > high or (low == high and (open_low or open_high)):
            raise ValueError("the bounds exclude one another, so nothing fits")
        if max(_places(low), _places(high)) > PLACES:
            raise ValueError(f"a bound with more than {PLACES} digits after the point cannot be enforced")
        return cls(low, high, whole, open_low, open_high)

    @property
    def shape(self) -> str:
        """All but the bounds, in a word for `parse`."""
        return ("whole" if self.whole else "real") + "-low" * self.open_low + "-high" * self.open_high

    @classmethod
    def parse(cls, low: str, high: str, shape: str) -> Self:
        return cls(Decimal(low), Decimal(high), shape.startswith("whole"), "-low" in shape, "-high" in shape)

    def alternatives(self) -> Iterator[str]:
        """In GBNF; together they are the numbers of the range."""
        places = max(_places(self.low), _places(self.high))
        low, high = (int(bound.scaleb(places)) for bound in (self.low, self.high))
        if low < 0:
            # Zero has no sign.
            from_zero = high >= 0
            sizes = (0, -low, True, self.open_low) if from_zero else (-high, -low, self.open_high, self.open_low)
            yield from (f'"-" {digits}' for digits in self._sizes(*sizes, places))
        if high >= 0:
            positive = (low, high, self.open_low, self.open_high) if low >= 0 else (0, high, False, self.open_high)
            yield from self._sizes(*positive, places)

    def _sizes(self, low: int, high: int, open_low: bool, open_high: bool, places: int) -> Iterator[str]:
        """Numbers without a sign; the bounds are counted in units of the last of `places`."""
        if self.whole:
            yield from _naturals(low + open_low, high - open_high)
            return
        more = _MORE if places else f'("." [0-9] {_MORE})?'
        if open_low and low < high:
            beyond = f"{_MORE} [1-9]" if places else f'"." {_MORE} [1-9]'
            yield from (f"{_pointed(digits, places)} {beyond}" for digits in _naturals(low, low, places))
            low += 1
        yield from (f"{_pointed(digits, places)} {more}" for digits in _naturals(low, high - 1, places))
        if not open_high and low <= high:
            yield from (_pointed(digits, places) for digits in _naturals(high, high, places))


def _exact(bound: float | None, otherwise: Decimal) -> Decimal:
    """As it was written, and not as a double holds it."""
    return otherwise if bound is None else Decimal(repr(bound))


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _pointed(digits: str, places: int) -> str:
    """Put the point before the last `places` digits, each of which is a word of its own."""
    words = digits.split(" ")
    return " ".join([*words[:-places], '"."', *words[-places:]]) if places else digits


def _naturals(low: int, high: int, places: int = 0) -> Iterator[str]:
    """Alternatives for whole numbers, with zeros in front up to one digit more than `places`."""
    if low > high:
        return
    for digits in range(max(places + 1, len(str(low))), max(places + 1, len(str(high))) + 1):
        smallest = 0 if digits == places + 1 else 10 ** (digits - 1)
        first, last = max(low, smallest), min(high, 10**digits - 1)
        yield from _same_length(str(first).zfill(digits), str(last).zfill(digits))


def _same_length(low: str, high: str) -> Iterator[str]:
    """Alternatives for the numbers between two that have as many digits."""
    first, last, rest = int(low[0]), int(high[0]), len(low) - 1
    if first == last:
        inner = _same_length(low[1:], high[1:]) if rest else iter([""])
        yield from (f'"{first}" {digits}'.rstrip() for digits in inner)
        return
    if low[1:] != "0" * rest:
        yield from (f'"{first}" {digits}' for digits in _same_length(low[1:], "9" * rest))
        first += 1
    tail = []
    if high[1:] != "9" * rest:
        tail = [f'"{last}" {digits}' for digits in _same_length("0" * rest, high[1:])]
        last -= 1
    if first <= last:
        yield f"[{first}-{last}]" + " [0-9]" * rest
    yield from tail
