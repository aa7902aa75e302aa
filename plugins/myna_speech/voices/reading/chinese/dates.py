"""Dates and times of day in Chinese."""

from __future__ import annotations

import re

from .numerals import cardinal, counted, digits

_ISO = re.compile(r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ](?=\d\d:)|(?![\d/-])(?!\.\d))")
_AMERICAN = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_YEARS = re.compile(r"(?<!\d)(\d{4})年?\s?[-–—~～至到]\s?(\d{4})(?=年)")
_YEAR = re.compile(r"(?<![\d.,])(\d{4}|[6-9]\d)(?=年(?![前来间级]|的历史|历史|之久|以[来前后]|代?[的里]?时间))")
_LONG_AGO = re.compile(r"(?<![\d.,])([6-9]\d)(?=年代)")
_PART_OF_DAY = r"(上午|下午|晚上|凌晨|中午|早上|傍晚|清晨)?"
_TIME = re.compile(
    rf"{_PART_OF_DAY}\s?(?<![\d:：.])(2[0-4]|[01]?\d)[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d:：])\s?([AaPp]\.?[Mm]\b\.?)?"
)
_HOUR = re.compile(r"(?<![\d:.,])(1[0-2]|0?[1-9])\s?([AaPp])\.?[Mm]\b\.?")


def dates(text: str) -> str:
    """`text` with dates in words, years digit by digit. What is no date of the calendar stays."""
    text = _ISO.sub(lambda m: _date(m, m[1], m[3], m[4]), text)
    text = _AMERICAN.sub(lambda m: _date(m, m[3], *_in_order(m[1], m[2])), text)
    text = _YEARS.sub(lambda m: f"{digits(m[1])}到{digits(m[2])}", text)
    text = _LONG_AGO.sub(lambda m: cardinal(int(m[1])), text)
    return _YEAR.sub(lambda m: digits(m[1]), text)


def _in_order(first: str, second: str) -> tuple[str, str]:
    """Month and day: American, unless that cannot be."""
    return (first, second) if int(first) <= 12 else (second, first)


def _date(found: re.Match[str], year: str, month: str, day: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return found[0]
    return f"{digits(year)}年{cardinal(int(month))}月{cardinal(int(day))}日"


def times(text: str) -> str:
    """`text` with times of day in words."""
    if ":" in text or "：" in text:
        text = _TIME.sub(_time, text)
    return _HOUR.sub(lambda m: f"{_half(m[2])}{counted(m[1].lstrip('0'))}点", text)


def _time(found: re.Match[str]) -> str:
    part = found[1] or (_half(found[5]) if found[5] else "")
    minute, second = int(found[3]), int(found[4] or 0)
    words = f"{part}{counted(str(int(found[2])))}点"
    if minute or second:
        words += f"{'零' if 0 < minute < 10 else ''}{cardinal(minute)}分"
    return words + (f"{cardinal(second)}秒" if second else "" if minute else "整")


def _half(mark: str) -> str:
    return "上午" if mark[0] in "Aa" else "下午"
