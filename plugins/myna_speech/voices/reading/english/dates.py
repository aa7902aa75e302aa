"""Dates and times of day in English."""

from __future__ import annotations

import re

from .numerals import cardinal, ordinal, year

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_MONTH = {name[:3].lower(): name for name in MONTHS}
_NAMES = (
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)

_ISO = re.compile(r"(?<![\d/.-])(\d{4})-(\d{1,2})-(\d{1,2})(?:T(?=\d\d:)|(?![\d-]))")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?![\d/-])(?!\.\d)")
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")
_DAY_MONTH = re.compile(rf"(?<![\w.])(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_NAMES}(?:,? (\d{{4}}))?(?!\d)")
_MONTH_DAY = re.compile(rf"\b{_NAMES} (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:,]\d|\w|/)(?:,? (\d{{4}})\b(?!\s?%))?")
_MONTH_YEAR = re.compile(rf"\b{_NAMES} (?=\d{{4}}\b)")

_HALF = r"(?:\s?([AaPp])\.?\s?[Mm](?:\b\.?|\.))"
_TIME = re.compile(rf"(?<![\d:.])(2[0-4]|[01]?\d):([0-5]\d)(?::([0-5]\d)(?:\.\d{{1,6}})?)?(?![\d:])(?:Z\b)?{_HALF}?")
_HOUR = re.compile(rf"(?<![\d:.,])(1[0-2]|0?[1-9]){_HALF}")


def dates(text: str) -> str:
    """`text` with dates in words. What is no date of the calendar stays."""
    text = _ISO.sub(lambda m: _date(m, m[1], m[2], m[3]), text)
    text = _YEAR_FIRST.sub(lambda m: _date(m, m[1], m[2], m[3]), text)
    text = _SLASHED.sub(_slashed, text)
    text = _DAY_MONTH.sub(lambda m: _named(m, m[1], m[2], m[3], day_first=True), text)
    text = _MONTH_DAY.sub(lambda m: _named(m, m[2], m[1], m[3], day_first=False), text)
    return _MONTH_YEAR.sub(lambda m: f"{_full(m[1])} ", text)


def _full(month: str) -> str:
    return _MONTH[month[:3].lower()]


def _date(found: re.Match[str], years: str, month: str, day: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return found[0]
    end = " " if found[0].endswith("T") else ""
    return f"{MONTHS[int(month) - 1]} {ordinal(int(day))}, {year(int(years))}{end}"


def _slashed(found: re.Match[str]) -> str:
    """Month first, as in America, unless that cannot be."""
    first, second, years = found.groups()
    month, day = (first, second) if int(first) <= 12 else (second, first)
    if len(years) == 2:
        years = f"20{years}" if int(years) < 70 else f"19{years}"
    return _date(found, years, month, day)


def _named(found: re.Match[str], day: str, month: str, years: str | None, *, day_first: bool) -> str:
    if not 1 <= int(day) <= 31:
        return found[0]
    named = f"the {ordinal(int(day))} of {_full(month)}" if day_first else f"{_full(month)} {ordinal(int(day))}"
    before = found.string[max(0, found.start() - 4) : found.start()].lower()
    if before.endswith("the "):
        named = named.removeprefix("the ")
    return f"{named}, {year(int(years))}" if years else named


def times(text: str) -> str:
    """`text` with times of day in words."""
    if ":" in text:
        text = _TIME.sub(_time, text)
    return _HOUR.sub(lambda m: f"{cardinal(int(m[1]))} {m[2].upper()} M{_stop(m)}", text)


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    half = f" {found[4].upper()} M{_stop(found)}" if found[4] else ""
    seconds = f" and {cardinal(int(found[3]))} second{'' if int(found[3]) == 1 else 's'}" if int(found[3] or 0) else ""
    if minute == 0 and not seconds:
        if half:
            return cardinal(hour) + half
        if hour in {0, 24}:
            return "midnight"
        return f"{cardinal(hour)} o'clock" if hour <= 12 else f"{cardinal(hour)} hundred"
    minutes = f"oh {cardinal(minute)}" if minute < 10 else cardinal(minute)
    return f"{cardinal(hour)} {minutes if minute else 'hundred'}{seconds}{half}"


def _stop(found: re.Match[str]) -> str:
    """A full stop, where that of "p.m." also ended the sentence."""
    after = found.string[found.end() : found.end() + 2]
    return "." if found[0].endswith(".") and (not after.strip() or after[1:].isupper()) else ""
