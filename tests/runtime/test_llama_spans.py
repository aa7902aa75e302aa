"""How places are counted in a prompt with pictures."""

from __future__ import annotations

import numpy as np
import pytest

from myna.engine.text.prefix import shared_prefix
from myna.engine.text.spans import Patch, Span, picture_tokens, position_of, span_at, text_until, whole

A, B = "a" * 64, "b" * 64


def span(start, tokens, positions, sha256=A):
    places = np.zeros((4, tokens), dtype=np.int32)
    return Span(start, sha256, Patch(0, picture_tokens(sha256, 0, tokens, 1000), positions, places, places))


SPANS = (span(5, 10, 10), span(20, 6, 3, B))
"""Text 0 to 4, a picture 5 to 14, text 15 to 19, a picture 20 to 25 that takes three positions, text from 26 on."""


def test_the_numbers_of_a_picture_are_always_the_same_and_no_tokens_of_the_model():
    numbers = picture_tokens(A, 0, 4000, 151_936)
    assert numbers == picture_tokens(A, 0, 4000, 151_936)
    assert numbers[:10] == picture_tokens(A, 0, 10, 151_936)
    assert min(numbers) >= 151_936
    assert max(numbers) < 2**31
    assert np.asarray(numbers, dtype=np.int32).tolist() == numbers


@pytest.mark.parametrize("other", [(B, 0), (A, 1)])
def test_other_pictures_and_other_tiles_have_other_numbers(other):
    ours, theirs = (np.asarray(picture_tokens(*what, 1000, 1000)) for what in ((A, 0), other))
    assert shared_prefix(ours, theirs) == 0
    assert (ours == theirs).mean() < 0.01


@pytest.mark.parametrize(
    ("count", "kept"),
    [(0, 0), (4, 4), (5, 5), (6, 5), (14, 5), (15, 15), (19, 19), (20, 20), (21, 20), (25, 20), (26, 26), (90, 90)],
)
def test_a_prefix_ends_before_or_after_a_picture(count, kept):
    assert whole(SPANS, count) == kept


def test_without_pictures_a_prefix_ends_anywhere():
    assert [whole((), count) for count in range(5)] == list(range(5))


@pytest.mark.parametrize(("count", "position"), [(0, 0), (5, 5), (15, 15), (20, 20), (26, 23), (30, 27)])
def test_positions_after_a_picture_with_several_axes(count, position):
    assert position_of(SPANS, count) == position


@pytest.mark.parametrize(("token", "at"), [(4, None), (5, 0), (14, 0), (15, None), (20, 1), (25, 1), (26, None)])
def test_what_a_token_belongs_to(token, at):
    assert span_at(SPANS, token) is (None if at is None else SPANS[at])


@pytest.mark.parametrize(("token", "end"), [(0, 5), (4, 5), (5, 5), (15, 20), (19, 20), (26, 40)])
def test_text_ends_where_a_picture_begins(token, end):
    assert text_until(SPANS, token, 40) == end


def test_positions_move_with_the_first_one_where_they_are_counted_from_it():
    # The last axis says which picture it is, and stays.
    patch = Patch(0, [1, 2], 2, np.array([[0, 0], [0, 1], [1, 0], [7, 7]]), np.array([[1, 1], [1, 1], [1, 1], [0, 0]]))
    assert patch.at(30).tolist() == [[30, 30], [30, 31], [31, 30], [7, 7]]
