"""How text is cut into search tokens: the same way for what is stored and for what is asked.

A token is a word, or one character of a script that is written without spaces (Chinese, Japanese,
Korean, Thai ...) or one emoji. Text is folded first: full-width and compatibility forms, letter case
and diacritics make no difference. The tokens, joined by spaces, are what the full-text index keeps;
they hold no ASCII punctuation, so nothing that a person types can become query syntax.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import msgspec

SEGMENTER_VERSION = 1
"""Raise it when tokens change: stores then rebuild their index when they are opened."""

INDEXED_CHARACTERS = 1_000_000
"""Of one message. More than any model reads at once; a pasted dump must not fill the index."""

_QUERY_CHARACTERS = 1000
_QUERY_PHRASES = 32

# Removed when folding: combining diacritics, Hebrew points, Arabic vowel signs, soft hyphens,
# variation selectors. Marks of Indic scripts stay, they are letters to their readers.
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_DROPPED = re.compile(f"[{_MARKS}\u00ad\ufe00-\ufe0f\ufe20-\ufe2f]")

# One token each: Thai to Burmese and Khmer, CJK with kana, bopomofo and Hangul, Yi, symbols and emoji.
_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u3038-\u303c\u3041-\u309f\u30a1-\u30fa\u30fc-\u31ff\u3400-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)

# Between tokens: spaces, controls, ASCII and Latin-1 punctuation, general and CJK punctuation, arrows,
# mathematical and drawing characters, private use, and what cannot be encoded.
_BETWEEN = (
    r"\s\x00-/:-@\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u2190-\u25ff\u27c0-\u2bff\u2e00-\u2e7f"
    "\u3000-\u3004\u3008-\u3020\u302a-\u3030\u3036\u3037\u303d-\u303f\u30a0\u30fb\ud800-\udfff\ue000-\uf8ff"
    "\ufff0-\uffff\U000e0000-\U0010ffff"
)
_TOKEN = re.compile(f"[{_SINGLE}]|[^{_SINGLE}{_BETWEEN}]+")
_IS_SINGLE = re.compile(f"[{_SINGLE}]")

# Folding a text piece by piece gives the folded whole when pieces end before a mark that joins:
# plain runs map one to one, conjoining Hangul letters and letters with marks are folded together.
_JOINING = f"{_MARKS}\u3099\u309a\uff9e\uff9f\ufe20-\ufe2f"
_PIECE = re.compile(
    f"[ -~\u4e00-\u9fff]+(?![{_JOINING}])|[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|.[{_JOINING}]*", re.DOTALL
)


def fold(text: str) -> str:
    """`text` without the differences that a search should not see."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFC", _DROPPED.sub("", unicodedata.normalize("NFD", text)))


def segmented(text: str) -> str:
    """The tokens of `text`, joined by spaces."""
    return " ".join(_TOKEN.findall(fold(text[:INDEXED_CHARACTERS])))


class Phrase(msgspec.Struct, frozen=True):
    """Tokens that must follow one another."""

    tokens: tuple[str, ...]
    prefix: bool = False
    """The last token may go on."""

    def fits(self, token: str, at: int) -> bool:
        if self.prefix and at == len(self.tokens) - 1:
            return token.startswith(self.tokens[at])
        return token == self.tokens[at]


def phrases(query: str) -> tuple[Phrase, ...]:
    """What a query asks for; a message must hold all of it. Empty when there is nothing to look for.

    What stands together without a space is one phrase, and so is what stands in double quotes. The
    last word may be the beginning of a word, so that results appear while somebody types.
    """
    pieces = query[:_QUERY_CHARACTERS].replace("“", '"').replace("”", '"').split('"')
    typing = not query[-1:].isspace()
    found: list[Phrase] = []
    for index, piece in enumerate(pieces):
        quoted = index % 2 == 1 and index < len(pieces) - 1
        for chunk in [piece] if quoted else fold(piece).split():
            tokens = tuple(_TOKEN.findall(fold(chunk)))
            if tokens:
                found.append(Phrase(tokens, prefix=not quoted and not _IS_SINGLE.match(tokens[-1])))
    last = len(found) - 1
    kept = [Phrase(phrase.tokens, phrase.prefix and typing and index == last) for index, phrase in enumerate(found)]
    return tuple(dict.fromkeys(kept))[:_QUERY_PHRASES]


def located(text: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of `text`, each with where it starts and ends in `text`."""
    text = text[:INDEXED_CHARACTERS]
    folded: list[str] = []
    origin: list[int] = []
    for piece in _PIECE.finditer(text):
        part = fold(piece[0])
        folded.append(part)
        if len(part) == piece.end() - piece.start():
            origin.extend(range(piece.start(), piece.end()))
        else:
            origin.extend([piece.start()] * len(part))
    origin.append(len(text))
    for token in _TOKEN.finditer("".join(folded)):
        # A token ends where the next folded character of another origin begins.
        end = token.end()
        while end < len(origin) - 1 and origin[end] == origin[token.end() - 1]:
            end += 1
        yield token[0], origin[token.start()], origin[end]
