"""Personal data: what it looks like, and the check digits that tell it from other numbers.

The patterns are read over text in which full-width forms are plain and zero-width characters are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

Personal = Literal["email", "phone", "card", "china-id", "iban"]


class Shape(msgspec.Struct, frozen=True):
    """One kind of personal data."""

    pattern: str
    check: Callable[[str], int]
    """How many characters of what the pattern found belong to it; 0 when it is something else."""
    mask: str


def _all(text: str) -> int:
    return len(text)


def luhn(text: str) -> int:
    """A card number: ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed([int(character) for character in text if character.isdecimal()])):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return 0 if total % 10 else len(text)


def china_id(text: str) -> int:
    """A resident identity number: GB 11643-1999, whose check character is that of ISO 7064 MOD 11-2."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    return len(text) if "10X98765432"[total % 11] == text[17].upper() else 0


_IBAN_LENGTHS: dict[str, int] = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24,
    "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24,
    "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Characters of an account number by country: the registry of ISO 13616."""


def iban(text: str) -> int:
    """A bank account number: ISO 13616, whose check digits are those of ISO 7064 MOD 97-10."""
    length = _IBAN_LENGTHS.get(text[:2].upper(), 0)
    places = [place for place, character in enumerate(text) if character.isalnum()]
    if not length or len(places) < length:
        return 0
    letters = "".join(text[place] for place in places[:length]).upper()
    number = int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4]))
    return places[length - 1] + 1 if number % 97 == 1 else 0


SHAPES: Mapping[Personal, Shape] = {
    # RFC 5321 allows 64 characters before the sign and labels of 63 behind it.
    "email": Shape(
        r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])",
        _all,
        "[email]",
    ),
    # E.164 has up to 15 digits; then mobile numbers of China, numbers of North America, landlines of China.
    "phone": Shape(
        r"(?<![\d+])(?:"
        r"\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){5,12}"
        r"|1[3-9]\d(?:[ -]?\d{4}){2}"
        r"|(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}"
        r"|0\d{2,3}-\d{7,8}"
        r")(?!\d)",
        _all,
        "[phone]",
    ),
    # Issuers of payment cards begin with 2 to 6.
    "card": Shape(r"(?<![\d.-])[2-6](?:[ -]?\d){12,18}(?![ -]?\d)", luhn, "[card]"),
    "china-id": Shape(
        r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])",
        china_id,
        "[id]",
    ),
    "iban": Shape(
        r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])",
        iban,
        "[iban]",
    ),
}
