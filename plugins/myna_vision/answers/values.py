"""How amounts, dates, telephone numbers and addresses of the net are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

Kind = Literal["amount", "date", "time", "phone", "email", "web", "text"]

_SIGN = r"(?:US\$|HK\$|NT\$|A\$|C\$|[$€£¥￥₹₩]|(?:USD|EUR|GBP|CNY|RMB|JPY|CHF|HKD|TWD)(?![A-Za-z]))"
_UNIT = r"(?:元整?|圆整?|块|[€£]|(?:USD|EUR|GBP|CNY|RMB|JPY|CHF|HKD|TWD)(?![A-Za-z]))"
_DIGITS = r"(?:\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d)"
_AMOUNT = rf"(?:{_SIGN}\s*)?[-−]?\s*(?:{_SIGN}\s*)?(?<!\d){_DIGITS}(?:\s*{_UNIT})?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"

PATTERNS: dict[Kind, re.Pattern[str]] = {
    "amount": re.compile(_AMOUNT, re.IGNORECASE),
    "date": re.compile(
        rf"\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?|\d{{1,2}}\s*月\s*\d{{1,2}}\s*[日号]"
        r"|(?<![\d.])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|(?<![\d.])\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\d.])"
        rf"|\b{_MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s*\d{{4}}\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s*{_MONTH},?\s*(?:\d{{4}}\b)?",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"(?<![\d:])(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?(?:\s*[AP]\.?M\b)?(?![\d:])", re.IGNORECASE
    ),
    "phone": re.compile(r"(?<![\w.])(?:\+\s?\d|\(\d|\d)(?:[\s().·-]{0,2}\d){6,14}(?![\w])"),
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "web": re.compile(r"(?:https?://|www\.)[^\s，。；、）)]+", re.IGNORECASE),
}
LONGEST = 300
"""Characters of a line that are searched; the widest lines of forms have half of that."""
_CLEAR_AMOUNT = re.compile(rf"{_SIGN}|{_UNIT}|\d[.,]\d{{2}}(?!\d)", re.IGNORECASE)


def find(kind: Kind, texts: Iterable[str]) -> list[str]:
    """All values of `kind` in `texts`, each once, in their order."""
    return list(dict.fromkeys(value for text in texts for value in _of(kind, text)))


def _of(kind: Kind, text: str) -> Iterator[str]:
    if kind == "text":
        yield text
        return
    for match in PATTERNS[kind].finditer(text[:LONGEST]):
        value = match[0].strip().rstrip(".,")
        if kind != "phone" or not PATTERNS["date"].search(value):
            yield value


def clear_amount(text: str) -> bool:
    """Whether `text` can only be an amount of money: it has a currency, or two decimals."""
    return bool(_CLEAR_AMOUNT.search(text))
