"""The colours of each theme, as data that a test can measure."""

from __future__ import annotations

from typing import Literal

import msgspec

Scheme = Literal["light", "dark", "high-contrast-light", "high-contrast-dark"]


class Palette(msgspec.Struct, frozen=True, kw_only=True):
    """Colours as #RRGGBB. A pair of text and ground that is used together is in `PAIRS`."""

    window: str
    """Behind everything."""
    surface: str
    """Cards, fields, the answer."""
    sunken: str
    """Code, the list of pages, tracks."""
    question: str
    """The bubble of what a person said."""
    border: str
    """Hairlines between things; says nothing alone."""
    outline: str
    """The edge of a control, which must be seen (3:1)."""
    text: str
    muted: str
    """Text of less weight, never less contrast than 4.5:1."""
    accent: str
    on_accent: str
    accent_soft: str
    """The ground of what is chosen."""
    on_accent_soft: str
    focus: str
    danger: str
    on_danger: str
    danger_soft: str
    on_danger_soft: str
    warning_soft: str
    on_warning_soft: str
    success: str
    code_keyword: str
    code_string: str
    code_comment: str
    code_number: str
    code_name: str


LIGHT = Palette(
    window="#F6F6F3",
    surface="#FFFFFF",
    sunken="#ECECE7",
    question="#E0EDE8",
    border="#D8D8D1",
    outline="#85877F",
    text="#1B1D1E",
    muted="#54585C",
    accent="#176351",
    on_accent="#FFFFFF",
    accent_soft="#D7E9E2",
    on_accent_soft="#0D4537",
    focus="#0B57D0",
    danger="#A8231C",
    on_danger="#FFFFFF",
    danger_soft="#FBE4E1",
    on_danger_soft="#7A1611",
    warning_soft="#FBEFCF",
    on_warning_soft="#5E4300",
    success="#1D6B3C",
    code_keyword="#7A2E8E",
    code_string="#1B6336",
    code_comment="#5D6166",
    code_number="#9A3D00",
    code_name="#0B4FA8",
)

DARK = Palette(
    window="#15171A",
    surface="#1D2024",
    sunken="#101214",
    question="#21382F",
    border="#33383E",
    outline="#7E858D",
    text="#ECEEEF",
    muted="#A9B0B7",
    accent="#74D3B5",
    on_accent="#06281E",
    accent_soft="#1F4238",
    on_accent_soft="#BFF0DF",
    focus="#8AB4F8",
    danger="#FF8D84",
    on_danger="#3A0503",
    danger_soft="#45201D",
    on_danger_soft="#FFC9C4",
    warning_soft="#40340F",
    on_warning_soft="#F9DF9A",
    success="#7FD9A0",
    code_keyword="#D7A6E8",
    code_string="#9ADBAE",
    code_comment="#9AA1A8",
    code_number="#F3B184",
    code_name="#92C0FF",
)

HIGH_CONTRAST_LIGHT = Palette(
    window="#FFFFFF",
    surface="#FFFFFF",
    sunken="#FFFFFF",
    question="#FFFFFF",
    border="#000000",
    outline="#000000",
    text="#000000",
    muted="#1A1A1A",
    accent="#003D99",
    on_accent="#FFFFFF",
    accent_soft="#003D99",
    on_accent_soft="#FFFFFF",
    focus="#B3005E",
    danger="#8C0000",
    on_danger="#FFFFFF",
    danger_soft="#FFFFFF",
    on_danger_soft="#8C0000",
    warning_soft="#FFFFFF",
    on_warning_soft="#5C3A00",
    success="#004D1F",
    code_keyword="#5B0080",
    code_string="#004D1F",
    code_comment="#333333",
    code_number="#7A2900",
    code_name="#003D99",
)

HIGH_CONTRAST_DARK = Palette(
    window="#000000",
    surface="#000000",
    sunken="#000000",
    question="#000000",
    border="#FFFFFF",
    outline="#FFFFFF",
    text="#FFFFFF",
    muted="#E6E6E6",
    accent="#FFE14D",
    on_accent="#000000",
    accent_soft="#FFE14D",
    on_accent_soft="#000000",
    focus="#66E0FF",
    danger="#FF9E99",
    on_danger="#000000",
    danger_soft="#000000",
    on_danger_soft="#FF9E99",
    warning_soft="#000000",
    on_warning_soft="#FFE14D",
    success="#8CFFB0",
    code_keyword="#F0B3FF",
    code_string="#8CFFB0",
    code_comment="#D9D9D9",
    code_number="#FFC78A",
    code_name="#9CCBFF",
)

PALETTES: dict[Scheme, Palette] = {
    "light": LIGHT,
    "dark": DARK,
    "high-contrast-light": HIGH_CONTRAST_LIGHT,
    "high-contrast-dark": HIGH_CONTRAST_DARK,
}

_TEXTS = ("text", "muted", "accent", "danger", "success")
PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in _TEXTS for ground in ("window", "surface", "sunken")),
    ("text", "question"),
    ("muted", "question"),
    ("on_accent", "accent"),
    ("on_accent_soft", "accent_soft"),
    ("on_danger", "danger"),
    ("on_danger_soft", "danger_soft"),
    ("on_warning_soft", "warning_soft"),
    *((f"code_{kind}", "sunken") for kind in ("keyword", "string", "comment", "number", "name")),
)
"""(text, ground): 4.5:1 or better, the AA level of WCAG 2.2 for text of any size."""

EDGES: tuple[tuple[str, str], ...] = tuple(
    (edge, ground) for edge in ("outline", "focus", "accent") for ground in ("window", "surface", "sunken")
)
"""(edge, ground): 3:1 or better, WCAG 2.2 for parts of controls."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, by WCAG 2.2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 to 1, by WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
