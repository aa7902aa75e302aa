"""What one character of a text may stand for.

A text is never rewritten as a whole: each character says on its own which letters it may be, so that
a stream can be read piece by piece, and a finding knows which original characters it covers.
"""

from __future__ import annotations

import unicodedata

import msgspec

from .chinese_forms import simplified
from .lookalikes import DIGITS, MARKS, MORE, SHAPES, SIGNS

LETTER, GAP, INVISIBLE = 0, 1, 2


class Glyph(msgspec.Struct, frozen=True):
    """A character, seen through."""

    kind: int
    """`LETTER`, `GAP` (spaces, punctuation, pictures) or `INVISIBLE` (zero width, combining, controls)."""
    letters: tuple[str, ...] = ()
    """What it reads as: one letter for each place that it fills, and a ligature fills several."""
    codes: tuple[tuple[int, ...], ...] = ()
    """Code points of all letters that it may stand for, by place; what it reads as comes first.
    A `GAP` may have some too: `$` is a sign, or an s."""
    word: bool = False
    """It belongs to a script that writes words apart, so that a word ends where it ends."""
    plain: bool = False
    """It may make a word of the digits and signs around it, which alone are numbers: letters may."""
    odd: bool = False
    """A digit or a sign, which is a letter only for who wants to hide one."""
    sign: bool = False
    """A `GAP` that stands for a letter anywhere in a word."""
    inner: bool = False
    """A `GAP` that stands for a letter only with another one behind it, or another digit or sign before it."""
    space: bool = False


_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Fillers, and the empty Braille cell: letters and signs by category, nothing by looks."""

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1100, 0x11FF),  # Hangul, whose words carry their particles
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x31FF),  # radicals, kana, bopomofo
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
"""Scripts without spaces between words."""

_glyphs: dict[str, Glyph] = {}


def glyph(character: str) -> Glyph:
    """What `character` may stand for."""
    known = _glyphs.get(character)
    if known is None:
        known = _glyphs[character] = _look(character)
    return known


def fold(text: str) -> list[str]:
    """The letters of a keyword, each as the matching compares it; a gap between its words is one space."""
    letters: list[str] = []
    for character in text:
        seen = glyph(character)
        if seen.kind == LETTER:
            letters += seen.letters
        elif seen.kind == GAP and letters and letters[-1] != " ":
            letters.append(" ")
    while letters and letters[-1] == " ":
        letters.pop()
    return letters


def spaced(letter: str) -> bool:
    """Whether a folded letter belongs to a script that writes words apart."""
    at = ord(letter)
    return not any(first <= at <= last for first, last in _UNSPACED)


def _look(character: str) -> Glyph:
    if "\u3400" <= character <= "\u9fff":
        letter = simplified().get(character, character)
        return Glyph(LETTER, (letter,), ((ord(letter),),), plain=True)
    if character in SHAPES:
        return _letter((character,))
    category = unicodedata.category(character)
    hidden = category in {"Mn", "Me", "Cf", "Cs"} or (category == "Cc" and not character.isspace())
    if hidden or character in _INVISIBLE:
        return Glyph(INVISIBLE)
    parts = _parts(character)
    if len(parts) == 1 and (parts in SIGNS or parts in MARKS):
        codes = tuple(map(ord, SIGNS.get(parts) or MARKS[parts]))
        # Digits behind a currency are an amount, behind an at sign they are not.
        return Glyph(GAP, (parts,), (codes,), plain=parts == "@", odd=True, sign=parts in SIGNS, inner=parts in MARKS)
    letters = tuple(part for part in parts if part.isalnum())
    # Of the signs, only those are letters that Unicode calls variants of one, such as circled ones.
    if letters and (category[0] not in "PZSC" or (category == "So" and parts != character)):
        return _letter(letters)
    return Glyph(GAP, space=character.isspace())


def _parts(character: str) -> str:
    """Compatibility forms and accents undone, in lower case."""
    lowered = unicodedata.normalize("NFKC", character).casefold()
    decomposed = unicodedata.normalize("NFKD", lowered)
    base = "".join(part for part in decomposed if not unicodedata.combining(part))
    # A mark makes another syllable of one of kana, and no other letter of a Latin, Greek or Cyrillic one.
    return base if base and all(ord(part) < 0x0530 for part in base) else lowered


def _letter(parts: tuple[str, ...]) -> Glyph:
    letters = tuple(SHAPES.get(part) or simplified().get(part, part) for part in parts)
    codes = tuple(
        (ord(letter), *map(ord, DIGITS.get(letter) or MORE.get(part, "")))
        for part, letter in zip(parts, letters, strict=True)
    )
    return Glyph(
        LETTER,
        letters,
        codes,
        word=any(spaced(letter) for letter in letters),
        plain=any(letter not in DIGITS for letter in letters),
        odd=any(letter in DIGITS for letter in letters),
    )
