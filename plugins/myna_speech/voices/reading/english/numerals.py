"""English numbers in words, American style: "one hundred five", "three point one four"."""

from __future__ import annotations

import re

from ..table import pairs

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion")
_ORDINALS = pairs("one first, two second, three third, five fifth, eight eighth, nine ninth, twelve twelfth")

LARGEST = 10 ** (3 * len(_SCALES)) - 1
"""The largest number that has a name here."""

NUMBER = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?+"
"""A number as people write it: 1,234.5. For patterns, which look themselves at what is before it."""

BEFORE = r"(?<![\w.])(?<!\d,)"
"""What is not before a number that stands for itself."""


def digits(text: str) -> str:
    """The digits of `text` one by one."""
    return " ".join(_ONES[int(char)] for char in text if char.isdecimal())


def cardinal(number: int) -> str:
    """Up to `LARGEST`; what is larger digit by digit."""
    if number > LARGEST:
        return digits(str(number))
    if number < 1000:
        return _hundreds(number)
    groups = []
    scale = 0
    while number:
        number, group = divmod(number, 1000)
        if group:
            groups.append(f"{_hundreds(group)} {_SCALES[scale]}".rstrip())
        scale += 1
    return " ".join(reversed(groups))


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_ONES[ones]}" if ones else ""))
    elif rest or not hundreds:
        words.append(_ONES[rest])
    return " ".join(words)


def ordinal(number: int) -> str:
    """ "twenty-first" for 21."""
    words = cardinal(number)
    found = re.search(r"[a-z]+$", words)
    last = found[0] if found else ""
    changed = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return words[: len(words) - len(last)] + changed


def year(number: int) -> str:
    """ "nineteen oh five" for 1905, "two thousand nine" for 2009."""
    century, rest = divmod(number, 100)
    if number < 1000 or number > 9999 or (century % 10 == 0 and rest < 10):
        return cardinal(number)
    if rest == 0:
        return f"{_hundreds(century)} hundred"
    return f"{_hundreds(century)} {'oh ' if rest < 10 else ''}{_hundreds(rest)}"


def plural(words: str) -> str:
    """ "nineties" for "ninety"."""
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}es" if words.endswith("x") else f"{words}s"


def number(text: str) -> str:
    """A number as it is written, with thousands separators and a decimal point."""
    whole, _, decimals = text.replace(",", "").partition(".")
    words = digits(whole) if len(whole) > len(str(LARGEST)) else cardinal(int(whole or "0"))
    return f"{words} point {digits(decimals)}" if decimals else words
