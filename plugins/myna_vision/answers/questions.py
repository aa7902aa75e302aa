"""What a question is about, as far as facts can answer it."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

About = Literal[
    "text", "holds", "lines", "words", "characters", "colour", "size", "shape", "turned", "format", "moving", "clear",
    "code", "sharp", "bright", "contrast", "everything",
]  # fmt: skip

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")

_ASKED: tuple[tuple[About, str, str], ...] = (
    (
        "holds",
        r"\b(?:does|is|are|do) .*(?:say|read|written|mention|contain|the words?|the text)\b"
        r".*[\"'“‘](?P<en>[^\"'”’]+)[\"'”’]"
        r"|\b(?:does|do) (?:it|this|the \w+) (?:say|mention|contain) (?P<bare>\w+)\?*$",
        r"(?:有没有|有|写着|写了|提到|包含)[“\"'「](?P<zh>[^”\"'」]+)[”\"'」]",
    ),
    ("lines", r"\bhow many lines\b", r"(?:多少|几)行"),
    ("words", r"\bhow many words\b", r"(?:多少|几)个?(?:单词|词)"),
    ("characters", r"\bhow many (?:characters|letters)\b", r"(?:多少|几)个?(?:字|字符|汉字|字母)"),
    (
        "code",
        r"\b(?:qr|bar) ?-?codes?\b|\bcodes?\b.*\bscan|\bscan\b|\bis there a code\b|\bthe code\b",
        r"二维码|条形码|条码|扫码|扫出",
    ),
    ("colour", r"\bcolou?rs?\b|\bcolou?red\b", r"颜色|什么色|哪些色|色彩|主色"),
    ("format", r"\bfile (?:format|type)\b|\b(?:what|which) (?:kind of |type of )?(?:format|file)\b", r"格式|文件类型"),
    ("moving", r"\banimat\w+\b|\bhow many frames\b", r"动图|动画"),
    ("clear", r"\btransparen\w+\b", r"透明"),
    (
        "shape",
        r"\b(?:portrait|landscape|orientation|square)\b|\bwhich way up\b",
        r"横图|竖图|横版|竖版|横的|竖的|横向|纵向|竖向|方向",
    ),
    (
        "turned",
        r"\b(?:rotated|turned|sideways|upside.?down|upright|tilted|skewed|straight)\b",
        r"旋转|歪|倒着?的|颠倒|倾斜|正的",
    ),
    (
        "size",
        r"\bhow (?:large|big|wide|tall|high)\b|\bdimensions?\b|\bresolution\b|\bsize\b|\bwidth\b|\bheight\b|\bpixels?\b"
        r"|\bmegapixels?\b|\baspect\b",
        r"多大|尺寸|分辨率|宽度?|高度|多宽|多高|像素|大小|比例",
    ),
    (
        "sharp",
        r"\b(?:sharp|sharpness|blurry|blurred|in focus|out of focus|focus|crisp|fuzzy)\b",
        r"清晰|模糊|清楚|对焦|虚",
    ),
    ("bright", r"\b(?:bright|brightness|dark|dim|exposed|overexposed|underexposed|exposure)\b", r"亮|暗|曝光"),
    ("contrast", r"\bcontrast\b", r"对比度|反差"),
    (
        "text",
        r"\bwhat (?:does|do|did) .*\b(?:say|read)\b|\bread (?:it|this|that|out|aloud|all|me)\b|\btranscribe\b|\bocr\b"
        r"|\bread the (?:text|words?|sign|label|page|letter|note|picture|image|receipt|screen)\b"
        r"|\b(?:what|which) (?:text|words?|writing)\b|\bwhat(?:'s|’s| is)? (?:is )?(?:written|printed)\b|\bthe text\b",
        r"写了?(?:的|着)?(?:是|些|了)?什么|什么字|哪些字|文字|念(?:出来|一下|给)|读(?:出来|一下|出|给)|说了?什么|印了?着?什么|识别",
    ),
    (
        "everything",
        r"\bdescribe\b|\bdescription\b|\bwhat(?:'s|’s| is) (?:this|that|it)\b(?! \w+)"
        r"|\bwhat(?:'s|’s| is) (?:in|on|shown in) (?:this|the|that) (?:picture|image|photo|file)\b"
        r"|\bwhat (?:do|can) you (?:see|find|tell)\b|\bwhat (?:does|do) (?:this|the|it)(?: \w+)? show\b"
        r"|\btell me about\b",
        r"描述|说说这|介绍|这是什么[？?]?$|图(?:片)?(?:里|中|上)?(?:面)?(?:有|是)(?:些|了)?什么[？?]?$|看[到见](?:了)?什么",
    ),
)
"""In the order in which a question is compared with them; English, Chinese."""

_COMPILED = tuple((about, re.compile(en, re.IGNORECASE), re.compile(zh)) for about, en, zh in _ASKED)

_PICTURE_WORDS = frozenset((
    "what", "which", "how", "is", "are", "was", "does", "do", "did", "the", "a", "an", "of", "in", "on", "this",
    "that", "it", "its", "it's", "here", "there", "picture", "pictures", "image", "images", "photo", "photograph",
    "photos", "screenshot", "scan", "file", "and", "or", "to", "be", "have", "has", "any", "main", "dominant",
    "most", "mostly", "background", "overall", "whole", "i", "you", "me", "please", "tell", "can", "could", "see",
    "look", "looking", "many", "much", "used", "use", "large", "big", "size", "dimensions", "dimension",
    "resolution", "width", "height", "pixels", "pixel", "wide", "tall", "high", "megapixels", "aspect", "ratio",
    "colour", "color", "colours", "colors", "colored", "coloured", "sharp", "sharpness", "blurry", "blurred",
    "focus", "crisp", "fuzzy", "bright", "brightness", "dark", "dim", "exposed", "overexposed", "underexposed",
    "exposure", "contrast", "portrait", "landscape", "orientation", "square", "way", "up", "rotated", "turned",
    "sideways", "upside", "down", "upright", "tilted", "skewed", "straight", "enough", "too", "very", "at", "all",
    "with", "by", "page", "document", "text", "predominant", "common", "present", "transparent", "transparency",
    "see-through", "partly", "parts",
))  # fmt: skip
"""Words of questions about a whole picture; another word names a thing in it."""
_PICTURE_ZH = re.compile(
    r"请问|告诉我|这张|那张|这个|一张|这幅|图片|照片|图像|截图|画面|图|整体|整张|主要|背景|里面|里|上|中|有|是|的|了|吗|呢|"
    r"什么|哪些|哪种|多少|多大|几|种|颜色|色彩|主色|调|尺寸|分辨率|宽度|高度|多宽|多高|宽|高|像素|大小|比例|它|这|和|与|或|还是|"
    r"清晰|清楚|模糊|对焦|虚|亮度|明亮|亮|暗|曝光|对比度|反差|横|竖|版|向|纵|方向|旋转|歪|倒|着|颠倒|倾斜|正|够|不|很|太|度|过|"
    r"幅|张|色|大|小|[？?。，,.！!\s]"
)


class Question(msgspec.Struct, frozen=True):
    text: str
    chinese: bool
    about: About | None
    sought: str = ""
    """`holds`: the words that are looked for."""
    whole: bool = True
    """It is about the picture, and not about one thing in it."""


def understand(text: str) -> Question:
    """What `text` asks."""
    chinese = bool(_CHINESE.search(text))
    for about, english, han in _COMPILED:
        if match := (han.search(text) if chinese else None) or english.search(text):
            sought = next((value for value in match.groupdict().values() if value), "")
            return Question(text, chinese, about, sought, _about_the_whole(text, chinese=chinese))
    return Question(text, chinese, None)


def _about_the_whole(text: str, *, chinese: bool) -> bool:
    if chinese:
        return not _PICTURE_ZH.sub("", text)
    return not set(re.findall(r"[a-z']+", text.casefold())) - _PICTURE_WORDS
