"""Numbers in Chinese words: 一百零五, 三点一四, 两千."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_TWO_BEFORE_LARGE = re.compile(r"^二(?=[千万亿])")

LARGEST = 10**16 - 1
"""The largest number that has a name here."""

NUMBER = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?+"
"""A number as people write it. For patterns, which look themselves at what is before it."""

BEFORE = r"(?<![A-Za-z\d._])(?<!\d,)"
"""What is not before a number that stands for itself."""


def digits(text: str, *, telephone: bool = False) -> str:
    """The digits of `text` one by one; on the telephone one is 幺, so that nobody takes it for seven."""
    said = "".join(_DIGITS[int(char)] for char in text if char.isdecimal())
    return said.replace("一", "幺") if telephone else said


def cardinal(number: int) -> str:
    """Up to `LARGEST`; what is larger digit by digit. Two is 两 before 千, 万 and 亿 at the beginning."""
    if number > LARGEST:
        return digits(str(number))
    if number == 0:
        return "零"
    words = ""
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * place) % 10_000
        if not group:
            continue
        # A place that was skipped is heard as 零.
        skipped = words and (group < 1000 or number // 10 ** (4 * place + 4) % 10_000 == 0)
        words += ("零" if skipped else "") + _group(group) + _GROUPS[place]
    if words.startswith("一十"):
        words = words[1:]
    return _TWO_BEFORE_LARGE.sub("两", words)


def _group(group: int) -> str:
    """A number below ten thousand."""
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = bool(words)
    return words


def number(text: str) -> str:
    """A number as it is written, with thousands separators and a decimal point."""
    whole, _, decimals = text.replace(",", "").partition(".")
    words = digits(whole) if len(whole) > len(str(LARGEST)) else cardinal(int(whole or "0"))
    return f"{words}点{digits(decimals)}" if decimals else words


def amount(text: str) -> str:
    """A number of money: zeros at the end of its decimals are not said."""
    return number(text.rstrip("0").rstrip(".") if "." in text else text)


def counted(text: str) -> str:
    """A number before a measure: two is 两."""
    return "两" if text == "2" else number(text)
