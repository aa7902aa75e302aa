"""Where an answer is cut while it is written, and what is said of each part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna_speech.voices.chunker import Clause, SpeechChunker
from myna_speech.voices.sizes import LONGEST, size

ANSWER = (
    'Well, I think so, and yes. Dr. Smith paid $3.50 for it, e.g. in the U.S. He said: "Really?" and left...\n\n'
    "## Why\n\n- one, two\n- three\n\n```python\nprint('a. b. c')\n```\nSee https://example.com/a?b=c. "
    "The [docs, here](http://x.y/z) and `code, x` end. 你好，世界！他说：“真的吗？”然后走了……The end."
)
PIECES = [
    "a",
    "B",
    " ",
    "\n",
    ".",
    ",",
    "!",
    "。",
    "，",
    "“",
    "”",
    '"',
    "`",
    "```",
    "*",
    "_",
    "|",
    "- ",
    "# ",
    "1. ",
    "[x](y)",
]
PIECES += [
    "3.5",
    "Dr.",
    "e.g.",
    "hello",
    "word ",
    "你好",
    "……",
    "...",
    "😀",
    "\U00020000",
    "e\u0301",
    "\t",
    "~~~",
    "\r\n",
    "—",
]
MARKED = st.lists(st.sampled_from(PIECES), max_size=120).map("".join)


def chunks(text: str, cuts: list[int] | None = None, language: str = "en") -> list[Clause]:
    chunker = SpeechChunker(language)
    found, start = [], 0
    for cut in sorted(cuts or []):
        found += chunker.feed(text[start:cut])
        start = max(start, cut)
    return [*found, *chunker.feed(text[start:]), *chunker.finish()]


def texts(text: str, language: str = "en") -> list[str]:
    return [clause.text for clause in chunks(text, language=language)]


def spoken(text: str, language: str = "en") -> list[str]:
    return [clause.spoken for clause in chunks(text, language=language)]


@given(MARKED | st.text(max_size=300), st.lists(st.integers(0, 400), max_size=12))
@settings(deadline=None, max_examples=300)
def test_clauses_give_back_the_text_and_do_not_depend_on_how_it_came(text: str, cuts: list[int]) -> None:
    whole = chunks(text)
    assert "".join(clause.text for clause in whole) == text
    assert chunks(text, cuts) == whole


@given(MARKED)
@settings(deadline=None, max_examples=60)
def test_one_character_at_a_time_is_cut_in_the_same_places(text: str) -> None:
    assert chunks(text, list(range(len(text)))) == chunks(text)


def test_an_answer_character_by_character() -> None:
    assert chunks(ANSWER, list(range(len(ANSWER)))) == chunks(ANSWER)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Well, I think so, and more is to come.", "Well, I think so,"),
        ("Yes. It is so.", "Yes."),
        ("Paris is the capital, and it is large.", "Paris is the capital,"),
        ("你好，世界真大，而且很美。", "你好，世界真大，"),
        ("好的。我来看看。", "好的。"),
        ("Dr. Smith came. He sat.", "Dr. Smith came."),
        ("It is 3.5 or 1,000 miles, or more.", "It is 3.5 or 1,000 miles,"),
        ("J. K. Rowling wrote it. It sold.", "J. K. Rowling wrote it."),
        ("We saw U.S. ships today. They left.", "We saw U.S. ships today."),
        ("Use cats, dogs, etc. They bark.", "Use cats, dogs,"),
        ('He asked "Really?" She nodded.', 'He asked "Really?"'),
        ('"Stop!" he cried out loud. She ran.', '"Stop!" he cried out loud.'),
        ("他说：“真的吗？”然后走了。", "他说：“真的吗？”"),
        ("See https://example.com/a,b?c=d. Next.", "See https://example.com/a,b?c=d."),
        ("1. First do this. 2. Then that.", "1. First do this."),
        ("Wait... there is more to say. Yes.", "Wait... there is more to say."),
        ("Call `a, b, c` or not. Then go.", "Call `a, b, c` or not."),
        ("The [page, with commas](http://x.y/z) is it. Go.", "The [page, with commas](http://x.y/z) is it."),
        ("A heading line\nMore of it.", "A heading line\n"),
        ("this goes on\nin small letters. Then ends.", "this goes on\n"),
    ],
)
def test_the_first_clause(text: str, first: str) -> None:
    assert texts(text)[0] == first


def test_a_clause_comes_as_soon_as_it_is_certain() -> None:
    chunker = SpeechChunker()
    assert chunker.feed("Paris is the capital of France.") == []
    # 3.5 could still follow; a blank and a letter decide.
    assert [clause.spoken for clause in chunker.feed(" It")] == ["Paris is the capital of France."]
    assert [clause.text for clause in chunker.finish()] == [" It"]


def test_chunks_grow_and_keep_whole_sentences() -> None:
    sentence = "Here is another sentence of some length. "
    sizes = [size(part) for part in texts("Right. " + sentence * 30)]
    assert sizes[0] <= 8
    assert sizes[1] < sizes[3] <= 240
    assert all(part.strip().endswith(".") for part in texts("Right. " + sentence * 30) if part.strip())


@pytest.mark.parametrize("unit", ["word ", "字", "x", "🙂", "word, ", "字，"])
def test_ten_thousand_characters_without_an_end_are_cut_at_words(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    parts = texts(text)
    assert "".join(parts) == text
    assert max(size(part) for part in parts) <= LONGEST[-1] + 3
    if unit.endswith(" "):
        assert all(part.strip().split()[0] in {"word", "word,"} for part in parts if part.strip())


def test_an_accent_stays_with_its_letter() -> None:
    assert not any(part.startswith("\u0301") for part in texts("e\u0301" * 500))


def test_code_is_passed_over_with_one_remark_for_each_block() -> None:
    text = "Do this now.\n\n```python\nx = 1. y = 2.\n\nprint(x)\n```\n\nThen that.\n~~~\nmore\n~~~\n"
    assert [part for part in spoken(text) if part] == ["Do this now.", "Code omitted.", "Then that.", "Code omitted."]
    assert [part for part in spoken("看这里。\n```\nx\n```\n好。", "zh") if part] == ["看这里。", "代码略。", "好。"]


def test_code_that_never_ends_is_bounded() -> None:
    parts = chunks("```\n" + "x = 1\n" * 2000 + "y" * 5000)
    assert max(len(part.text) for part in parts) <= 410
    assert [part.spoken for part in parts if part.spoken] == ["Code omitted."]


def test_tables_are_read_row_by_row() -> None:
    text = "| Name, first | Age |\n|---|---|\n| Ann, B. | 5 |\n| Bob | 7 |\n"
    assert " ".join(part for part in spoken(text) if part) == "Name, first, Age. Ann, B., five. Bob, seven."


def test_languages_go_to_voices_of_their_own() -> None:
    found = [
        (clause.spoken, clause.language) for clause in chunks("你好！The quick brown fox jumps. 再见。", language="zh")
    ]
    assert found == [("你好！", "zh"), ("The quick brown fox jumps.", "en"), ("再见。", "zh")]


def test_nothing_but_marks_is_not_said() -> None:
    assert [part for part in spoken("😀 ... --- ***\n\n") if part] == []


def test_it_can_be_used_again() -> None:
    chunker = SpeechChunker()
    first = [*chunker.feed("Open ```\ncode"), *chunker.finish()]
    again = [*chunker.feed("Open ```\ncode"), *chunker.finish()]
    assert first == again


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "The largest ocean on Earth is the Pacific Ocean, covering about a third of it.",
            "The largest ocean on Earth",
        ),
        (
            "It takes about seven to eight hours in the air to fly from London to New York.",
            "It takes about seven to eight hours",
        ),
        (
            "It takes about seven or eight hours to fly from London to New York.",
            "It takes about seven or eight hours",
        ),
        # What ends soon after is not cut, nor what may be more than words.
        (
            "The capital of the country was Paris then.",
            "The capital of the country was Paris then.",
        ),
        (
            "Seven years ago the number of these was 3.5 times as large as it is in this year.",
            "Seven years ago the number of these was 3.5 times as large as it is in this year.",
        ),
    ],
)
def test_a_long_first_clause_of_plain_words_is_heard_early(text, first):
    whole = SpeechChunker("en")
    clauses = [*whole.feed(text), *whole.finish()]
    assert clauses[0].text == first
    slowly = SpeechChunker("en")
    assert [clause for letter in text for clause in slowly.feed(letter)] + slowly.finish() == clauses
