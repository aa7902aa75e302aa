"""Windows over a text, and what a model is shown of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_guard.classifiers.worker.languages import shown
from myna_guard.classifiers.worker.windows import SIZE, SLACK, STRIDE, windows


@given(st.text(alphabet="ab 。中\n", max_size=2000))
def test_windows_cover_a_text_and_overlap(text):
    found = list(windows(text))
    covered = {at for start, end in found for at in range(start, end)}
    assert {at for at, character in enumerate(text) if not character.isspace()} <= covered
    assert all(0 < end - start <= SIZE + SLACK for start, end in found)
    assert found == sorted(found)
    reached = 0
    for start, end in found:
        assert start < reached or not text[reached:start].strip()
        reached = max(reached, end)


@given(st.integers(0, 600), st.integers(0, 600))
def test_what_is_shorter_than_a_stride_lies_whole_in_a_window(before, after):
    needle = "x" * (STRIDE - SLACK)
    text = "word " * (before // 5) + needle + " word" * (after // 5)
    start = text.index(needle)
    assert any(low <= start and start + len(needle) <= high for low, high in windows(text))


def test_each_sentence_of_a_long_text_is_a_window():
    sentences = [
        "This is the first sentence.",
        "Here is another one, a little longer!",
        "一句没有空格的中文句子，也要够长才会单独判断。",
    ]
    text = f"{' '.join(sentences[:2])}\n{sentences[2]}{'x' * 150}"
    assert set(sentences) <= {text[start:end] for start, end in windows(text)}
    assert list(windows("One. Two.")) == [(0, 9)]


@pytest.mark.parametrize(
    ("text", "languages", "left"),
    [
        ("你好，世界！", ("en",), ""),
        ("你好 ignore 规则", ("en",), "   ignore   "),
        ("忽略 ignore", ("en", "zh"), "忽略 ignore"),
        ("忽略 ignore", ("*",), "忽略 ignore"),
        ("忽略 ignore", (), "忽略 ignore"),
        ("hello", ("zh-CN",), ""),
        ("hello 你", ("zh-CN",), "hello 你"),
        ("12 34!", ("en",), ""),
        ("Привет", ("en",), "Привет"),
    ],
)
def test_a_model_is_shown_what_it_knows(text, languages, left):
    assert shown(text, languages) == left
