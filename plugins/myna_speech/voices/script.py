"""Scripts: which characters a voice of a language can say, and which voice says the others.

Ranges are the blocks of the Unicode standard (Blocks.txt), letters of one script together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from myna.errors import BadInput

LATIN = "Latin"
HAN = "Han"

_RANGES: dict[str, str] = {
    LATIN: "A-Za-zªºÀ-ÖØ-öø-ʯḀ-ỿⱠ-ⱿꜢ-ꞇＡ-Ｚａ-ｚ",
    HAN: "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff",
    "Kana": "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "Hangul": "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "Armenian": "\u0530-\u058f",
    "Hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": "\u0900-\u0963\u0966-\u097f\ua8e0-\ua8ff",
    "Bengali": "\u0980-\u09ff",
    "Gurmukhi": "\u0a00-\u0a7f",
    "Gujarati": "\u0a80-\u0aff",
    "Oriya": "\u0b00-\u0b7f",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Kannada": "\u0c80-\u0cff",
    "Malayalam": "\u0d00-\u0d7f",
    "Sinhala": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Lao": "\u0e80-\u0eff",
    "Tibetan": "\u0f00-\u0fff",
    "Burmese": "\u1000-\u109f",
    "Georgian": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "Ethiopic": "\u1200-\u139f",
    "Khmer": "\u1780-\u17ff",
    "Mongolian": "\u1800-\u18af",
}
"""Characters of each script, as the inside of a character class."""

_LANGUAGES: dict[str, tuple[str, ...]] = {
    "zh": (HAN,),
    "cmn": (HAN,),
    "yue": (HAN,),
    "ja": ("Kana", HAN),
    "ko": ("Hangul", HAN),
    "el": ("Greek",),
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tt", "ba", "cv", "mn"), ("Cyrillic",)),
    "hy": ("Armenian",),
    "he": ("Hebrew",),
    **dict.fromkeys(("ar", "fa", "ur", "ug", "sd", "ps"), ("Arabic",)),
    **dict.fromkeys(("hi", "mr", "ne", "kok"), ("Devanagari",)),
    **dict.fromkeys(("bn", "as"), ("Bengali",)),
    "pa": ("Gurmukhi",),
    "gu": ("Gujarati",),
    "or": ("Oriya",),
    "ta": ("Tamil",),
    "te": ("Telugu",),
    "kn": ("Kannada",),
    "ml": ("Malayalam",),
    "si": ("Sinhala",),
    "th": ("Thai",),
    "lo": ("Lao",),
    "my": ("Burmese",),
    "ka": ("Georgian",),
    "am": ("Ethiopic",),
    "km": ("Khmer",),
}
"""Scripts besides Latin, which every voice spells somehow. A language that is not here is written in Latin."""

_SPOKEN_IN: dict[str, tuple[str, str]] = {
    LATIN: ("en", "English"),
    HAN: ("zh", "Chinese"),
    "Kana": ("ja", "Japanese"),
    "Hangul": ("ko", "Korean"),
    "Cyrillic": ("ru", "Russian"),
    "Greek": ("el", "Greek"),
    "Hebrew": ("he", "Hebrew"),
    "Arabic": ("ar", "Arabic"),
    "Devanagari": ("hi", "Hindi"),
}
"""The language, as a code and in words, that text in a script is taken for when nothing else is known."""

_NAMES = {**dict(_SPOKEN_IN.values()), "de": "German", "es": "Spanish", "fr": "French", "it": "Italian"}

PULLS: dict[str, str] = {
    "en": "piper-en-us-joe",
    "zh": "piper-zh-cn-huayan",
    "de": "piper-de-de-thorsten",
    "es": "piper-es-es-davefx",
    "fr": "piper-fr-fr-siwis",
}
"""The voice of the catalog to begin with, for each language that has one."""


class Unsayable(BadInput):
    """All of a text is in a script that its voice lacks."""

    code = "unsayable"


def primary(language: str) -> str:
    """The language of a BCP 47 or POSIX tag without its region, `zh` for all kinds of Mandarin."""
    tag = re.split("[-_]", language.strip().lower(), maxsplit=1)[0]
    return "zh" if tag == "cmn" else tag


def pull_hint(language: str) -> str:
    """The command that brings a voice for `language`."""
    known = PULLS.get(primary(language))
    return f"myna models pull {known}" if known else "myna models list --task synthesize"


def scripts_of(language: str) -> tuple[str, ...]:
    """The scripts that a voice for `language` can say; Latin is always the last."""
    return (*_LANGUAGES.get(primary(language), ()), LATIN)


def language_name(language: str) -> str:
    """`language` in English words where they are known, else as it is."""
    return _NAMES.get(primary(language), language)


@lru_cache(maxsize=64)
def _unsayable(language: str) -> re.Pattern[str]:
    said = scripts_of(language)
    return re.compile("[" + "".join(ranges for script, ranges in _RANGES.items() if script not in said) + "]+")


@lru_cache(maxsize=1)
def _scripts() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{script}>[{ranges}]+)" for script, ranges in _RANGES.items()))


def runs_by_script(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and script of each run of letters of one script. Digits, marks and blanks are between the runs."""
    for found in _scripts().finditer(text):
        yield found.start(), found.end(), found.lastgroup or ""


def foreign_letter(text: str) -> str:
    """The first letter of `text` that is not Latin; "" for none."""
    if text.isascii():
        return ""
    found = _unsayable("en").search(text)
    return found[0][0] if found else ""


def sayable(text: str, language: str) -> tuple[str, str]:
    """`text` without the letters that a voice for `language` lacks, and one of those, or "" when all can be said."""
    if text.isascii():
        return text, ""
    pattern = _unsayable(language)
    first = pattern.search(text)
    return (pattern.sub(" ", text), first[0][0]) if first else (text, "")


def language_of_script(script: str) -> str:
    """The likeliest language of text in `script`; "" where that is not known."""
    return _SPOKEN_IN.get(script, ("", ""))[0]


def language_of(letter: str) -> tuple[str, str]:
    """The likeliest language of a letter, as a code and in English words."""
    script = next((script for _, _, script in runs_by_script(letter)), "")
    return _SPOKEN_IN.get(script, ("", script or "this script"))
