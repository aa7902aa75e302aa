"""Text in pictures with the real models: pictures are drawn here, so that it is known what they say."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from myna.engine.sight import TextLine
from myna_vision.benchmarks.accuracy import accuracy, characters
from myna_vision.benchmarks.drawing import CHINESE, ENGLISH, FONTS, Pixels, columns, missing_fonts, page, table
from myna_vision.text.reader import TextReader

LEAST = 0.97
"""Characters read right, of all."""
BY_NAME = {font.name: font for font in FONTS}
SANS, SERIF, CJK = BY_NAME["DejaVu Sans"], BY_NAME["Liberation Serif"], BY_NAME["Noto Sans CJK"]
ROLES = {
    "detector": "PP-OCRv6_det_small.onnx",
    "model": "PP-OCRv6_rec_small.onnx",
    "direction": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}


@pytest.fixture(scope="module")
def reader(shared_models: Path) -> TextReader:
    if missing := missing_fonts():
        pytest.skip(f"needs the fonts {', '.join(missing)} (Debian: fonts-dejavu-core fonts-liberation fonts-noto-cjk)")
    folder = shared_models / "pp-ocr-v6"
    if not folder.is_dir():
        pytest.fail(f"pp-ocr-v6 is not in {shared_models}: run `make test`", pytrace=False)
    return TextReader({role: str(folder / name) for role, name in ROLES.items()})


@pytest.fixture(scope="module")
def lines(reader: TextReader) -> Callable[[Pixels], list[str]]:
    return lambda pixels: [line.text for line in read(reader, pixels)]


def read(reader: TextReader, pixels: Pixels) -> tuple[TextLine, ...]:
    reading = reader.read(pixels)
    while True:
        try:
            next(reading)
        except StopIteration as ended:
            return ended.value


def right(wanted: tuple[str, ...], found: list[str], language: str) -> float:
    return accuracy([(characters(" ".join(wanted), language), characters(" ".join(found), language))])


@pytest.mark.parametrize("size", [12, 16, 24, 48])
@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)
def test_each_font_in_each_size(lines, font, size):
    wanted = (CHINESE if font.language == "zh" else ENGLISH)[:5]
    assert right(wanted, lines(page(wanted, font, size)), font.language) >= LEAST


@pytest.mark.parametrize("angle", [90, 180, 270, 3, -5, 15, 93, 177])
@pytest.mark.parametrize("font", [SERIF, CJK], ids=lambda font: font.name)
def test_each_direction(lines, font, angle):
    wanted = (CHINESE if font.language == "zh" else ENGLISH)[:5]
    assert right(wanted, lines(page(wanted, font, 20, angle=angle)), font.language) >= LEAST


@pytest.mark.parametrize(
    ("ink", "paper"), [("white", "black"), ("#ffd54f", "#263238"), ("#777777", "white"), ("navy", "#f4ecd8")]
)
def test_each_colour(lines, ink, paper):
    assert right(ENGLISH, lines(page(ENGLISH, SANS, 18, ink=ink, paper=paper)), "en") >= LEAST


def test_lines_close_together(lines):
    assert right(CHINESE, lines(page(CHINESE, CJK, 14, spacing=1.2)), "zh") >= LEAST


def test_a_page_of_many_lines_in_both_languages(lines):
    wanted = tuple(itertools.chain.from_iterable(zip(ENGLISH, CHINESE, strict=True)))
    found = lines(page(wanted, CJK, 18))
    assert accuracy(zip(wanted, found, strict=True)) >= LEAST


def test_columns_of_prose_are_read_one_after_the_other(lines):
    left, right_side = ENGLISH[:4], ENGLISH[4:]
    assert right((*left, *right_side), lines(columns(left, right_side, SANS, 16)), "en") >= LEAST


def test_a_receipt_is_read_row_by_row(lines):
    rows = [("Green tea", "3.20"), ("Cheese sandwich", "6.75"), ("Apple pie", "4.10"), ("Total", "14.05")]
    assert lines(table(rows, SANS, 18, 420)) == [word for row in rows for word in row]


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_short_words_follow_the_page(lines, angle):
    wanted = ("OK", "The quick brown fox jumps over the lazy dog.", "7", "Every order above 50 EUR ships free.")
    assert right(wanted, lines(page(wanted, SANS, 24, angle=angle)), "en") >= LEAST


def test_a_very_long_line(lines):
    wanted = (" ".join((*ENGLISH, *ENGLISH[:4])),)
    assert right(wanted, lines(page(wanted, SANS, 14)), "en") >= LEAST


def test_small_text_in_a_large_picture(lines):
    pixels = np.tile(np.array([[[255], [215]], [[215], [255]]], np.uint8), (1200, 1600, 3))
    small = page(ENGLISH, SANS, 12)
    pixels[700 : 700 + small.shape[0], 1500 : 1500 + small.shape[1]] = small
    assert right(ENGLISH, lines(pixels), "en") >= LEAST


def test_corners_lie_around_the_text(reader):
    pixels = page(("Every order ships free!",), SANS, 32)
    ((x0, y0), _, (x1, y1), _) = read(reader, pixels)[0].corners
    dark = np.argwhere(pixels[:, :, 0] < 128)
    (top, left), (bottom, end) = dark.min(0), dark.max(0)
    assert (x0, y0) == pytest.approx((left, top), abs=16)
    assert (x1, y1) == pytest.approx((end, bottom), abs=16)


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (2, 2), (300, 300)])
def test_pictures_without_text_say_nothing(lines, shape):
    noise = np.random.default_rng(7).integers(0, 256, (*shape, 3), np.uint8)
    assert lines(noise) == []
    assert lines(np.full((*shape, 3), 255, np.uint8)) == []


def test_reading_can_be_given_up_at_any_moment(reader, lines):
    pixels = page(ENGLISH, SANS, 16)
    breaks = 0
    for _ in reader.read(pixels):
        breaks += 1
    for stop in range(0, breaks, 2):
        reading = reader.read(pixels)
        for _ in itertools.islice(reading, stop + 1):
            pass
        reading.close()
    assert right(ENGLISH, lines(pixels), "en") >= LEAST
