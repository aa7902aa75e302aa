"""Events out of bytes, in whatever pieces they come."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_remote.worker.sse import Events, TooMuch

STREAM = b": hello\r\n\r\ndata: one\r\n\r\nevent: x\nid: 4\ndata:two\ndata:  three\n\n\n\ndata\n\ndata: cut"


def read(*chunks: bytes) -> list[bytes]:
    events = Events()
    return [event for chunk in chunks for event in events.feed(chunk)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_pieces_make_no_difference(cuts):
    at = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in itertools.pairwise(at))) == [b"one", b"two\n three", b""]


@pytest.mark.parametrize("chunk", [b"x" * 11, b"data: x\n" * 12, b"\n" * 101])
def test_limits(chunk):
    events = Events(line=10, answer=100)
    with pytest.raises(TooMuch):
        list(events.feed(chunk))
