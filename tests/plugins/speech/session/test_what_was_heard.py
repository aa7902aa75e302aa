"""Which part of an answer was heard, from seconds of the loudspeaker."""

from types import SimpleNamespace

import pytest

from myna_speech.session.playback import Script, cut


def script(*clauses):
    """Clauses as (text, spoken, seconds); None for seconds: none of it was made yet."""
    made = Script()
    for text, spoken, seconds in clauses:
        part = made.begin(SimpleNamespace(text=text, spoken=spoken, language="en"))
        if seconds is not None:
            part.seconds, part.complete = seconds, True
    return made


PLAIN = (("Hello there. ", "Hello there.", 1.0), ("How are you?", "How are you?", 1.0))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, ""),
        (0.2, ""),
        (0.5, "Hello"),
        (0.95, "Hello there."),
        (1.0, "Hello there."),
        (1.3, "Hello there. How"),
        (1.999, "Hello there. How are you?"),
        (2.0, "Hello there. How are you?"),
        (5.0, "Hello there. How are you?"),
    ],
)
def test_whole_words_that_were_heard(seconds, text):
    assert script(*PLAIN).heard(seconds) == text


def test_code_counts_when_something_after_it_was_heard():
    made = script(("Run ", "Run", 1.0), ("`ls -l`", "", 0.0), (" to see it.", "to see it.", 1.0))
    assert made.heard(0.99) == "Run"
    assert made.heard(1.5) == "Run `ls -l` to"
    assert made.heard(2.0) == "Run `ls -l` to see it."


def test_code_at_the_end_counts_when_all_was_heard():
    made = script(("Run this:", "Run this:", 1.0), ("\n```\nls\n```", "", 0.0))
    assert made.heard(0.5) == "Run"
    assert made.heard(1.0) == "Run this:\n```\nls\n```"


def test_a_clause_that_is_still_being_made_is_guessed():
    made = script(("One two three four five six.", "One two three four five six.", None))
    # About 1.8 s for 28 letters.
    assert made.heard(0.9) == "One two three"
    assert made.heard(0.0) == ""


@pytest.mark.parametrize(
    ("text", "share", "kept"),
    [
        ("one two", 0.99, "one"),
        ("one two", 1.0, "one two"),
        ("one", 0.99, ""),
        ("", 0.5, ""),
        ("今天天气很好。", 0.5, "今天天"),
        ("今天天气很好。", 0.9, "今天天气很"),
        ("他说 hello 了", 0.6, "他说"),
    ],
)
def test_a_cut_is_at_the_end_of_a_word(text, share, kept):
    assert cut(text, share) == kept
