"""What was understood means: a nod, a stop, a question, or nothing for Myna."""

import pytest

from myna.config import SpeechSettings
from myna_speech.session.attention import Attention, after_phrase
from myna_speech.session.barge_in import is_stop, judge
from myna_speech.session.words import words_of

STOP_WORDS = SpeechSettings().stop_words
PHRASES = SpeechSettings().wake_phrases


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("...!", ()),
        ("Don't STOP, please.", ("dont", "stop", "please")),
        ("那么3个？", ("那", "么", "3", "个")),
        ("mm-hmm", ("mm", "hmm")),
        ("ＡＢＣ", ("abc",)),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    "text", ["Stop", "stop!", "Please stop.", "Okay, stop it.", "Stop stop stop", "停", "停下吧", "好了，别说了。"]
)
def test_a_stop(text):
    assert is_stop(text, STOP_WORDS)


@pytest.mark.parametrize(
    "text", ["", "Please", "Where is the bus stop?", "Stop words are what?", "Don't stop", "停车场在哪里？"]
)
def test_no_stop(text):
    assert not is_stop(text, STOP_WORDS)


@pytest.mark.parametrize(
    ("text", "voiced_s", "over", "verdict"),
    [
        ("", 0.2, False, "wait"),
        ("", 0.2, True, "resume"),
        ("", 1.9, False, "wait"),
        ("", 2.1, False, "resume"),
        ("Uh-huh.", 0.4, True, "resume"),
        ("Yeah, yeah, okay.", 1.5, True, "resume"),
        ("MMMM.", 0.7, True, "resume"),
        ("Ahh, ooh!", 0.9, False, "wait"),
        ("Yeah, I", 0.9, False, "wait"),
        ("Yeah, I see.", 1.0, True, "resume"),
        ("Yeah, I think so", 1.0, False, "cancel"),
        ("Yes, and Italy?", 0.9, False, "cancel"),
        ("What", 0.3, False, "wait"),
        ("What", 0.3, True, "resume"),
        ("What about", 0.6, False, "cancel"),
        ("Stop", 0.25, False, "cancel"),
        ("停", 0.2, True, "cancel"),
        ("嗯，好的。", 0.6, True, "resume"),
        ("那意大利呢", 0.8, False, "cancel"),
    ],
)
def test_what_speech_during_an_answer_does(text, voiced_s, over, verdict):
    assert judge(text, voiced_s=voiced_s, over=over, stop_words=STOP_WORDS) == verdict


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Myna, what time is it?", "What time is it?"),
        ("hey, myna", ""),
        ("Hey Minor. What is this?", "What is this?"),
        ("Hello, Maina: tell me more.", "Tell me more."),
        ("So, hey Myna what is this?", "What is this?"),
        ("你好八哥今天星期几？", "今天星期几？"),
        ("你好，巴哥。", ""),
        ("What is the capital of France?", None),
        ("I said to my neighbour: hey, what now?", None),
        ("Hey, what time is it?", None),
        ("I'm in a hurry.", None),
        ("Heymyna what is this?", "What is this?"),
        ("你好吗？", None),
        ("", None),
    ],
)
def test_the_wake_phrase(text, rest):
    assert after_phrase(text, PHRASES) == rest


def test_attention_ends_some_seconds_after_an_answer():
    attention = Attention("wake", PHRASES, 8.0)
    assert not attention.attends(0)
    attention.stay(16_000)
    assert attention.attends(16_000 * 9)
    assert not attention.attends(16_000 * 9 + 1)
    assert attention.question("And this?", attended=True) == "And this?"
    assert attention.question("Hey Myna, and this?", attended=True) == "And this?"
    assert attention.question("And this?", attended=False) is None


@pytest.mark.parametrize("mode", ["open", "push-to-talk"])
def test_without_a_wake_phrase_all_counts(mode):
    attention = Attention(mode, PHRASES, 8.0)
    assert attention.attends(10**9)
    assert attention.question("Hey Myna", attended=True) == "Hey Myna"
