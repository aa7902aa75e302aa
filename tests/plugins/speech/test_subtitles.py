from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from myna.engine.speech import Segment, SpokenWord
from myna_speech.recognition.subtitles import VTT_HEAD, srt_cue, vtt_cue


def test_a_subrip_cue() -> None:
    assert (
        srt_cue(7, Segment("Hello\n\nthere.", 3661.0, 3662.5)) == "7\n01:01:01,000 --> 01:01:02,500\nHello there.\n\n"
    )


def test_subrip_has_no_arrow_in_a_text() -> None:
    assert srt_cue(1, Segment("a --> b", 0, 1)).count("-->") == 1


def test_a_webvtt_cue_is_escaped() -> None:
    assert vtt_cue(Segment("a < b & c --> d", 0.0, 1.5)) == (
        "00:00:00.000 --> 00:00:01.500\na &lt; b &amp; c --&gt; d\n\n"
    )
    assert VTT_HEAD == "WEBVTT\n\n"


def test_words_have_their_times_inside_the_cue() -> None:
    words = (
        SpokenWord("Yes,", 1.0, 1.4, 0.9),
        SpokenWord("please.", 1.4, 2.0, 0.9),
    )
    assert vtt_cue(Segment("Yes, please.", 1.0, 2.0, words)) == (
        "00:00:01.000 --> 00:00:02.000\nYes, <00:00:01.400>please.\n\n"
    )


def test_times_that_do_not_increase_are_left_out() -> None:
    words = tuple(SpokenWord(text, 1.5, 1.5, 0.9) for text in ("a", "b", "c"))
    assert vtt_cue(Segment("a b c", 1.0, 2.0, words)).count("<") == 1


def test_chinese_words_stand_without_spaces() -> None:
    words = (SpokenWord("今", 0.0, 0.2, 0.9), SpokenWord("天", 0.2, 0.4, 0.9))
    assert "今<00:00:00.200>天\n" in vtt_cue(Segment("今天", 0.0, 1.0, words))


@given(st.floats(0, 400_000), st.floats(0, 400_000), st.text(max_size=40))
def test_every_cue_is_well_formed(start: float, end: float, text: str) -> None:
    cue = vtt_cue(Segment(text, start, end))
    lines = cue.split("\n")
    assert len(lines) == 4
    times = re.fullmatch(r"(\d\d+:[0-5]\d:[0-5]\d\.\d{3}) --> (\d\d+:[0-5]\d:[0-5]\d\.\d{3})", lines[0])
    assert times is not None
    assert milliseconds(times[1]) < milliseconds(times[2])
    assert "-->" not in lines[1]


def milliseconds(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + int(seconds.replace(".", ""))
