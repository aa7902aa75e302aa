"""A word list, and the ways in which people write its words so that a filter does not see them.

The ways are written down here by themselves, not taken from the tables of the matching: a trick that
the matching does not know must show as a miss.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

ENGLISH = (
    "ass", "anal", "bastard", "bomb", "cocaine", "counterfeit", "dumbass", "explosive", "grenade", "heroin", "hitman",
    "idiot", "kill", "kill yourself", "malware", "methamphetamine", "moron", "nazi", "penis", "phishing", "pipe bomb",
    "porn", "ransomware", "rape", "scumbag", "sex", "shit", "steal a car", "suicide", "terrorist",
)  # fmt: skip

CHINESE = (
    "炸弹", "自杀", "毒品", "冰毒", "海洛因", "枪支弹药", "制造炸药", "赌博", "诈骗", "洗钱",
    "色情", "傻逼", "杀人", "恐怖袭击", "假币", "偷渡", "黑客攻击", "贩毒", "绑架", "勒索软件",
)  # fmt: skip

EXCEPTIONS = ("消毒品", "自杀式", "笑死人")

_TRADITIONAL = dict(
    zip("弹杀枪药诈骗钱赌制袭击币贩绑勒软个给点问说这", "彈殺槍藥詐騙錢賭製襲擊幣販綁勒軟個給點問說這", strict=True)
)
_CYRILLIC = dict(zip("aceiopxyskm", "асеіорхуѕкм", strict=True))
_GREEK = dict(zip("aeikonptuvx", "αεικονρτυνχ", strict=True))
_SMALL = dict(zip("abcdeghijklmnoprtuvwz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡᴢ", strict=True))
_RAISED = dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_ACCENTS = dict(zip("aceinosuyz", "àçéîñöšüýž", strict=True))
_DIGITS = dict(zip("aeiost", "431057", strict=True))
_SIGNS = {"a": "@", "s": "$", "i": "!"}
_DRAWN = {
    "a": "/\\", "b": "|3", "d": "|)", "h": "|-|", "k": "|<", "l": "|_", "m": "|\\/|", "n": "|\\|", "o": "()", "p": "|>",
    "r": "|2", "u": "|_|", "v": "\\/", "w": "\\/\\/", "x": "><",
}  # fmt: skip
_NOTHING = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f")
_STROKES = ("\u0336", "\u0301", "\u0323", "\u0308", "\u20d2")
_PICTURES = ("🙂", "💣", "⭐", "🔥")

LONG_ENOUGH = 4
"""Letters of a word that is still known with some of them hidden."""

Trick = Callable[[str], str]


def _swapped(table: dict[str, str]) -> Trick:
    return lambda word: "".join(table.get(letter, letter) for letter in word)


def _joined(between: str) -> Trick:
    """Each letter apart; between the words of a phrase, twice as far."""
    return lambda word: (between * 2).join(between.join(part) for part in word.split(" "))


def _after_each(signs: tuple[str, ...]) -> Trick:
    return lambda word: "".join(letter + sign for letter, sign in zip(word, itertools.cycle(signs), strict=False))


def _between(signs: tuple[str, ...]) -> Trick:
    return lambda word: _after_each(signs)(word[:-1]) + word[-1]


def _shifted(first: int) -> Trick:
    """The letters of another alphabet of Unicode that begins at `first`."""
    return lambda word: "".join(chr(first + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in word)


def _repeated(times: int) -> Trick:
    return lambda word: "".join(letter * times if letter.isalpha() else letter for letter in word)


def _middle(between: str) -> Trick:
    """Cut once, before the last vowel that leaves no ordinary word on both sides."""
    return lambda word: word[:1] + between + word[1:]


def _covered(signs: str, letters: tuple[int, ...]) -> Trick:
    """Signs over some letters, counted from the start, in words of four letters and more."""

    def cover(word: str) -> str:
        first, space, rest = word.partition(" ")
        if len(first) < LONG_ENOUGH:
            return word
        covers = dict(zip(letters, itertools.cycle(signs), strict=False))
        shown = "".join(covers.get(at, letter) if at < len(first) - 1 else letter for at, letter in enumerate(first))
        return shown + space + rest

    return cover


def _drawn(first: int) -> Trick:
    """The first letter from there on that signs can draw, drawn, in words of four letters and more."""

    def draw(word: str) -> str:
        if len(word) < LONG_ENOUGH:
            return word
        places = [at for at, letter in enumerate(word) if at >= first and letter in _DRAWN][:1]
        return "".join(_DRAWN[letter] if at in places else letter for at, letter in enumerate(word))

    return draw


def _both(first: Trick, second: Trick) -> Trick:
    return lambda word: second(first(word))


_EVERYWHERE: tuple[tuple[str, Trick], ...] = (
    ("plain", lambda word: word),
    ("zero width", _between(_NOTHING)),
    ("strokes and accents over it", _after_each(_STROKES)),
    ("spaces", _joined(" ")),
    ("wide spaces", _joined("\u3000")),
    ("dots", _joined(".")),
    ("dashes", _joined("-")),
    ("stars", _joined("*")),
    ("low lines", _joined("_")),
    ("bars", _joined("|")),
    ("lines", _joined("\n")),
    ("pictures", _between(_PICTURES)),
    ("dots and spaces", _joined(" . ")),
    ("repeated", _repeated(3)),
)

_IN_ENGLISH: tuple[tuple[str, Trick], ...] = (
    ("capitals", str.upper),
    ("mixed case", lambda word: "".join(c.upper() if at % 2 else c for at, c in enumerate(word))),
    ("full width", _shifted(0xFF41)),
    ("circled", _shifted(0x24D0)),
    ("bold script", _shifted(0x1D4EA)),
    ("double-struck", _shifted(0x1D552)),
    ("black squares", _shifted(0x1F170)),
    ("Cyrillic", _swapped(_CYRILLIC)),
    ("Greek", _swapped(_GREEK)),
    ("small capitals", _swapped(_SMALL)),
    ("raised", _swapped(_RAISED)),
    ("accents", _swapped(_ACCENTS)),
    ("digits", _swapped(_DIGITS)),
    ("signs", _swapped(_SIGNS)),
    ("cut by a space", _middle(" ")),
    ("cut by a dash", _middle("-")),
    ("without spaces", lambda word: word.replace(" ", "")),
    ("digits and dots", _both(_swapped(_DIGITS), _joined("."))),
    ("Cyrillic and zero width", _both(_swapped(_CYRILLIC), _between(_NOTHING))),
    ("capitals, repeated and apart", _both(_both(str.upper, _repeated(2)), _joined(" "))),
    ("a star over a letter", _covered("*", (1,))),
    ("a number sign over a letter", _covered("#", (2,))),
    ("an at sign over a letter", _covered("@", (1,))),
    ("a low line over a letter", _covered("_", (2,))),
    ("a picture over a letter", _covered("🙂", (1,))),
    ("two stars over letters", _covered("**", (1, 2))),
    ("grawlix over letters", _covered("%&", (1, 2))),
    ("a first letter drawn", _drawn(0)),
    ("another letter drawn", _drawn(2)),
    ("capitals, a star over a letter", _both(str.upper, _covered("*", (2,)))),
    ("full width and dashes", _both(_shifted(0xFF41), _joined("-"))),
)

_IN_CHINESE: tuple[tuple[str, Trick], ...] = (
    ("traditional", _swapped(_TRADITIONAL)),
    ("traditional and spaces", _both(_swapped(_TRADITIONAL), _joined(" "))),
    ("traditional and zero width", _both(_swapped(_TRADITIONAL), _between(_NOTHING))),
    ("commas", _joined("、")),
    ("a cross over a character", _covered("×", (2,))),
    ("brackets", lambda word: "".join(f"【{letter}】" for letter in word)),
    ("quotes", lambda word: "".join(f"「{letter}」" for letter in word)),
)

_CARRIERS = (
    "You are talking about {}, right?",
    "{}",
    "tell me: {}!",
    "One more time ({}) please.",
    "so what is {} then",
)
_CHINESE_CARRIERS = ("请告诉我{}的事", "{}", "关于{}，你怎么看？", "他们说的是{}吗", "再说一次：{}。")

HARD = (
    ("how do I make a p1pe b0mb at home", "pipe bomb"),
    ("k!11 y0ur5e1f", "kill yourself"),
    ("ｋ１ｌｌ yourself", "kill yourself"),
    ("you a$$, go away", "ass"),
    ("what an @$$", "ass"),
    ("𝕚𝕕𝕚𝕠𝕥 and ⓜⓞⓡⓞⓝ", "idiot"),
    ("s\u0337u\u0337i\u0337c\u0337i\u0337d\u0337e\u0337", "suicide"),
    ("s_u_i_c_i_d_e", "suicide"),
    ("sui\u200bcide", "suicide"),
    ("suuuuuiiiiciiiide", "suicide"),
    ("5.u.1.c.1.d.3", "suicide"),
    ("he is a t e r r o r i s t", "terrorist"),
    ("t-3-r-r-0-r-1-s-t", "terrorist"),
    ("ｒ\u200bａ\u200bｎ\u200bｓ\u200bｏ\u200bｍ\u200bｗ\u200bａ\u200bｒ\u200bｅ", "ransomware"),
    ("ransom ware for sale", "ransomware"),
    ("h е r о i n", "heroin"),
    ("her0ine? no, her0in", "heroin"),
    ("c0c/\u2060a/i/n/e", "cocaine"),
    ("METH-AMPHETAMINE", "methamphetamine"),
    ("B\u00d6MB", "bomb"),
    ("b()mb no, b0mb", "bomb"),
    ("🅱️🅾️🅼🅱️", "bomb"),
    ("k\ni\nl\nl", "kill"),
    ("KILLYOURSELF", "kill yourself"),
    ("steal@car no: st3al a c4r", "steal a car"),
    ("ph1shing", "phishing"),
    ("what the sh*t", "shit"),
    ("s**t and p**n", "porn"),
    ("|<!ll him", "kill"),
    ("b()m|3", "bomb"),
    ("t*rr*r*st", "terrorist"),
    ("c/\\caine no: c()caine", "cocaine"),
    ("n4z1", "nazi"),
    ("ⁿᵃᶻⁱ", "nazi"),
    ("p0rn and pørn", "porn"),
    ("我想自\u3000殺", "自杀"),
    ("自.殺", "自杀"),
    ("教我製\u200b造\u200b炸\u200b藥", "制造炸药"),
    ("买槍支,彈药", "枪支弹药"),
    ("炸💣弹💣", "炸弹"),
    ("炸~~~弹", "炸弹"),
    ("你个傻-逼", "傻逼"),
    ("傻傻傻逼逼逼", "傻逼"),
    ("海*洛*因", "海洛因"),
    ("黑客 - 攻擊", "黑客攻击"),
    ("洗\u2063錢", "洗钱"),
    ("【诈】【騙】", "诈骗"),
    ("勒(索)软(件)", "勒索软件"),
    ("恐 怖 襲 擊", "恐怖袭击"),
    ("冰\ufe0f毒\ufe0f", "冰毒"),
)
"""By hand: mixtures that no rule above makes."""


def evasions() -> Iterator[tuple[str, str, str]]:
    """(Text, the word in it, the trick)."""
    yield from ((text, word, "by hand") for text, word in HARD)
    for words, own, carriers in (
        (ENGLISH, _IN_ENGLISH, _CARRIERS),
        (CHINESE, _IN_CHINESE, _CHINESE_CARRIERS),
    ):
        carrier = itertools.cycle(carriers)
        for word in words:
            seen: set[str] = set()
            for name, trick in (*_EVERYWHERE, *own):
                written = trick(word)
                if written not in seen:
                    seen.add(written)
                    yield next(carrier).format(written), word, name
