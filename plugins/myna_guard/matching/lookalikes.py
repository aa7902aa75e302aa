"""Characters that look like a Latin letter, and signs that are written in the place of one.

The pairs are facts about the shapes in the Unicode charts. What Unicode itself calls a variant of a
letter (full width, circled, mathematical, superscript ...) is not listed: NFKC says it.
"""

from __future__ import annotations

_SHAPES: dict[str, str] = {
    # Cyrillic and Greek, in the lower case that is reached before this table is asked
    "a": "аαɑᴀ",
    "b": "вьβʙ",
    "c": "сςϲᴄ",
    "d": "ԁɗᴅ",
    "e": "еєεҽᴇǝ",
    "f": "ғꜰƒ",
    "g": "ɡցɢ",
    "h": "һнհʜ",
    "i": "іιıɩɪї",
    "j": "јᴊϳ",
    "k": "кκᴋ",
    "l": "ӏʟⅼǀ",
    "m": "мᴍ",
    "n": "пηոɴ",
    "o": "оοօσᴏ",
    "p": "рρᴘ",
    "q": "ԛզ",
    "r": "гʀᴦ",
    "s": "ѕꜱ",
    "t": "тτᴛ",
    "u": "υսᴜц",
    "v": "ѵνᴠ",
    "w": "ԝωшᴡѡ",
    "x": "хχ",
    "y": "уγүʏ",
    "z": "ᴢʐ",
}

_CHEROKEE_AND_LISU: dict[str, str] = {
    "a": "Ꭺꓮ",
    "b": "Ᏼꓐ",
    "c": "Ꮯꓚ",
    "d": "Ꭰꓓ",
    "e": "Ꭼꓰ",
    "f": "ꓝ",
    "g": "Ꮐꓖ",
    "h": "Ꮋꓧ",
    "i": "Ꭵꓲ",
    "j": "Ꭻꓙ",
    "k": "Ꮶꓗ",
    "l": "Ꮮꓡ",
    "m": "Ꮇꓟ",
    "n": "ꓠ",
    "o": "ꓳ",
    "p": "Ꮲꓑ",
    "r": "Ꮢꓣ",
    "s": "Ꮪꓢ",
    "t": "Ꭲꓔ",
    "u": "ꓴ",
    "v": "Ꮩꓦ",
    "w": "Ꮃꓪ",
    "x": "ꓫ",
    "y": "ꓬ",
    "z": "Ꮓꓜ",
}

_STROKES: dict[str, str] = {
    # Letters with a stroke or a hook, which Unicode does not take apart
    "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ƀ": "b", "ɓ": "b", "ɨ": "i", "ʉ": "u",
    "ɛ": "e", "ɔ": "o", "ŋ": "n", "ƙ": "k", "ɲ": "n", "ʂ": "s", "ȿ": "s", "ƶ": "z", "ɍ": "r", "ɟ": "j",
}  # fmt: skip

MORE: dict[str, str] = {
    "ν": "n",
    "и": "n",
    "υ": "y",
    "у": "u",
    "п": "p",
    "р": "r",
    "в": "v",
    "с": "s",
    "н": "n",
    "х": "h",
}
"""Letters that a lookalike also stands for: by another of its shapes, or by its sound."""

_ALPHABETS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""Where the letters A to Z begin as squared, in black circles, in black squares, and as halves of flags."""

SHAPES: dict[str, str] = {
    **{shape: letter for table in (_SHAPES, _CHEROKEE_AND_LISU) for letter, row in table.items() for shape in row},
    **_STROKES,
    **{chr(start + at): chr(ord("a") + at) for start in _ALPHABETS for at in range(26)},
}
"""Latin letter by lookalike."""

DIGITS: dict[str, str] = {
    "0": "o",
    "1": "il",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "bg",
    "7": "t",
    "8": "b",
    "9": "g",
}
"""Letters that a digit is written for."""

SIGNS: dict[str, str] = {"@": "a", "$": "s", "€": "e", "£": "l", "¥": "y", "¢": "c", "©": "c", "®": "r", "§": "s"}
"""Letters that a sign is written for, anywhere in a word."""

MARKS: dict[str, str] = {"!": "i", "¡": "i", "|": "il", "+": "t", "(": "c", "<": "c", "†": "t"}
"""Letters that a sign is written for inside a word alone: at its end it is what it usually is (`Ana!`)."""
