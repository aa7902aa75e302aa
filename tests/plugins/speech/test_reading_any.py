"""Markdown, mixed languages, and text that nobody would write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna_speech.voices.reading import readable
from myna_speech.voices.reading.segments import segments

MARKDOWN = {
    "# Title": "Title.",
    "**Bold**, *slanted*, __both__ and ~~gone~~": "Bold, slanted, both and gone",
    "- one\n- two": "one. two.",
    "1. one\n2. two": "one, one. two, two.",
    "- [x] done\n- [ ] open": "done. open.",
    "> quoted": "quoted",
    "[the page](http://x.y/a_(b)) ![a bird](b.png)": "the page a bird",
    "as said[1] and [^2]": "as said and",
    "`max_tokens` and `getName()`": "max tokens and get Name",
    "Text\n\n---\n\nmore": "Text. more",
    "| a | b |\n|---|:-:|\n| c | d |": "a, b. c, d.",
    "a <b>bold</b> word<br>next": "a bold word next",
    "Tom &amp; Ann": "Tom and Ann",
    "fine 😀👍🏽 really": "fine really",
    r"\(a \times b\) is \frac{1}{2}": "a times b is one half",
    "```py\nx = 1\n```\nthen": "Code omitted. then",
    "~~~\nnever closed": "Code omitted.",
    "": "",
    "  \n\t": "",
    "*** --- ...": "",
    "😀": "",
}


@pytest.mark.parametrize(("written", "said"), MARKDOWN.items())
def test_markdown(written: str, said: str) -> None:
    assert readable(written, "en") == said


def test_chinese_lines_end_in_chinese() -> None:
    assert readable("## 标题\n- 甲\n- 乙\n\n```\nx\n```\n结束", "zh") == "标题。甲。乙。代码略。结束"


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Hello there", "en", [("Hello there", "en")]),
        ("Hello there", "zh", [("Hello there", "en")]),
        ("Guten Tag", "de", [("Guten Tag", "de")]),
        ("3.14", "zh", [("3.14", "zh")]),
        ("我喜欢 Python 编程。", "en", [("我喜欢 Python 编程。", "zh")]),
        ("The word 你好 means hello.", "zh", [("The word ", "en"), ("你好 ", "zh"), ("means hello.", "en")]),
        (
            "他说 the quick brown fox 然后走了",
            "zh",
            [("他说 ", "zh"), ("the quick brown fox ", "en"), ("然后走了", "zh")],
        ),
        ("「こんにちは、世界」", "en", [("「こんにちは、世界」", "ja")]),
        ("Привет", "en", [("Привет", "ru")]),
    ],
)
def test_segments_by_language(text: str, language: str, found: list[tuple[str, str]]) -> None:
    assert segments(text, language) == found


PIECES = [
    *"0123456789.,:;/-–%$€£¥°^²+*_#`|[](){}<>&@~=!?\n\t '\"",
    "1,000",
    "e.g.",
    "Dr. ",
    "2026-11-24",
    "14:30",
    "km/h",
]
PIECES += [
    "Nov ",
    "XIV",
    "Henry ",
    "http://a.b",
    "a@b.c",
    "你好",
    "2个",
    "年",
    "月",
    "½",
    "😀",
    "\x00",
    "\ud800",
    "\u202e",
    "```",
]


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.sampled_from(["en", "zh", "de", ""]),
)
@settings(deadline=None, max_examples=500)
def test_any_text_is_read(text: str, language: str) -> None:
    said = readable(text, language)
    # What is said can be sent to a voice, and has something to say in it.
    said.encode()
    assert not said or any(char.isalnum() for char in said)
    assert "\n" not in said
    assert "\x00" not in said


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.sampled_from(["en", "zh"]))
@settings(deadline=None)
def test_segments_are_the_text(text: str, language: str) -> None:
    assert "".join(part for part, _ in segments(text, language)) == text


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1",
            "1,",
            "1-",
            "1/",
            "1:",
            "a.",
            "[",
            "[a](",
            "`",
            "*",
            "_",
            "|",
            "<a",
            "http://a.b/",
            "a@b.",
            "$1-",
            "24 Nov ",
        ),
        *("e.g. ", "IVX", "555-1234 ", "12:30:", "字", "2个", "a字", "\n", "| a |\n", "```\n", "(", "&amp;", "A."),
    ],
)
@pytest.mark.timeout(20)
def test_a_hundred_thousand_characters_take_linear_time(unit: str) -> None:
    """Quadratic work would take minutes and meet the timeout."""
    text = unit * (100_000 // len(unit))
    for language in ("en", "zh"):
        readable(text, language)
    assert "".join(part for part, _ in segments(text, "en")) == text
