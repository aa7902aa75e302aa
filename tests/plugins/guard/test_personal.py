"""Personal data, whole and in a stream."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna_guard.matching.expressions import WINDOW, Expression, ExpressionReader
from myna_guard.matching.personal import SHAPES, china_id, iban, luhn

KINDS = tuple(SHAPES)
EVERYTHING = tuple(Expression.of(SHAPES[kind].pattern, number, SHAPES[kind].check) for number, kind in enumerate(KINDS))


def found(text: str, size: int = 0, expressions: tuple[Expression, ...] = EVERYTHING) -> list[tuple[str, str]]:
    """(Kind, what stands in the text)."""
    reader = ExpressionReader(expressions)
    size = size or max(len(text), 1)
    spans = [span for at in range(0, len(text), size) for span in reader.feed(text[at : at + size])]
    spans += reader.finish()
    return sorted((KINDS[span.owner], text[span.start : span.end]) for span in spans)


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        ("mail a.b+c@d-e.co.uk now", "email", "a.b+c@d-e.co.uk"),
        ("邮箱是foo@bar.cn。", "email", "foo@bar.cn"),
        ("a\u200b@b.com", "email", "a\u200b@b.com"),
        ("ｆｏｏ＠ｂａｒ．ｃｏｍ", "email", "ｆｏｏ＠ｂａｒ．ｃｏｍ"),
        ("电话13812345678", "phone", "13812345678"),
        ("+86 138 1234 5678", "phone", "+86 138 1234 5678"),
        ("call (555) 123-4567", "phone", "(555) 123-4567"),
        ("+49 30 1234567", "phone", "+49 30 1234567"),
        ("010-12345678", "phone", "010-12345678"),
        ("4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("card:5500-0000-0000-0004.", "card", "5500-0000-0000-0004"),
        ("４１１１１１１１１１１１１１１１", "card", "４１１１１１１１１１１１１１１１"),
        ("11010519491231002X", "china-id", "11010519491231002X"),
        ("GB82 WEST 1234 5698 7654 32 is it", "iban", "GB82 WEST 1234 5698 7654 32"),
        ("DE89370400440532013000", "iban", "DE89370400440532013000"),
        ("DE89370400440532013000 1234", "iban", "DE89370400440532013000"),
    ],
)
def test_personal_data_is_found_whole_and_in_pieces(text, kind, what):
    assert (kind, what) in found(text)
    assert found(text, 1) == found(text)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "110105194912310021",
        "GB83 WEST 1234 5698 7654 32",
        "at 12:30 on 2024-05-06 for 1,000,000 people",
        "user@localhost",
        "version 3.11.4-rc1",
        "π is 3.14159265358979323846",
    ],
)
def test_what_only_looks_like_it_is_let_pass(text):
    assert found(text) == []


def test_check_digits():
    assert luhn("4111111111111111") == 16
    assert all(not luhn(f"411111111111111{digit}") for digit in "023456789")
    assert china_id("11010519491231002X") == 18
    assert iban("GB82WEST12345698765432") == 22
    assert not iban("ZZ82WEST12345698765432")


PIECES = st.sampled_from(
    ["a@b.com", "x", "@", ".com", " ", "4111 1111 ", "1111 1111", "138", "1234", "5678", "+86", "-", "GB82 WEST ", "\n"]
)


@settings(max_examples=200, deadline=None)
@given(text=st.lists(PIECES, max_size=10).map("".join), size=st.integers(1, 7))
def test_how_a_text_is_cut_makes_no_difference(text, size):
    assert found(text, size) == found(text)


@settings(max_examples=200, deadline=None)
@given(text=st.lists(PIECES, max_size=10).map("".join))
def test_a_match_never_begins_before_what_was_let_go(text):
    reader = ExpressionReader(EVERYTHING)
    let_go = 0
    for character in text:
        spans = reader.feed(character)
        assert all(span.start >= let_go for span in spans)
        let_go = max(let_go, min([reader.held(), *(span.start for span in spans)]))
    assert all(span.start >= let_go for span in reader.finish())


def test_an_expression_that_never_ends_is_left_out():
    reader = ExpressionReader((Expression.of(r"(?:a|aa|a)+(?:b|c)+$", 3), Expression.of("x1", 4)))
    reader.feed("a" * 60 + "!")
    assert reader.failed == [3]
    assert [span.owner for span in reader.feed("x1 ")] == [4]


def test_no_more_is_held_than_the_window():
    reader = ExpressionReader((Expression.of(r"<.*>", 0),))
    reader.feed("<" + "y" * (WINDOW - 1))
    assert reader.held() == 0
    reader.feed("y")
    assert reader.held() > 0


def test_long_streams_are_forgotten():
    reader = ExpressionReader(EVERYTHING)
    for _ in range(500):
        reader.feed("nothing to see here, and ")
    assert len(reader._view) < 4 * WINDOW
    text = "mail a@b.com "
    start = 500 * 25
    assert [(span.start, span.end) for span in reader.feed(text)] == [(start + 5, start + 12)]
