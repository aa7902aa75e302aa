"""Receipts drawn for tests, in English and Chinese; their totals are known."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

_FOLDERS = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
LATIN = ("DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf", "LiberationSans-Regular.ttf")
HAN = ("NotoSansCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc")


class Receipt(NamedTuple):
    rows: tuple[tuple[str, str], ...]
    """What stands left, and what stands right at the other edge."""
    total: str


ENGLISH = (
    Receipt(
        (
            ("CORNER CAFE", ""), ("12 Mill Lane", ""), ("Tel: 020 7946 0018", ""), ("Date: 2024-03-18", "14:32"),
            ("2 Espresso", "5.60"), ("1 Croissant", "2.95"), ("1 Orange juice", "3.40"), ("Subtotal", "11.95"),
            ("Tax 8%", "0.96"), ("Total", "$12.91"), ("Cash", "20.00"), ("Change", "7.09"), ("Thank you", ""),
        ),
        "12.91",
    ),
    Receipt(
        (
            ("Green Grocer", ""), ("Order no. 48213", ""), ("Apples", "4.10"), ("Bread", "3.25"), ("Cheese", "11.80"),
            ("Total items", "3"), ("Total savings", "1.50"), ("TOTAL DUE", "€19.15"), ("Card", "19.15"),
        ),
        "19.15",
    ),
    Receipt(
        (
            ("HARDWARE DEPOT", ""), ("Hammer", "24.50"), ("Nails 1 kg", "8.75"), ("Sub Total", "33.25"),
            ("VAT 20%", "6.65"), ("Grand Total: 39.90", ""), ("Paid by card", ""),
        ),
        "39.90",
    ),
)  # fmt: skip
CHINESE = (
    Receipt(
        (
            ("好邻居便利店", ""), ("日期：2024年5月6日", "18:05"), ("矿泉水", "2.00"), ("面包", "8.50"),
            ("牛奶", "12.80"), ("小计", "23.30"), ("优惠", "3.30"), ("合计", "20.00"), ("现金", "50.00"),
            ("找零", "30.00"), ("电话：021-55501234", ""),
        ),
        "20.00",
    ),
    Receipt(
        (
            ("川味小馆", ""), ("单号：20240611", ""), ("宫保鸡丁", "38.00"), ("米饭", "6.00"), ("酸梅汤", "15.00"),
            ("应付金额", "￥59.00"), ("谢谢惠顾", ""),
        ),
        "59.00",
    ),
    Receipt(
        (
            ("文具用品店", ""), ("笔记本", "18.60"), ("钢笔", "45.00"), ("总计：63.60元", ""), ("支付方式", "现金"),
        ),
        "63.60",
    ),
)  # fmt: skip


def font_file(name: str) -> Path | None:
    return next((path for folder in _FOLDERS if folder.is_dir() for path in sorted(folder.rglob(name))), None)


def draw(receipt: Receipt, font: Path, *, size: int = 24, turn: float = 0.0) -> bytes:
    """A PNG file of it. `size`: pixels of an em; `turn`: degrees counterclockwise."""
    face = ImageFont.truetype(str(font), size)
    width, line = size * 17, round(size * 1.7)
    page = Image.new("RGB", (width, line * (len(receipt.rows) + 2)), "white")
    pen = ImageDraw.Draw(page)
    for number, (left, right) in enumerate(receipt.rows, 1):
        pen.text((size, number * line), left, "black", font=face)
        pen.text((width - size, number * line), right, "black", font=face, anchor="ra")
    if turn:
        page = page.rotate(turn, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    out = BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
