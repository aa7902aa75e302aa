"""Pictures of text, of which it is known what they say. They look like what people read: screens, pages, receipts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)

ENGLISH = (
    "The quick brown fox jumps over the lazy dog.",
    "Invoice No. 20240917, total: $1,284.50",
    "Please return this form before Friday, 12 March.",
    "Contact: support@example.com (Mon-Fri, 9:00-17:30)",
    "Every order above 50 EUR ships free of charge!",
    "Is the meeting at 3 pm or at 4 pm?",
    "Chapter 7: How the kettle learned to whistle",
    "Room 214 is closed; use the stairs on the left.",
)
CHINESE = (
    "人工智能助手运行在本地机器上。",
    "今天天气很好，我们去公园散步吧！",
    "订单编号：20240917，合计：1284.50元",
    "请在星期五之前提交申请表格。",
    "图书馆上午九点开门，下午六点关门。",
    "北京、上海、广州和深圳都是大城市。",
    "会议改到三楼的小会议室举行。",
    "这台电脑的内存是16GB，硬盘是1TB。",
)


class Font(NamedTuple):
    name: str
    file: str
    language: str
    member: int = 0
    """In a collection; the third of Noto's is Simplified Chinese."""


FONTS = (
    Font("DejaVu Sans", "DejaVuSans.ttf", "en"),
    Font("DejaVu Sans Mono", "DejaVuSansMono.ttf", "en"),
    Font("DejaVu Sans Bold", "DejaVuSans-Bold.ttf", "en"),
    Font("Liberation Sans", "LiberationSans-Regular.ttf", "en"),
    Font("Liberation Serif", "LiberationSerif-Regular.ttf", "en"),
    Font("Noto Sans CJK", "NotoSansCJK-Regular.ttc", "zh", 2),
    Font("Noto Sans CJK Bold", "NotoSansCJK-Bold.ttc", "zh", 2),
    Font("Noto Serif CJK", "NotoSerifCJK-Regular.ttc", "zh", 2),
)
SIZES = (12, 20, 40)
"""Pixels of an em."""
ANGLES = (0, 90, 180, 270, 3, -5)
"""Degrees counterclockwise."""


class Picture(NamedTuple):
    name: str
    language: str
    lines: tuple[str, ...]
    """What it says, in reading order."""
    pixels: Pixels


def missing_fonts() -> list[str]:
    """Files of `FONTS` that are not installed here."""
    return [font.file for font in FONTS if font_file(font.file) is None]


@cache
def font_file(name: str) -> Path | None:
    """Where a font is installed."""
    for folder in _FOLDERS:
        for where, _, files in os.walk(Path(folder).expanduser()):
            if name in files:
                return Path(where, name)
    return None


@cache
def opened(font: Font, size: int) -> Any:
    path = font_file(font.file)
    if path is None:
        raise FileNotFoundError(f"the font {font.file} is not installed")
    return ImageFont.truetype(str(path), size, index=font.member)


def page(
    lines: Sequence[str],
    font: Font,
    size: int,
    *,
    angle: float = 0.0,
    spacing: float = 1.5,
    ink: str = "black",
    paper: str = "white",
) -> Pixels:
    """Lines below one another; `spacing` in ems from one to the next, `angle` in degrees counterclockwise."""
    face = opened(font, size)
    width = max(face.getlength(line) for line in lines) + 2 * size
    image = Image.new("RGB", (int(width), int(len(lines) * size * spacing) + 2 * size), paper)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((size, size + number * size * spacing), line, font=face, fill=ink)
    return turned(image, angle, paper)


def columns(left: Sequence[str], right: Sequence[str], font: Font, size: int, gap: float = 2.0) -> Pixels:
    """Two columns of text beside one another, `gap` ems apart, the right one half a line lower."""
    face = opened(font, size)
    beside = size + max(face.getlength(line) for line in left) + gap * size
    width = beside + max(face.getlength(line) for line in right) + size
    high = max(len(left), len(right))
    image = Image.new("RGB", (int(width), int((high + 1) * size * 1.5) + 2 * size), "white")
    draw = ImageDraw.Draw(image)
    for x, y, lines in ((size, size, left), (beside, size * 1.75, right)):
        for number, line in enumerate(lines):
            draw.text((x, y + number * size * 1.5), line, font=face, fill="black")
    return turned(image, 0, "white")


def table(rows: Sequence[tuple[str, str]], font: Font, size: int, width: int) -> Pixels:
    """Names at the left and values at the right edge, as on a receipt `width` pixels wide."""
    face = opened(font, size)
    image = Image.new("RGB", (width, int(len(rows) * size * 1.5) + 2 * size), "white")
    draw = ImageDraw.Draw(image)
    for number, (name, value) in enumerate(rows):
        y = size + number * size * 1.5
        draw.text((size, y), name, font=face, fill="black")
        draw.text((width - size - face.getlength(value), y), value, font=face, fill="black")
    return turned(image, 0, "white")


def turned(image: Any, angle: float, paper: str) -> Pixels:
    if angle:
        image = image.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=paper)
    return np.asarray(image)


def pictures(sizes: Sequence[int] = SIZES, angles: Sequence[float] = ANGLES) -> Iterator[Picture]:
    """A page in each font and size, in one of the directions after the other, so that each meets each."""
    count = 0
    for size in sizes:
        for font in FONTS:
            lines = (CHINESE if font.language == "zh" else ENGLISH)[:6]
            angle = angles[count % len(angles)]
            count += 1
            name = f"{font.name} {size}, {angle:g} degrees"
            yield Picture(name, font.language, lines, page(lines, font, size, angle=angle))
