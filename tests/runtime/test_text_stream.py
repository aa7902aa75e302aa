"""From token bytes to text: whole characters, and no part of a stop string."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.text.stream import TextStream

FAMILY = "👨‍👩‍👧‍👦"
"""Four people joined by U+200D: 25 bytes, shown as one."""

ANY_TEXT = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("ab.你好。\u200d👩👧🏽")), max_size=40
)
FEW_LETTERS = st.text(alphabet="ab你", max_size=16)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


def run(stream: TextStream, pieces: list[bytes]) -> list[str]:
    return [*(stream.feed(piece) for piece in pieces), stream.feed(b"", final=True)]


@given(ANY_TEXT, st.lists(st.integers(0, 1000), max_size=30))
def test_any_text_in_any_pieces_arrives_as_it_was(text, cuts):
    pieces = run(TextStream(), split(text.encode(), cuts))
    assert "".join(pieces) == text


@given(ANY_TEXT, st.lists(st.integers(0, 1000), max_size=30), st.lists(ANY_TEXT, max_size=4))
def test_with_stops_the_text_ends_before_the_first_that_is_complete(text, cuts, stops):
    check_stops(text, cuts, stops)


@given(FEW_LETTERS, st.lists(st.integers(0, 1000), max_size=30), st.lists(FEW_LETTERS, max_size=4))
def test_with_stops_that_overlap(text, cuts, stops):
    check_stops(text, cuts, stops)


def check_stops(text: str, cuts: list[int], stops: list[str]) -> None:
    stream = TextStream(stops)
    shown = ""
    found = [(text.index(stop) + len(stop), text.index(stop), stop) for stop in stops if stop and stop in text]
    _, end, stopped_by = min(found, default=(0, len(text), ""))
    for piece in split(text.encode(), cuts):
        shown += stream.feed(piece)
        # At no time was anything shown that the whole text would not show.
        assert text[:end].startswith(shown)
    shown += stream.feed(b"", final=True)
    assert shown == text[:end]
    assert stream.stopped_by == stopped_by


@given(st.binary(max_size=60), st.lists(st.integers(0, 1000), max_size=30))
def test_any_bytes_become_what_python_makes_of_them(data, cuts):
    assert "".join(run(TextStream(), split(data, cuts))) == data.decode("utf-8", "replace")


@given(st.binary(max_size=60), st.lists(st.integers(0, 1000), max_size=30))
def test_stops_are_looked_for_in_the_replaced_text(data, cuts):
    whole = data.decode("utf-8", "replace")
    shown = "".join(run(TextStream(["\ufffd\ufffd"]), split(data, cuts)))
    assert shown == whole.split("\ufffd\ufffd", 1)[0]


@pytest.mark.parametrize(
    "text", ["你好，世界", FAMILY, "🏴\U000e0067\U000e0062\U000e007f", "e\u0301", "नमस्ते", "𠮷野家"]
)
def test_characters_never_arrive_in_halves(text):
    stream = TextStream()
    shown = [stream.feed(bytes([byte])) for byte in text.encode()]
    assert [piece for piece in shown if piece] == list(text)
    assert stream.feed(b"", final=True) == ""


@pytest.mark.parametrize(
    ("pieces", "stops", "shown", "stopped_by"),
    [
        (["Hello", " Us", "er", ": hi"], ["User:"], "Hello ", "User:"),
        (["一二", "三", "四五"], ["三四"], "一二", "三四"),
        (["aab"], ["ab", "aab"], "", "aab"),
        (["xab", "c"], ["abc", "b"], "xa", "b"),
        (["aaa", "ab"], ["aab"], "aa", "aab"),
        (["stop"], ["stop"], "", "stop"),
        (["st", "art"], ["stop"], "start", ""),
        (["st"], ["stop"], "st", ""),
        (["ab"], ["", "b"], "a", "b"),
        (["abc"], ["abcd", "bc"], "a", "bc"),
    ],
)
def test_stop_strings(pieces, stops, shown, stopped_by):
    stream = TextStream(stops)
    assert "".join(run(stream, [piece.encode() for piece in pieces])) == shown
    assert stream.stopped_by == stopped_by


@pytest.mark.parametrize("pieces", [["abcd"], ["a", "b", "c", "d"], ["ab", "cd"]])
def test_token_borders_make_no_difference(pieces):
    stream = TextStream(["abcd", "bc"])
    assert "".join(run(stream, [piece.encode() for piece in pieces])) == "a"
    assert stream.stopped_by == "bc"


def test_only_what_may_be_a_stop_is_held_back():
    stream = TextStream(["\nUser:"])
    assert stream.feed(b"Hello") == "Hello"
    assert stream.feed(b".\nU") == "."
    assert stream.feed(b"ncle") == "\nUncle"


def test_nothing_comes_after_a_stop():
    stream = TextStream(["b"])
    assert stream.feed(b"abc") == "a"
    assert stream.feed(b"more") == ""
    assert stream.feed(b"", final=True) == ""


def test_half_a_character_is_shown_only_where_the_model_meant_it():
    for cut, end in ((True, ""), (False, "\ufffd")):
        stream = TextStream()
        assert stream.feed("好热".encode()[:-1]) == "好"
        assert stream.feed(b"", final=True, cut=cut) == end
