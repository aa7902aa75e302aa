"""Long lines are cut where there is nothing, and joined as they were."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from myna_vision.text.long_lines import LONGEST, Piece, joined, pieces


def a_line(width: int, *, letter: int = 14, gap: int = 3, word: int = 6, space: int = 12) -> np.ndarray:
    """Stripes for letters, `word` of them to a word, with wider spaces between words."""
    line = np.ones((3, 48, width), np.float32)
    x = 5
    count = 0
    while x + letter <= width:
        line[:, 10:38, x : x + letter] = -1
        count += 1
        x += letter + (space if count % word == 0 else gap)
    return line


def test_a_short_line_is_left_whole():
    assert pieces(a_line(LONGEST)) == [Piece(0, LONGEST, spaced=False)]


@pytest.mark.parametrize("width", [LONGEST + 1, 1500, 2 * LONGEST, 6000])
def test_pieces_cover_the_line_and_none_is_too_long_or_a_mere_rest(width):
    found = pieces(a_line(width))
    assert found[0].begin == 0
    assert found[-1].end == width
    assert all(one.end == other.begin for one, other in itertools.pairwise(found))
    assert all(LONGEST / 4 < one.end - one.begin <= LONGEST for one in found)


def test_cuts_are_in_the_middle_of_spaces_between_words():
    line = a_line(4000)
    for piece in pieces(line)[1:]:
        assert piece.spaced
        assert line[:, :, piece.begin - 5 : piece.begin + 5].min() == 1


def test_without_spaces_cuts_are_between_letters():
    line = a_line(4000, space=3)
    for piece in pieces(line)[1:]:
        assert not piece.spaced
        assert line[:, :, piece.begin].min() == 1


def test_where_there_is_no_gap_the_line_is_cut_all_the_same():
    noise = np.random.default_rng(4).uniform(-1, 1, (3, 48, 5000)).astype(np.float32)
    found = pieces(noise)
    assert found[-1].end == 5000
    assert not any(piece.spaced for piece in found)


@pytest.mark.parametrize(
    ("texts", "spaced", "wanted"),
    [
        (["one", "two"], True, "one two"),
        (["wo", "rd"], False, "word"),
        (["我们去", "公园。"], True, "我们去公园。"),
        (["合计，", "EUR"], True, "合计，EUR"),
        (["one ", " two"], True, "one two"),
        (["", "two"], True, "two"),
        (["one", ""], True, "one"),
    ],
)
def test_joining(texts, spaced, wanted):
    assert joined(texts, [Piece(0, 10, spaced=False), Piece(10, 20, spaced=spaced)]) == wanted
