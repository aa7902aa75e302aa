"""What facts answer, in the language of the question, and what they do not."""

from __future__ import annotations

import pytest

from myna.cli.language import Language
from myna.engine.sight import Code, Colour, Measures, PictureClass, PictureFacts
from myna_vision.answers.describe import description
from myna_vision.answers.direct import direct_answer
from myna_vision.answers.language import answer_language
from myna_vision.answers.questions import understand
from printed import line, page

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
FACTS = PictureFacts(
    measures=Measures(800, 600, "PNG", brightness=0.9, contrast=0.3, sharpness=900),
    colours=(Colour("red", 0.6, (250, 0, 0)), Colour("white", 0.4, (255, 255, 255))),
    codes=(Code("QR Code", "https://example.org/1", CORNERS),),
    lines=(line("OPEN", 0, 0), line("9 to 5", 80, 0), line("except Sunday", 0, 30)),
    classes=(PictureClass("street sign", 0.8),),
)
EMPTY = PictureFacts(measures=FACTS.measures, colours=(), codes=(), lines=())


def answer(question: str, facts: PictureFacts = FACTS) -> str | None:
    understood = understand(question)
    return direct_answer(understood, facts, answer_language(chinese=understood.chinese))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What does it say?", "OPEN    9 to 5\nexcept Sunday"),
        ("Read the text.", "OPEN    9 to 5\nexcept Sunday"),
        ("What's written on the sign?", "OPEN    9 to 5\nexcept Sunday"),
        ("写了什么？", "OPEN    9 to 5\nexcept Sunday"),
        ("图片里有哪些字", "OPEN    9 to 5\nexcept Sunday"),
        ("How many lines of text are there?", "2 lines of text."),
        ("有几行字？", "2 行文字。"),
        ("how many words are in it?", "6 words."),
        ("Does it say 'Sunday'?", "Yes: except Sunday"),
        ('Does the sign say "closed"?', "No, that was not found in it."),
        ("有没有“OPEN”这个词？", "有：OPEN"),
        ("What colour is it?", "Colours: red (60 %), white (40 %)."),
        ("What are the dominant colors of the picture?", "Colours: red (60 %), white (40 %)."),
        ("主要是什么颜色？", "颜色：红色 (60 %)、白色 (40 %)。"),
        ("How large is the picture?", "800 x 600 pixels."),
        ("what is the resolution", "800 x 600 pixels."),
        ("图片多大？", "800 x 600 像素。"),
        ("Is it portrait or landscape?", "A PNG picture of 800 x 600 pixels, wider than high."),
        ("横图还是竖图？", "PNG 图片，800 x 600 像素，横向。"),
        ("What file format is it?", "A PNG file."),
        ("Is there a QR code in it?", "QR Code: https://example.org/1"),
        ("二维码里是什么？", "QR Code：https://example.org/1"),
        ("Is the picture sharp?", "It is sharp."),
        ("清晰吗？", "画面清晰。"),
        ("Is it too dark?", "It is bright."),
        ("亮不亮？", "画面明亮。"),
        ("How is the contrast?", "It is rich in contrast."),
        ("Is it animated?", "It is not animated."),
        ("Is it transparent?", "Nothing in it is transparent."),
        ("Is it rotated?", "The file does not say that it should be turned. The text in it is upright."),
    ],
)
def test_what_facts_answer(question: str, said: str) -> None:
    assert answer(question) == said


def test_the_colour_of_one_thing_is_not_the_colour_of_the_picture() -> None:
    said = answer("What colour is the car?")
    assert said is not None
    assert said.startswith("I cannot tell the things in it apart.")
    assert "red (60 %)" in said
    assert "分不清" in str(answer("汽车是什么颜色的？"))


@pytest.mark.parametrize(
    "question",
    ["How large is the dog?", "How tall is the man?", "Is the dog dark?", "Is there a cat?", "Who painted this?",
     "狗有多大？", "图里有猫吗？", "这个人多高？"],
)  # fmt: skip
def test_questions_about_things_are_not_answered_from_measures(question: str) -> None:
    assert answer(question) is None


def test_what_is_not_there_is_said() -> None:
    assert answer("What does it say?", EMPTY) == "No text was found in it."
    assert answer("Is there a bar code?", EMPTY) == "No bar code or QR code was found in it."
    assert answer("有二维码吗？", EMPTY) == "没有在图中找到条形码或二维码。"


def test_what_was_not_looked_for_is_not_denied() -> None:
    nothing = PictureFacts()
    for question in ("What does it say?", "Is there a QR code?", "What colour is it?", "How large is it?"):
        assert answer(question, nothing) is None


@pytest.mark.parametrize(("turn", "said"), [(90, "90 degrees clockwise"), (-30, "30 degrees counter"), (180, "upside")])
def test_how_text_is_turned(turn: float, said: str) -> None:
    facts = PictureFacts(measures=FACTS.measures, lines=page([("some text here", "")], turn=turn).lines)
    assert said in str(answer("Is it upside down?", facts))


def test_the_turn_that_the_file_asks_for_is_told() -> None:
    measures = Measures(600, 800, "JPEG", turned=90)
    assert answer("Is it rotated?", PictureFacts(measures=measures)) == "The file says to turn it by 90 degrees."


def test_a_description_has_all_facts() -> None:
    said = description(FACTS, Language("en"))
    assert said.splitlines() == [
        "A PNG picture of 800 x 600 pixels, wider than high.",
        "It is bright, rich in contrast and sharp.",
        "Colours: red (60 %), white (40 %).",
        "It may show: street sign (80 %).",
        "QR Code: https://example.org/1",
        "Text in it:",
        "OPEN    9 to 5",
        "except Sunday",
    ]
    assert answer("Describe this picture.") == said
    assert answer("What is this?") == said


def test_a_description_in_chinese() -> None:
    said = str(answer("描述这张图片"))
    assert said.startswith(
        "PNG 图片，800 x 600 像素，横向。\n画面明亮，对比度高，清晰。\n颜色：红色 (60 %)、白色 (40 %)。"
    )
    assert "图中文字：" in said


def test_a_description_without_facts_is_empty() -> None:
    assert description(PictureFacts(), Language("en")) == ""


def test_a_grey_wall_is_neither_sharp_nor_blurred() -> None:
    flat = PictureFacts(measures=Measures(10, 10, "PNG", brightness=0.5))
    assert answer("Is it blurred?", flat) == "It is without detail."
