"""Colours can be read by everybody."""

from __future__ import annotations

import msgspec
import pytest

from myna_ui.theme.palettes import EDGES, PAIRS, PALETTES, Palette, contrast


@pytest.mark.parametrize("scheme", PALETTES)
def test_every_text_stands_out_from_its_ground(scheme: str) -> None:
    palette = PALETTES[scheme]
    found = {pair: round(contrast(getattr(palette, pair[0]), getattr(palette, pair[1])), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", PALETTES)
def test_every_edge_of_a_control_can_be_seen(scheme: str) -> None:
    palette = PALETTES[scheme]
    found = {pair: round(contrast(getattr(palette, pair[0]), getattr(palette, pair[1])), 2) for pair in EDGES}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 3} == {}


def test_every_colour_that_is_written_with_is_measured() -> None:
    measured = {text for text, _ in PAIRS} | {edge for edge, _ in EDGES}
    grounds = {ground for _, ground in PAIRS}
    assert set(Palette.__struct_fields__) - measured - grounds == {"border"}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert all(len(colour) == 7 for palette in PALETTES.values() for colour in msgspec.structs.astuple(palette))
