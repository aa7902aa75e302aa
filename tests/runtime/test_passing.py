"""Log-probabilities beside a reviewed answer tell nothing that the answer does not."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from myna.events import TokenLogprob
from myna.passing import PassedTokens

TOKENS = st.lists(st.text("ab\ufffd字", max_size=3), max_size=12)


def logprob(text: str) -> TokenLogprob:
    return TokenLogprob(1, text, -0.5, ((2, "secret", -0.1),))


@settings(max_examples=500, deadline=None)
@given(tokens=TOKENS, changes=st.dictionaries(st.integers(0, 30), st.text("ab*", max_size=2)), data=st.data())
def test_what_is_told_is_the_beginning_of_what_is_out(tokens, changes, data):
    """However a filter holds back, masks and cuts."""
    written = "".join(tokens)
    shown = "".join(changes.get(at, character) for at, character in enumerate(written))
    passed, out, told = PassedTokens(), 0, ""
    for token in tokens:
        passed.given([logprob(token)])
        more = data.draw(st.integers(0, len(shown) - out))
        for one in passed.released(shown[out : out + more]):
            told += one.text
            assert one.top == ()
        out += more
        assert shown[:out].startswith(told)
    told += "".join(one.text for one in passed.released(shown[out:]))
    assert shown.startswith(told)
    if shown == written:
        assert told == written


def test_nothing_is_told_behind_a_mask():
    passed = PassedTokens()
    passed.given([logprob("You "), logprob("bas"), logprob("tard")])
    assert [one.text for one in passed.released("You ")] == ["You "]
    assert passed.released("***") == []
    passed.given([logprob("bas")])
    assert list(itertools.chain(passed.released("bas"), passed.released("bas"))) == []
