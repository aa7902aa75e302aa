"""Word error rate: what has to be changed, left out and put in, over the words that were said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_SAID = {"&": " and ", "%": " percent ", "$": " dollars ", "+": " plus ", "=": " equals "}
_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")
_NUMBER = re.compile(r"(\d{1,12})(st|nd|rd|th)?")


def spoken_number(number: int) -> str:
    """`number` as it is read in English, without "and"."""
    if number < 20:
        return _UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return _TENS[tens - 2] + (f" {_UNITS[unit]}" if unit else "")
    scale, name = next((scale, name) for scale, name in _SCALES if number >= scale)
    many, rest = divmod(number, scale)
    return f"{spoken_number(many)} {name}" + (f" {spoken_number(rest)}" if rest else "")


def _ordinal(words: str) -> str:
    head, _, last = words.rpartition(" ")
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head} {last}".strip()


def words(text: str) -> list[str]:
    """Words as they are compared: no case and punctuation, numbers in words, Chinese by characters."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\u2019", "")
    for sign, said in _SAID.items():
        text = text.replace(sign, said)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    found: list[str] = []
    for token in _TOKEN.findall(text):
        number = _NUMBER.fullmatch(token)
        if number is None:
            found.append(token)
        else:
            read = spoken_number(int(number[1]))
            found += (_ordinal(read) if number[2] else read).split()
    return found


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for count, word in enumerate(said, 1):
        above, row = row, [count]
        for place, other in enumerate(heard, 1):
            row.append(min(above[place - 1] + (word != other), above[place] + 1, row[-1] + 1))
    return row[-1]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Of all (said, heard) together; 0 where nothing was said."""
    wrong = total = 0
    for said, heard in pairs:
        wanted = words(said)
        wrong += distance(wanted, words(heard))
        total += len(wanted)
    return wrong / total if total else 0.0
