"""How English is read aloud."""

from __future__ import annotations

from ..addresses import addresses
from .dates import dates, times
from .numbers import numbers, spans, telephones
from .quantities import money, units
from .signs import early, signs
from .words import abbreviations, roman


def english(text: str) -> str:
    """One line of plain text in words. What is more special comes first: a date is no subtraction."""
    text = addresses(text, "en")
    text = abbreviations(text)
    text = roman(text)
    if any(map(str.isdecimal, text)):
        text = times(dates(text))
        text = money(telephones(text))
        text = units(spans(early(text)))
    return signs(numbers(text))
