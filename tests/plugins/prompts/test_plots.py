"""Plots of a report: nothing is drawn outside of the drawing, in either language."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from myna_prompts.evaluation.plots import bars, dots, fitted


def drawing(text: str) -> ElementTree.Element:
    found = ElementTree.fromstring(text).find("svg")
    assert found is not None
    return found


def width_of(text: str) -> float:
    """Of text at a size of 12, by the widest common fonts: 12 for a Chinese character, 7.3 for a letter."""
    return sum(12.0 if ord(char) > 0x2E80 else 7.3 for char in text)


def extent(svg: ElementTree.Element) -> tuple[float, float]:
    """The left and the right end of all texts."""
    left, right = [], []
    for text in svg.iter("text"):
        x, width = float(text.attrib["x"]), width_of(text.text or "")
        begin = x - {"end": width, "middle": width / 2}.get(text.attrib.get("text-anchor", ""), 0)
        left.append(begin)
        right.append(begin + width)
    return min(left), max(right)


NAMES = ("short", "a very long name of a case that has no room on the left", "一个特别长的中文用例名称，左边放不下它")


@pytest.mark.parametrize("legend", [("value", "95 % interval", "before"), ("值", "95% 区间", "以前")])
def test_texts_stay_inside(legend: tuple[str, ...]) -> None:
    for svg in (
        drawing(bars([(name, 1.0, (0.2, 1.0), 0.9) for name in NAMES], "Quality", legend)),
        drawing(dots([(name, [12_345.6, 8.0]) for name in NAMES], "Time")),
    ):
        width = float(svg.attrib["viewBox"].split()[2])
        left, right = extent(svg)
        assert left >= 0
        assert right <= width


def test_a_label_is_cut_only_where_it_has_no_room() -> None:
    assert fitted("does not begin with the text") == "does not begin with the text"
    assert fitted(NAMES[1]).endswith("…")
    assert fitted(NAMES[2]).endswith("…")
    assert NAMES[1].startswith(fitted(NAMES[1])[:-1])


def test_values_and_what_was_before_are_where_they_belong() -> None:
    svg = drawing(bars([("half", 0.5, None, 1.0), ("none", 0.0, None, None)], "Quality"))
    tracks = [rect for rect in svg.iter("rect") if rect.attrib["class"] == "track"]
    filled = [rect for rect in svg.iter("rect") if rect.attrib["class"] == "bar"]
    begin, whole = float(tracks[0].attrib["x"]), float(tracks[0].attrib["width"])
    assert [float(rect.attrib["width"]) / whole for rect in filled] == [0.5, 0.0]
    [circle] = svg.iter("circle")
    assert float(circle.attrib["cx"]) == pytest.approx(begin + whole)
    assert svg.attrib["aria-label"] == "Quality"


@pytest.mark.parametrize(
    ("longest", "ticks"),
    [
        (0.0, ["0", "0.5", "1 s"]),
        (42_358.0, ["0", "25", "50 s"]),
        (430.0, ["0", "0.25", "0.5 s"]),
        (10.0, ["0", "0.005", "0.01 s"]),
    ],
)
def test_the_scale_ends_in_a_round_number(longest: float, ticks: list[str]) -> None:
    texts = [text.text or "" for text in drawing(dots([("a", [longest])], "Time")).iter("text")]
    shown = [text for text in texts if re.match(r"[\d.]+( s)?$", text)]
    assert shown == ticks
