"""What figures are made of, and how people read them."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from fitted import install, record
from myna.engine.tuning import SpeedSample
from myna.paths import Paths
from myna_models.tuning import quality
from myna_models.tuning.quality import Compared, judge, spoken
from myna_models.tuning.report import cells, front, html, plot
from myna_models.tuning.speed import MEASURED, compare, request_for, turn


def test_perplexity_changes_by_the_mean_difference() -> None:
    judged = judge([Compared(0.01, 100, 90), Compared(0.03, 300, 270)])
    assert judged.change == pytest.approx(math.expm1(0.025))
    assert judged.agreement == 0.9
    assert judged.tokens == 400
    assert quality.perplexity([(200.0, 100), (400.0, 100)]) == pytest.approx(math.exp(3))


def test_what_is_not_certain_stays_open() -> None:
    wide = judge([Compared(0.0, 100, 100), Compared(0.02, 100, 100)])
    assert wide.verdict(0.01) == "open"
    assert judge([Compared(0.001, 100, 100)] * 4).verdict(0.01) == "in"
    assert judge([Compared(0.1, 100, 100)] * 4).verdict(0.01) == "out"
    assert judge([Compared(0.001, 100, 100)]).verdict(0.01) == "open"


@pytest.mark.parametrize(
    ("languages", "counted"),
    [(["en"], ("en",)), (["zh-CN"], ("zh",)), (["de"], ("en", "zh")), ([], ("en", "zh")), (["en", "*"], ("en", "zh"))],
)
def test_the_languages_of_the_model_count(languages: list[str], counted: tuple[str, ...]) -> None:
    assert spoken(languages) == counted


def test_there_is_enough_of_both_texts() -> None:
    for language in ("en", "zh"):
        # A token of the largest vocabularies has 5 bytes of English and 5 of Chinese (1.7 characters) on average.
        assert len(quality.text(language).encode()) > quality.MOST * quality.LENGTH * 5
    assert "Alice" in quality.text("en")
    assert "呐喊" in quality.text("zh")


def test_ratios_are_taken_within_rounds() -> None:
    busy = SpeedSample(0.01, 0.01, 0.1), SpeedSample(0.02, 0.02, 0.2), SpeedSample(0.01, 0.01, 0.1)
    twice = [SpeedSample(one.read_s / 2, one.short_s / 2, one.write_s / 2) for one in busy]
    speed = compare(twice, busy)
    assert (speed.prefill_ratio, speed.decode_ratio, speed.turn_ratio, speed.rounds) == (2.0, 2.0, 2.0, 3)
    assert speed.prefill == pytest.approx(200)
    assert turn(SpeedSample(0.001, 0.01, 0.1)) == pytest.approx(0.512 + 0.32 + 12.8)


def test_slow_models_are_measured_with_fewer_tokens() -> None:
    assert request_for(SpeedSample(0.001, 0.001, 0.01)) is MEASURED[0]
    assert request_for(SpeedSample(1.0, 1.0, 2.0)) is MEASURED[-1]


def test_the_report_is_one_whole_page_with_nothing_beside_it(paths: Paths) -> None:
    found = record(install(paths))
    page = html(found)
    assert "http" not in page.replace("http-equiv", "")
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    circles = ElementTree.fromstring(svg).findall("circle")
    assert len(circles) == 2
    assert "2.00x" in page
    assert "+0.10%" in page


def test_the_plot_names_each_setup_once(paths: Paths) -> None:
    found = record(install(paths))
    lines = plot(found.figures, found.budget)
    assert sum("Q8_0" in line for line in lines) == 1
    assert any("+1.0%" in line for line in lines)
    assert plot(found.figures[:1], found.budget) == []


def test_what_nothing_beats_is_on_the_front(paths: Paths) -> None:
    found = record(install(paths))
    assert front(found.figures) == {"Q8_0"}
    assert cells(found.figures[0])[4] == "-"
