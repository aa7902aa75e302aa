"""What a screen reader is told of a streamed answer."""

from __future__ import annotations

from myna_ui.conversation.sentences import LONGEST, Sentences


def said(*pieces: str) -> list[str]:
    sentences = Sentences()
    found = [sentence for piece in pieces for sentence in sentences.feed(piece)]
    return [*found, *filter(None, [sentences.finish()])]


def test_sentences_are_said_whole() -> None:
    assert said("Par", "is is", " it. It", " is large", "!") == ["Paris is it.", "It is large!"]


def test_a_point_inside_of_a_number_ends_nothing() -> None:
    assert said("It is 3", ".", "5 metres. Really") == ["It is 3.5 metres.", "Really"]


def test_chinese_sentences_have_no_spaces_between_them() -> None:
    assert said("潮汐由月亮", "引起。太阳", "也有影响！") == ["潮汐由月亮引起。", "太阳也有影响！"]


def test_a_text_without_an_end_is_said_all_the_same() -> None:
    assert len(said("a" * (LONGEST + 1), "b")) == 2
