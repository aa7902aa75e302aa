"""Numbers in Chinese text: telephone numbers, ranges, fractions, powers, and plain ones with 二 or 两."""

from __future__ import annotations

import re

from ..telephone import TELEPHONE, groups
from .numerals import BEFORE, LARGEST, NUMBER, cardinal, digits, number

_MOBILE = re.compile(r"(?<![A-Za-z\d.,_-])1[3-9]\d{9}(?![A-Za-z\d_-]|\.\d)")
_CALLED = re.compile(
    r"((?:拨打|致电|电话|手机|热线|报警|号码|客服|密码|验证码|编号|代码|房间)[号是为:： ]{0,4})(\d{3,20})(?![\d.,:])"
)
_RANGE = re.compile(
    r"(?<![A-Za-z\d.,:/-])(\d[\d,]*+(?:\.\d++)?+)([%年月日号点个元米岁万亿]?)\s?(?:-|[–—~～]{1,2})\s?"
    r"(?=\d[\d,]*+(?:\.\d++)?+(?![\d-]))"
)
_AFTER_WORD = re.compile(r"(?<=[一二三四五六七八九十百千万亿零两])[-–—~～](?=[一二三四五六七八九十百千万亿零两负百])")
_FRACTION = re.compile(r"(?<![A-Za-z\d/.,])(?:(\d{1,4})又)?(\d{1,4})/(\d{1,4})(?![A-Za-z\d/]|[.,]\d)")
_VULGAR = str.maketrans(
    {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8"}
)
_SCIENTIFIC = re.compile(rf"{BEFORE}({NUMBER})[eE]([-+−]?)(\d{{1,3}})(?![A-Za-z\d]|\.\d)")
_VERSION = re.compile(r"(?<![A-Za-z\d.])[vV]?(\d{1,6}(?:\.\d{1,6}){2,7})(?![A-Za-z\d]|\.\d)")
_RATIO = re.compile(r"(?<=\d)[:：](?=\d)")
_MINUS = re.compile(r"(?<![A-Za-z\d)\]年月日.])[-−](?=\.?\d)")
_NUMBER_SIGN = re.compile(rf"(?:#|№ ?|(?<![A-Za-z])No\. ?)({NUMBER})(?!\d)")
_SUPERSCRIPT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SUPER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_POWER = re.compile(r"\^\{?([-−]?[A-Za-z\d]{1,20})\}?")
_PLAIN = re.compile(rf"(?<![\d.])(?<!\d,)({NUMBER})|(?<!\d)\.(\d++)|(\d++)")

_MEASURE = re.compile(
    r" ?(?:[个位名只条张本件家次种天岁块元米克斤倍辆台部座杯碗瓶双对套棵句首篇份项步点秒万亿千组批颗粒根支把扇顶架艘匹"
    r"头群排行列类样轮届场遍趟回口匙勺滴片朵束串盏盒袋包箱桶壶罐幅卷册封笔段节门股起两]|年(?!级)|周(?!岁|[一二三四五六日])|公[里斤升顷]"
    r"|千[克米瓦]|分钟|小时|星期|毫[米升克秒]|厘米|平方|立方|美元|欧元|英镑|人|者|边|端|侧|半|国|省|市|县|校|队|派|族)"
)
"""Before which two is 两. Not 月, 日, 号, 楼, 级: those are numbered, not counted."""


def telephones(text: str) -> str:
    """`text` with telephone numbers and the like digit by digit."""
    text = TELEPHONE.sub(lambda m: "，".join(digits(one, telephone=True) for one in groups(m[0])) or m[0], text)
    text = _MOBILE.sub(
        lambda m: "，".join(digits(m[0][a:b], telephone=True) for a, b in ((0, 3), (3, 7), (7, 11))), text
    )
    return _CALLED.sub(lambda m: m[1] + digits(m[2], telephone=True), text)


def ranges(text: str) -> str:
    """`text` with 到 in ranges, and 负 before negative numbers."""
    return _MINUS.sub("负", _RANGE.sub(r"\1\2到", text))


def numbers(text: str) -> str:
    """`text` with all other numbers in words."""
    text = _AFTER_WORD.sub("到", text.translate(_VULGAR) if not text.isascii() else text)
    text = _NUMBER_SIGN.sub(lambda m: f"{number(m[1])}号", text)
    text = _SCIENTIFIC.sub(_scientific, text)
    if "/" in text:
        text = _FRACTION.sub(_fraction, text)
    text = _VERSION.sub(lambda m: "点".join(_part(part) for part in m[1].split(".")), text)
    text = _RATIO.sub("比", text)
    text = _POWER.sub(lambda m: _power(m[1]), text)
    text = _SUPERSCRIPT.sub(lambda m: _power(m[0].translate(_SUPER)), text)
    return _PLAIN.sub(_plain, text)


def _scientific(found: re.Match[str]) -> str:
    minus = "负" if found[2] in {"-", "−"} else ""
    return f"{number(found[1])}乘以十的{minus}{cardinal(int(found[3]))}次方"


def _fraction(found: re.Match[str]) -> str:
    whole = f"{cardinal(int(found[1]))}又" if found[1] else ""
    return f"{whole}{cardinal(int(found[3]))}分之{cardinal(int(found[2]))}"


def _part(part: str) -> str:
    return digits(part) if part[0] == "0" else cardinal(int(part))


def _power(exponent: str) -> str:
    named = {"2": "的平方", "3": "的立方"}.get(exponent)
    return named or f"的{exponent.replace('-', '负').replace('−', '负')}次方"


def _plain(found: re.Match[str]) -> str:
    if found[2]:
        return f"零点{digits(found[2])}"
    text, whole = found[1] or found[3], found.string
    before = whole[max(0, found.start() - 1) : found.start()]
    if text == "2" and before not in {"第", "十", "初", "点", "百", "周", "期"} and _MEASURE.match(whole, found.end()):
        return "两"
    if "." in text or "," in text:
        return number(text)
    if len(text) > 1 and text[0] == "0":
        return digits(text)
    # Nobody says seven figures without separators as a number, unless it is a round one.
    if len(text) >= 7 and (len(text) > len(str(LARGEST)) or not text.endswith("000")):
        return digits(text)
    return cardinal(int(text))
