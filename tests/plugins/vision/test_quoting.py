"""What screens make of a description, brought back to the facts."""

from __future__ import annotations

import pytest

from myna.cli.language import Language
from myna.engine.sight import Code, Colour, Measures, PictureClass, PictureFacts
from myna_vision.answers.describe import description
from myna_vision.answers.language import answer_language
from myna_vision.answers.quoting import facts_left, quoted
from printed import page

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
FACTS = PictureFacts(
    measures=Measures(30, 20, "PNG"),
    colours=(Colour("red", 0.9, (255, 0, 0)),),
    classes=(PictureClass("cassette", 0.8),),
    codes=(Code("QR Code", "https://example.org/a", CORNERS), Code("EAN-13", "4006381333931", CORNERS)),
    lines=page([("Total", "12.50"), ("Card", "4111 1111"), ("Thank you", "")]).lines,
)


@pytest.fixture(params=[False, True], ids=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Language:
    return answer_language(chinese=request.param)


def left(old: str, new: str, language: Language) -> PictureFacts:
    text = quoted(FACTS, language)
    assert old in text
    return facts_left(FACTS, text.replace(old, new), language)


def test_what_nobody_changed_stays(language: Language) -> None:
    assert facts_left(FACTS, quoted(FACTS, language), language) == FACTS


def test_a_masked_line_keeps_its_place(language: Language) -> None:
    facts = left("4111 1111", "****", language)
    assert facts.lines is not None
    assert [line.text for line in facts.lines] == ["Total", "12.50", "Card", "****", "Thank you"]
    assert facts.lines[3].corners == (FACTS.lines or ())[3].corners
    assert (facts.measures, facts.colours, facts.codes) == (FACTS.measures, FACTS.colours, FACTS.codes)


def test_a_masked_code_keeps_its_kind(language: Language) -> None:
    facts = left("https://example.org/a", "(link)", language)
    assert [(code.kind, code.text) for code in facts.codes or ()] == [
        ("QR Code", "(link)"),
        ("EAN-13", "4006381333931"),
    ]


def test_a_row_that_was_taken_out_is_gone(language: Language) -> None:
    facts = left("> Card    4111 1111\n", "", language)
    assert [line.text for line in facts.lines or ()] == ["Total", "12.50", "Thank you"]


def test_in_the_place_of_everything_stands_what_the_screen_said(language: Language) -> None:
    facts = facts_left(FACTS, "(nothing to see)", language)
    assert description(facts, language).splitlines()[1:] == ["(nothing to see)"]
    assert (facts.measures, facts.colours, facts.classes, facts.codes) == (None, None, None, None)
    assert facts_left(FACTS, "", language) == PictureFacts()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7])
def test_nothing_is_told_that_the_screen_did_not_leave(size: int, language: Language) -> None:
    """Rows are taken out, masked and put together in many ways; every row of the rest must be in what was screened."""
    rows = quoted(FACTS, language).strip().splitlines()
    for start in range(len(rows)):
        for now in ([], ["***"], ["> a", "> b"]):
            screened = "\n".join([*rows[:start], *now, *rows[start + size :]])
            told = description(facts_left(FACTS, screened, language), language).splitlines()
            heads = {language.text("Text in it:"), language.text("No text was found in it.")}
            seen = {row.removeprefix("> ") for row in screened.splitlines()}
            for row in told:
                bare = (
                    row.removeprefix("QR Code: ")
                    .removeprefix("EAN-13: ")
                    .removeprefix("QR Code：")
                    .removeprefix("EAN-13：")
                )
                assert row in seen | heads or bare in seen, (row, screened)


def test_a_code_of_several_rows_is_told_whole_or_not_at_all() -> None:
    english = answer_language(chinese=False)
    facts = PictureFacts(codes=(Code("QR Code", "NAME:Ann\n\nTEL:555-0100\u2028END", CORNERS),))
    text = quoted(facts, english)
    assert facts_left(facts, text, english) == facts
    [code] = facts_left(facts, text.replace("555-0100", "***"), english).codes or ()
    assert code.text == "NAME:Ann\nTEL:***\nEND"
    assert facts_left(facts, text.replace("> TEL:555-0100\n", ""), english).codes is None
