"""Numbers in English text: telephone numbers, ranges, fractions, ordinals, decades, powers, and plain ones."""

from __future__ import annotations

import re

from ..telephone import TELEPHONE, groups
from .numerals import BEFORE, LARGEST, NUMBER, cardinal, digits, number, ordinal, plural, year

_RANGE = re.compile(r"(?<![\w.,:/-])(\d[\d,]*+(?:\.\d++)?+)(?:-|\s?[–—]\s?)(?=\d[\d,]*+(?:\.\d++)?+(?![\d-]))")
_FRACTION = re.compile(r"(?<![\w/.,])(?:(\d{1,4})(?:[ -]|\s?and\s))?(\d{1,4})/(\d{1,4})(?![\w/]|[.,]\d)")
_VULGAR = str.maketrans(
    {"½": " 1/2", "⅓": " 1/3", "⅔": " 2/3", "¼": " 1/4", "¾": " 3/4", "⅕": " 1/5", "⅖": " 2/5", "⅗": " 3/5"}
    | {"⅘": " 4/5", "⅙": " 1/6", "⅚": " 5/6", "⅛": " 1/8", "⅜": " 3/8", "⅝": " 5/8", "⅞": " 7/8"}
)
_VULGAR_SIGN = re.compile("[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")
_ORDINAL = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d{1,18})(?:st|nd|rd|th)\b", re.IGNORECASE)
_DECADE = re.compile(r"(?<![\w.])(1[1-9]|20)(\d)0['’]?s\b")
_SHORT_DECADE = re.compile(r"(?<![\w.])['’]?([2-9])0['’]?s\b")
_SCIENTIFIC = re.compile(rf"{BEFORE}({NUMBER})[eE]([-+−]?)(\d{{1,3}})(?!\w|\.\d)")
_VERSION = re.compile(r"(?<![\w.])([Vv]ersion )?(v?)(\d{1,6}(?:\.\d{1,6}){2,7})(?![\w]|\.\d)")
_VERSION_SIGN = re.compile(r"(?<!\w)v(?=\d)")
_RATIO = re.compile(r"(?<=\d):(?=\d)")
_MINUS = re.compile(r"(?<![\w)\].])[-−](?=\.?\d)")
_NUMBER_SIGN = re.compile(r"(?:#|№ ?)(?=\d)")
_SUPERSCRIPT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(r"\^\{?([-−]?\w{1,20})\}?")
_PLAIN = re.compile(rf"(?<![\d.])(?<!\d,)({NUMBER})|(?<!\d)\.(\d++)|(\d++)")
_SUPER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")

_SMALL_PARTS = {2: ("half", "halves"), 3: ("third", "thirds"), 4: ("quarter", "quarters")}
_ROUND = {100, 1000}


def telephones(text: str) -> str:
    """`text` with telephone numbers digit by digit, a pause between their groups."""
    return TELEPHONE.sub(_telephone, text)


def _telephone(found: re.Match[str]) -> str:
    said = ", ".join(digits(group) for group in groups(found[0]))
    return f"plus {said}" if found[0].startswith("+") else said or found[0]


def spans(text: str) -> str:
    """`text` with decades in words, "to" in ranges, and "minus" before negative numbers."""
    text = _SHORT_DECADE.sub(lambda m: plural(cardinal(int(m[1]) * 10)), _DECADE.sub(_decade, text))
    return _MINUS.sub("minus ", _RANGE.sub(r"\1 to ", text))


def numbers(text: str) -> str:
    """`text` with all other numbers in words."""
    if _VULGAR_SIGN.search(text):
        text = text.translate(_VULGAR)
    text = _SCIENTIFIC.sub(_scientific, _NUMBER_SIGN.sub("number ", text))
    if "/" in text:
        text = _FRACTION.sub(_fraction, text)
    text = _ORDINAL.sub(lambda m: ordinal(int(m[1].replace(",", ""))), text)
    text = _VERSION_SIGN.sub("version ", _VERSION.sub(_version, text))
    return _PLAIN.sub(_plain, _powers(_RATIO.sub(" to ", text)))


def _scientific(found: re.Match[str]) -> str:
    minus = "minus " if found[2] in {"-", "−"} else ""
    return f"{number(found[1])} times ten to the power of {minus}{cardinal(int(found[3]))}"


def _fraction(found: re.Match[str]) -> str:
    whole, top, bottom = found[1], int(found[2]), int(found[3])
    if (top, bottom) in {(24, 7), (9, 11)}:
        return f"{whole + ' ' if whole else ''}{cardinal(top)} {cardinal(bottom)}"
    if bottom < 2 or (bottom > 20 and bottom not in _ROUND):
        return f"{whole + ' ' if whole else ''}{cardinal(top)} over {cardinal(bottom)}"
    one, many = _SMALL_PARTS.get(bottom) or (ordinal(bottom), f"{ordinal(bottom)}s")
    if not whole:
        return f"{cardinal(top)} {one if top == 1 else many}"
    part = ("a" if top == 1 else cardinal(top)) + f" {one if top == 1 else many}"
    return f"{cardinal(int(whole))} and {part}"


def _decade(found: re.Match[str]) -> str:
    century, ten = int(found[1]), int(found[2])
    if ten == 0:
        return "two thousands" if century == 20 else f"{cardinal(century)} hundreds"
    return f"{cardinal(century)} {plural(cardinal(ten * 10))}"


def _version(found: re.Match[str]) -> str:
    named, mark, figure = found.groups()
    parts = figure.split(".")
    joint = " dot " if len(parts) == 4 and not (named or mark) else " point "
    said = joint.join(digits(part) if part[0] == "0" else cardinal(int(part)) for part in parts)
    return (named or ("version " if mark else "")) + said


def _powers(text: str) -> str:
    if "^" in text:
        text = _POWER.sub(lambda m: _power(m[1]), text)
    return text if text.isascii() else _SUPERSCRIPT.sub(lambda m: _power(m[0].translate(_SUPER)), text)


def _power(exponent: str) -> str:
    named = {"2": " squared ", "3": " cubed "}.get(exponent)
    return named or f" to the power of {exponent.replace('-', 'minus ').replace('−', 'minus ')} "


def _plain(found: re.Match[str]) -> str:
    words = f"point {digits(found[2])}" if found[2] else _said(found[1] or found[3])
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    # H2O, mp3, 4K: the letters are said for themselves.
    return f"{' ' if before.isalpha() else ''}{words}{' ' if after.isalpha() else ''}"


def _said(text: str) -> str:
    if "." in text or "," in text:
        return number(text)
    if len(text) > 1 and text[0] == "0":
        return digits(text)
    # Nobody says seven figures without separators as a number, unless it is a round one.
    if len(text) >= 7 and (len(text) > len(str(LARGEST)) or not text.endswith("000")):
        return digits(text)
    value = int(text)
    return year(value) if 1500 <= value <= 2099 else cardinal(value)
