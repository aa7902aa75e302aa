"""How Chinese is read aloud."""

from __future__ import annotations

from ..addresses import addresses
from .dates import dates, times
from .numbers import numbers, ranges, telephones
from .quantities import money, units
from .signs import early, signs

_FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("－"): "-", ord("／"): "/"}


def chinese(text: str) -> str:
    """One line of plain text in words. What is more special comes first: a date is no subtraction."""
    text = addresses(text.translate(_FULL_WIDTH), "zh")
    if any(map(str.isdecimal, text)):
        text = times(dates(text))
        text = money(telephones(text))
        text = units(ranges(early(text)))
    return signs(numbers(text))
