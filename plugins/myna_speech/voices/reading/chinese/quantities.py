"""Money, percentages and units in Chinese."""

from __future__ import annotations

import re

from ..table import pairs
from .numerals import BEFORE, NUMBER, amount, counted, number

_MONEY = pairs(
    """
    $ 美元, US$ 美元, USD 美元, A$ 澳元, C$ 加元, HK$ 港元, € 欧元, EUR 欧元, £ 英镑, GBP 英镑, ¥ 元,
    ￥ 元, CNY 元, RMB 元, JPY 日元, ₩ 韩元, ₹ 卢比, ₽ 卢布, CHF 瑞士法郎,
    """
)
_SIGN = r"(?:US|HK|[AC])?\$|[€£¥￥₩₹₽]"
_CODE = r"USD|EUR|GBP|JPY|CNY|RMB|CHF"
_SCALE = r"( ?(?:百万|千万|万亿|[千万亿])| ?(?:thousand|million|billion|[kKMB])(?![A-Za-z\d/]))?"
_SCALES = {"k": "千", "m": "百万", "b": "十亿", "thousand": "千", "million": "百万", "billion": "十亿"}
_BEFORE_AMOUNT = re.compile(rf"([-−](?=\D))?(?<![A-Za-z])({_SIGN}|(?:{_CODE})(?= ?\d)) ?({NUMBER}){_SCALE}(元)?")
_AFTER_AMOUNT = re.compile(rf"{BEFORE}({NUMBER}){_SCALE} ?([€£]|(?:{_CODE})(?![A-Za-z]))")
_YUAN = re.compile(rf"{BEFORE}({NUMBER})(?=[万亿]? ?(?:元|块|美元|欧元|英镑|日元|港元|人民币))")
_MONEY_RANGE = re.compile(rf"(?<=\d)\s?[-–—~～]\s?(?={_SIGN})")

_PERCENT = re.compile(rf"([-−])?{BEFORE}({NUMBER})\s?([%％‰])")

_UNITS = pairs(
    """
    km 公里, m 米, cm 厘米, mm 毫米, µm 微米, μm 微米, nm 纳米, dm 分米, km² 平方公里, m² 平方米,
    m2 平方米, cm² 平方厘米, m³ 立方米, cm³ 立方厘米, kg 千克, g 克, mg 毫克, µg 微克, μg 微克, t 吨,
    lb 磅, lbs 磅, oz 盎司, L 升, l 升, mL 毫升, ml 毫升, km/h 公里每小时, m/s 米每秒, km/s 公里每秒,
    mph 英里每小时, ft 英尺, mi 英里, s 秒, ms 毫秒, µs 微秒, ns 纳秒, min 分钟, h 小时, hr 小时, Hz 赫兹,
    kHz 千赫兹, MHz 兆赫兹, GHz 吉赫兹, W 瓦, kW 千瓦, MW 兆瓦, kWh 千瓦时, Wh 瓦时, V 伏, kV 千伏,
    mV 毫伏, A 安, mA 毫安, mAh 毫安时, Ω 欧姆, J 焦耳, kJ 千焦, cal 卡, kcal 千卡, N 牛, Pa 帕, kPa 千帕,
    hPa 百帕, MPa 兆帕, dB 分贝, rpm 转每分钟, fps 帧每秒, mol 摩尔, px 像素, ha 公顷, mg/L 毫克每升,
    g/L 克每升, KB K B, MB M B, GB G B, TB T B, PB P B, kB K B, GiB G B, Mbps 兆比特每秒, Gbps 吉比特每秒,
    """
)
_DEGREES = {"°C": "摄氏度", "℃": "摄氏度", "°F": "华氏度", "℉": "华氏度", "°": "度", "K": "开尔文"}
_ALL = {**_UNITS, **_DEGREES}
_UNIT = re.compile(
    rf"{BEFORE}({NUMBER})( ?)({'|'.join(re.escape(unit) for unit in sorted(_ALL, key=len, reverse=True))})"
    r"(?![A-Za-z\d²³°]|/[A-Za-z])"
)
_AFTER_BLANK = {"A", "K", "t"}
"""Letters that are units only after a blank: 4K is a resolution."""


def money(text: str) -> str:
    """`text` with amounts of money in words."""
    text = _MONEY_RANGE.sub("到", text)
    text = _BEFORE_AMOUNT.sub(lambda m: _said(m[2], m[3], m[4], minus=bool(m[1])), text)
    text = _AFTER_AMOUNT.sub(lambda m: _said(m[3], m[1], m[2]), text)
    return _YUAN.sub(lambda m: "两" if m[1] == "2" else amount(m[1]), text)


def _said(sign: str, figure: str, scale: str | None, *, minus: bool = False) -> str:
    scale = (scale or "").strip()
    scale = _SCALES.get(scale.lower(), scale)
    words = "两" if figure == "2" else amount(figure)
    return f"{'负' if minus else ''}{words}{scale}{_MONEY[sign]}"


def units(text: str) -> str:
    """`text` with percentages and quantities in words."""
    text = _PERCENT.sub(_percent, text)
    return _UNIT.sub(_unit, text)


def _percent(found: re.Match[str]) -> str:
    parts = "千分之" if found[3] == "‰" else "百分之"
    return f"{'负' if found[1] else ''}{parts}{number(found[2])}"


def _unit(found: re.Match[str]) -> str:
    figure, blank, unit = found.groups()
    if unit in _AFTER_BLANK and not blank:
        return found[0]
    return (number(figure) if unit in _DEGREES else counted(figure)) + _ALL[unit]
