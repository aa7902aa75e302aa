"""Signs in Chinese text: mathematics, arrows, letters of the Greek alphabet, quotes and slashes."""

from __future__ import annotations

import re

from ..table import pairs

_NAMES = pairs(
    """
    ± 正负, × 乘以, ÷ 除以, ≠ 不等于, ≈ 约等于, ≤ 小于等于, ≥ 大于等于, ∞ 无穷大, √ 根号, → 到, ⇒ 则, ← 从,
    ° 度, § 第, α 阿尔法, β 贝塔, γ 伽马, δ 德尔塔, Δ 德尔塔, θ 西塔, λ 拉姆达, μ 缪, µ 微, π 派, σ 西格玛,
    Σ 西格玛, φ 斐, ω 欧米伽, Ω 欧米伽, ε 艾普西隆, ＝ 等于, ＋ 加, ％ 百分号,
    """
)
_NAMED = re.compile(f"[{''.join(_NAMES)}]")
_PAIRS = pairs(
    """
    != 不等于, <= 小于等于, >= 大于等于, => 则, -> 到, <- 从, && 和, || 或, & 和, % 百分号,
    """
)
_PAIR = re.compile(r"!=|<=|>=|=>|->|<-|=+|&&|\|\||&|%")
_LESS = re.compile(r"(?<=\S)\s*<(?![-=])\s*(?=[\w(])")
_MORE = re.compile(r"(?<=[^\s=-])\s*(?<![-=])>(?!=)\s*(?=[\w(])")
_MINUS = re.compile(r"(?<=[\w)])\s?−\s?(?=[\w(])")
_BETWEEN_DIGITS = re.compile(r"(?<=[\d)])\s-\s(?=[\d(])")
_DIFFERENCE = re.compile(r"(?<=\d)-(?=\d[\d.,]{0,20}\s?[=＝])")
_SPACED_DASH = re.compile(r"\s[-–]\s|\s?[-–—]{2,}\s?|\s?—\s?")
_CPP = re.compile(r"(?<![A-Za-z])([A-Za-z])\+\+")
_SHARP = re.compile(r"(?<![A-Za-z])([CFJ])#")
_ABOUT = re.compile(r"(?<![\w])[~～∼≈](?=\s?[\d$€£¥])")
_QUOTES = re.compile(r"[\"“”„«»‹›`『』「」《》〈〉【】]")
_USELESS = re.compile(r"[\\|{}\[\]<>~～^*_•†‡]+")


def early(text: str) -> str:
    """Signs that numbers are read by, before the numbers are in words."""
    text = _ABOUT.sub("约", text)
    text = _BETWEEN_DIGITS.sub("减" if "=" in text or "＝" in text else "到", text)
    return _MINUS.sub("减", _DIFFERENCE.sub("减", text))


def signs(text: str) -> str:
    """`text` without signs: each in words, or gone where nobody says it."""
    text = _SPACED_DASH.sub("，", _SHARP.sub(r"\1 sharp ", _CPP.sub(r"\1加加", text)))
    text = _MORE.sub("大于", _LESS.sub("小于", text))
    text = _PAIR.sub(lambda m: _PAIRS.get(m[0], "等于"), text)
    text = _NAMED.sub(lambda m: _NAMES[m[0]], text)
    text = text.replace("+", "加").replace("@", "艾特").replace("/", " ").replace("#", " ")
    return _USELESS.sub(" ", _QUOTES.sub("", text))
