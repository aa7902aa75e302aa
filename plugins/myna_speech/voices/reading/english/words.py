"""Abbreviations and Roman numerals in English."""

from __future__ import annotations

import re

from ..table import pairs
from .numerals import cardinal, ordinal

_TITLES = pairs(
    """
    Dr Doctor, Mr Mister, Mrs Missus, Ms Miz, Prof Professor, St Saint, Gen General, Col Colonel,
    Capt Captain, Lt Lieutenant, Sgt Sergeant, Rev Reverend, Hon Honorable, Gov Governor, Sen Senator,
    Rep Representative, Pres President, Mt Mount, Ft Fort,
    """
)
_BARE_TITLES = ("Dr", "Mr", "Mrs", "Ms", "Prof", "St", "Mt")
"""That the British write without a full stop."""

_NUMBERED = pairs(
    """
    no number, nos numbers, fig figure, figs figures, eq equation, vol volume, ch chapter, sec section,
    p page, pp pages, art article, ex exercise, ca about, c about, approx approximately,
    """
)
_PLACES = pairs(
    """
    St Street, Ave Avenue, Blvd Boulevard, Rd Road, Dr Drive, Ln Lane,
    """
)
_ANYWHERE = {
    **pairs(
        """
    e.g. for example, i.e. that is, etc. et cetera, vs. versus, approx. approximately, cf. compare, viz. namely,
    jr. junior, sr. senior, inc. incorporated, ltd. limited, corp. corporation, co. company, dept. department,
    est. established, a.k.a. also known as, max. maximum, min. minimum, misc. miscellaneous, incl. including,
    ed. edition, govt. government, ph.d. P H D, b.c. B C, a.d. A D
    """
    ),
    "et al.": "and others",
}
_AFTER_NUMBER = {"min.", "ed."}
"""That mean something else after a number: minutes."""

_WITHOUT_STOP = {"vs": "versus", "w/o": "without", "w/": "with ", "b/w": "between", "aka": "also known as"}

_TITLE = re.compile(rf"(?<![\w.])(?:({'|'.join(_TITLES)})\.|({'|'.join(_BARE_TITLES)}))(?=\s[A-Z])")
_PLACE = re.compile(rf"(?<=[a-z] )({'|'.join(_PLACES)})\.(?=\s[a-z]|[,;]|\s*$)")
_NUMBERED_BEFORE = re.compile(rf"(?<![\w.])({'|'.join(_NUMBERED)})\.\s?(?=\d)", re.IGNORECASE)
_DOTTED = re.compile(
    r"(?<![\w.])(" + "|".join(re.escape(short).replace(r"\ ", r"\s") for short in _ANYWHERE) + r")(?!\w)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![\w/.])(vs|w/o|w/|b/w|aka)(?![\w/]|(?<=w/)$)|(?<![\w/.])(w/)(?=\w)")
_LETTERS = re.compile(r"(?<![\w.])((?:[A-Z]\.){2,8})(?!\w)")

_ROMAN = r"(?=[IVXLC])C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_PARTS = (
    "Chapter|Part|Volume|Vol|Book|Act|Scene|Section|Article|Appendix|Phase|Type|War|Level|Figure|Table|Title|Class"
    "|Stage|Bowl|Episode|Season|Canto|Lecture|Module|Unit|Grade|Tier|Mark|Division|Factor"
)
_MONARCHS = (
    "Henry|Louis|George|Elizabeth|Charles|Edward|James|William|Richard|Napoleon|Paul|Benedict|Pius|Francis|Leo"
    "|Alexander|Peter|Catherine|Frederick|Philip|Ferdinand|Mary|Nicholas|Ivan|Otto|Ramesses|Ramses|Ptolemy"
    "|Thutmose|Constantine|Gregory|Clement|Innocent|Urban|Victoria|Wilhelm|Haakon|Gustav|Christian|Rama|Harald"
    "|Justinian|Amenhotep|Darius|Xerxes|Cleopatra|John|Stephen|Margaret|Robert|Alfonso|Pedro|Joseph|Leopold|Carl"
)
_PART = re.compile(rf"\b({_PARTS}) ({_ROMAN})\b(?!['’.]\w)")
_MONARCH = re.compile(rf"\b({_MONARCHS}) ({_ROMAN})\b(?=(['’]s)?)(?!\.\w)")
_AFTER_NAME = re.compile(r"\b([A-Z][a-z]{3,20}) ((?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3}))\b")
_AFTER_FIRST = re.compile(r"\s*(?:$|[,.;:)!?]|['’]s\b|(?:of|was|is|ruled|reigned|became|died|and|to|the)\b)")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def abbreviations(text: str) -> str:
    """`text` with abbreviations in full."""
    if "." in text:
        text = _NUMBERED_BEFORE.sub(lambda m: f"{_cased(_NUMBERED[m[1].lower()], m[1])} ", text)
        text = _DOTTED.sub(_dotted, text)
        text = _PLACE.sub(lambda m: _PLACES[m[1]] + ("" if m.end() < len(text) else "."), text)
        text = _LETTERS.sub(lambda m: " ".join(m[1].replace(".", "")) + _stop(m), text)
    text = _TITLE.sub(lambda m: _TITLES[m[1] or m[2]], text)
    return _SHORT.sub(lambda m: _WITHOUT_STOP[m[1] or m[2]], text)


def _cased(words: str, like: str) -> str:
    return words.capitalize() if like[0].isupper() else words


def _dotted(found: re.Match[str]) -> str:
    short = " ".join(found[1].lower().split())
    if short in _AFTER_NUMBER and found.string[max(0, found.start() - 2) : found.start()].strip().isdecimal():
        return found[0]
    words = _ANYWHERE[short]
    return (words if words[0].isupper() else _cased(words, found[1])) + _stop(found)


def _stop(found: re.Match[str]) -> str:
    """A full stop, where that of the abbreviation also ended the sentence."""
    after = found.string[found.end() : found.end() + 3].lstrip()
    return "." if not after or (after[0].isupper() and found.string[found.end()].isspace()) else ""


def roman(text: str) -> str:
    """`text` with Roman numerals in words, where they are surely numerals."""
    text = _PART.sub(lambda m: f"{m[1]} {cardinal(_value(m[2]))}" if m[2] else m[0], text)
    text = _MONARCH.sub(_monarch, text)
    return _AFTER_NAME.sub(lambda m: f"{m[1]} {cardinal(_value(m[2]))}", text)


def _monarch(found: re.Match[str]) -> str:
    if not found[2] or (found[2] == "I" and not _AFTER_FIRST.match(found.string, found.end())):
        return found[0]
    return f"{found[1]} the {ordinal(_value(found[2]))}"


def _value(numeral: str) -> int:
    total = 0
    for at, char in enumerate(numeral):
        value = _VALUES[char]
        total += -value if any(_VALUES[later] > value for later in numeral[at + 1 : at + 2]) else value
    return total
