"""The test bed of `myna bench guard`: evasions are caught, harmless sentences pass."""

from __future__ import annotations

from myna_guard.benchmarks.evasions import evasions
from myna_guard.benchmarks.guard import finds, screen
from myna_guard.benchmarks.harmless import HARD, harmless
from myna_guard.benchmarks.keywords import keywords


def test_evasions_are_caught():
    ready, written = screen(), list(evasions())
    assert len(written) >= 300
    missed = [(text, word, trick) for text, word, trick in written if word not in finds(ready, text)]
    assert len(missed) <= 0.02 * len(written), missed


def test_harmless_sentences_pass():
    ready, sentences = screen(), list(harmless())
    assert len(set(sentences)) == 1000
    flagged = [sentence for sentence in sentences if finds(ready, sentence)]
    assert len(flagged) <= 0.005 * len(sentences), flagged
    # Those that are known: Chinese has no borders of words, so that two words can hide a third.
    assert set(flagged) <= {"他很傻，逼真的画也看不出来。", "偷偷渡过了难关。"}
    assert set(flagged) <= set(HARD)


def test_ten_thousand_keywords_are_always_the_same():
    words = keywords()
    assert len(set(words)) == 10_000
    assert words == keywords()
