"""Signs that hide a letter: several that draw one together, and one that is put over it.

Both are looked for only in keywords of `LONG_ENOUGH` letters. In shorter ones too little is left to tell them from
what signs usually are.
"""

from __future__ import annotations

_DRAWN: dict[str, tuple[str, ...]] = {
    "a": ("/\\", "/-\\"),
    "b": ("|3", "|8"),
    "d": ("|)", "|]"),
    "f": ("|=",),
    "h": ("|-|", "]-[", "}{", ")-("),
    "j": ("_|",),
    "k": ("|<", "|{"),
    "l": ("|_",),
    "m": ("|\\/|", "/\\/\\", "|v|"),
    "n": ("|\\|", "/\\/"),
    "o": ("()", "[]", "{}", "<>"),
    "p": ("|>", "|°"),
    "q": ("(,)",),
    "r": ("|2",),
    "u": ("|_|", "(_)"),
    "v": ("\\/",),
    "w": ("\\/\\/", "|/\\|"),
    "x": ("><", ")("),
    "y": ("`/", "'/"),
}
"""How signs are put side by side so that they look like a letter."""

STROKES: dict[str, str] = {strokes: letter for letter, row in _DRAWN.items() for strokes in row}
"""Letter by the signs that draw it."""

BEGUN: frozenset[str] = frozenset(strokes[:end] for strokes in STROKES for end in range(1, len(strokes)))
"""What more signs may make a letter of."""

NO_COVER: frozenset[str] = frozenset("'’‘`´\"“”„«»()[]{}<>,;:、。，；：（）「」『』【】《》〈〉/\\=")
"""Signs that hide no letter, for they stand between letters by the rules of writing (`don't`, `it(s)`, `1,2`,
`and/or`) and of programs."""

LONG_ENOUGH = 4
"""Letters of a keyword."""


def covers(letters: int, covered: int) -> bool:
    """Whether so many letters may be hidden by a sign: in `f**k` two of four, for the rest still shows the word."""
    return letters >= LONG_ENOUGH and covered * 2 <= letters
