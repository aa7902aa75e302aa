"""An answer on a terminal looks as if it had been laid out as a whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.cli.flow import Flow
from myna.cli.terminal import cells


def screen(output: str, width: int) -> list[str]:
    """What a terminal of `width` columns shows."""
    lines = [""]
    for piece in re.findall(r"\x1b\[\d+D|\x1b\[K|.|\n", output):
        if piece == "\n":
            lines.append("")
        elif piece.endswith("D") and piece.startswith("\x1b"):
            kept = cells(lines[-1]) - int(piece[2:-1])
            while cells(lines[-1]) > kept:
                lines[-1] = lines[-1][:-1]
        elif piece != "\x1b[K":
            lines[-1] += piece
            assert cells(lines[-1]) < width, "the terminal would have broken the line itself"
    return lines


def shown(text: str, width: int = 30, cut: int = 3) -> list[str]:
    flow = Flow(width)
    return screen("".join(flow.feed(text[at : at + cut]) for at in range(0, len(text), cut)), width)


def test_lines_end_between_words() -> None:
    lines = shown("A myna is a bird that can imitate what people say to it.")
    assert [line.strip() for line in lines] == ["A myna is a bird that can", "imitate what people say to", "it."]


def test_chinese_breaks_anywhere() -> None:
    assert shown("八哥会学人说话也会学别的鸟叫还会学门铃", 24) == ["八哥会学人说话也会学别", "的鸟叫还会学门铃"]


def test_a_word_longer_than_a_line_is_broken_where_the_line_ends() -> None:
    assert shown("x" * 70, 31) == ["x" * 30, "x" * 30, "x" * 10]


def test_own_line_breaks_and_indentation_stay() -> None:
    assert shown("a:\n\n    code here\n- b") == ["a:", "", "    code here", "- b"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert Flow(80).feed("a\x1b[2Jb\x07c") == "a[2Jbc"


def test_a_very_narrow_terminal_breaks_by_itself() -> None:
    assert Flow(10).feed("imitate everything") == "imitate everything"


words = st.text("abcdefgh,.中文字。é ", min_size=1, max_size=200)


@given(words, st.integers(24, 60), st.integers(1, 9))
def test_nothing_is_lost_and_no_line_is_too_long(text: str, width: int, cut: int) -> None:
    lines = shown(text, width, cut)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text("abc ", min_size=1, max_size=200), st.integers(24, 60))
def test_short_words_are_never_broken(text: str, width: int) -> None:
    whole = {word for word in text.split() if len(word) < 20}
    seen = {word for line in shown(text, width) for word in line.split()}
    assert whole <= seen


@pytest.mark.parametrize("cut", [1, 2, 5, 100])
def test_how_the_text_is_cut_makes_no_difference(cut: int) -> None:
    text = "The quick brown fox jumps over the lazy dog, 敏捷的棕色狐狸跳过了懒狗, and again and again."
    assert shown(text, 33, cut) == shown(text, 33, 1)
