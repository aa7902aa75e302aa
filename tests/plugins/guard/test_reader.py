"""Reading long texts: what is kept of them stays short, and exceptions cover what they cover."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna_guard.judging import PIECE, by_rules
from myna_guard.masking import Masking
from myna_guard.matching.expressions import WINDOW
from myna_guard.policies.compiled import CompiledPolicy
from myna_guard.policies.layers import Folders, layered
from myna_guard.reader import EVERYBODY, Exceptions, Hit, Reader

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12), st.sampled_from([EVERYBODY, 1, 2])), max_size=20
).map(lambda spans: sorted((start, start + length, owner) for start, length, owner in spans))


@settings(max_examples=300, deadline=None)
@given(spans=SPANS, start=st.integers(0, 40), length=st.integers(1, 8), forgotten=st.integers(0, 40))
def test_an_exception_covers_what_lies_in_it(spans, start, length, forgotten):
    exceptions = Exceptions()
    for span in spans:
        exceptions.add([span])
    exceptions.forget(min(start, forgotten))
    hit = Hit(1, start, start + length)
    covered = any(a <= hit.start and hit.end <= b and owner in {EVERYBODY, 1} for a, b, owner in spans)
    assert exceptions.cover(hit) == covered


@settings(max_examples=300, deadline=None)
@given(
    text=st.text("abc\u0301", min_size=1, max_size=40),
    spans=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 6)), max_size=10),
    cuts=st.lists(st.integers(0, 40), max_size=5),
)
def test_masks_come_out_the_same_in_pieces(text, spans, cuts):
    spans = sorted((start, min(start + length, len(text))) for start, length in spans if start < len(text))
    whole, pieces = Masking(), Masking()
    whole.add(text)
    pieces.add(text)
    for start, end in spans:
        whole.mask(start, end, "*")
        pieces.mask(start, end, "*")
    shown = "".join(pieces.release(min(cut, len(text))) for cut in [*sorted(cuts), len(text)])
    assert shown == whole.release(len(text))


@pytest.fixture(scope="module")
def workplace():
    return CompiledPolicy(layered(["workplace"], Folders([])))


@pytest.mark.parametrize(
    "phrase", ["ann@example.org ", "bastard ", "you b.a.s.t.a.r.d ", "自杀式 ", "4111 1111 1111 1111, "]
)
def test_where_a_text_is_cut_for_reading_makes_no_difference(workplace, phrase):
    few = by_rules(workplace, phrase * 3, "answer")
    count = 3 * PIECE // len(phrase)
    many = by_rules(workplace, phrase * count, "answer")
    assert len(many.found) * 3 == len(few.found) * count
    assert many.text == few.text[: len(few.text) // 3] * count


@pytest.mark.parametrize("size", [1, 13, 400, 5000])
def test_what_is_kept_of_a_long_text_is_short(workplace, size):
    """Lists of millions of what rules look for must not be gone through again for each of them."""
    reader = Reader(workplace.screen("answer"))
    for phrase in ("ann@example.org ", "自杀式", "bastard ", "a@"):
        text = phrase * (20_000 // len(phrase))
        for at in range(0, len(text), size):
            reader.feed(text[at : at + size])
            assert len(reader._expressions._view) <= 2 * WINDOW + 64 + size
            assert sum(map(len, reader._excepted._starts.values())) <= size + 64
            assert len(reader._undecided) + len(reader._waiting) <= 64


def test_an_expression_is_searched_once_for_what_it_finds(workplace, monkeypatch):
    searches = 0

    class Counting:
        def __init__(self, pattern):
            self._pattern = pattern

        def search(self, *arguments, **options):
            nonlocal searches
            searches += 1
            return self._pattern.search(*arguments, **options)

    screen = workplace.screen("answer")
    counted = [
        msgspec.structs.replace(one, pattern=Counting(one.pattern), open_end=Counting(one.open_end))
        for one in screen.expressions
    ]
    monkeypatch.setitem(workplace._screens, "answer", msgspec.structs.replace(screen, expressions=tuple(counted)))
    mails = 500
    found = by_rules(workplace, "ann@example.org " * mails, "answer").found
    assert len(found) == mails
    pieces = mails * 16 // PIECE + 2
    assert searches <= mails + 4 * pieces * len(counted)
