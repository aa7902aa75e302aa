from __future__ import annotations

from myna.cli.terminal import cells, clip, layout, one_line, printable, wrap


def test_escape_sequences_lose_their_escape() -> None:
    assert printable("a\x1b[2Jb\x07\x9b31m\r\x7f") == "a[2Jb31m"
    assert printable("tab\tline\n中文😀") == "tab\tline\n中文😀"


def test_chinese_characters_take_two_columns() -> None:
    assert cells("ab") == 2
    assert cells("中文") == 4
    assert cells("e\N{COMBINING ACUTE ACCENT}") == 1


def test_clip_counts_columns() -> None:
    assert clip("中文字", 6) == "中文字"
    assert clip("中文字体", 6) == "中文…"
    assert clip("hello world", 7) == "hello…"


def test_wrap_breaks_english_at_spaces() -> None:
    assert wrap("one two three four", 9) == ["one two", "three", "four"]


def test_wrap_breaks_chinese_anywhere_but_before_punctuation() -> None:
    assert wrap("一二三四五六", 6) == ["一二三", "四五六"]
    assert wrap("一二三。四", 6) == ["一二", "三。四"]


def test_wrap_keeps_a_word_that_is_too_long() -> None:
    assert wrap("a incomprehensibilities b", 8) == ["a", "incomprehensibilities", "b"]
    assert wrap("", 8) == []


def test_layout_lines_up_columns_and_cuts_the_last() -> None:
    lines = layout([["NAME", "TEXT"], ["中文", "a long text here"]], 16)
    assert lines == ["NAME  TEXT", "中文  a long te…"]


def test_one_line() -> None:
    assert one_line(" a\n b\t c ") == "a b c"
