"""Money, percentages and units in English."""

from __future__ import annotations

import re

from ..table import pairs
from .numerals import BEFORE, NUMBER, number

_MONEY = pairs(
    """
    $ dollar/dollars/cent/cents, US$ US dollar/US dollars/cent/cents,
    A$ Australian dollar/Australian dollars/cent/cents, C$ Canadian dollar/Canadian dollars/cent/cents,
    HK$ Hong Kong dollar/Hong Kong dollars/cent/cents, USD US dollar/US dollars/cent/cents,
    € euro/euros/cent/cents, EUR euro/euros/cent/cents, £ pound/pounds/penny/pence,
    GBP pound/pounds/penny/pence, ¥ yen/yen//, ￥ yuan/yuan//, JPY yen/yen//, CNY yuan/yuan//,
    RMB yuan/yuan//, CHF Swiss franc/Swiss francs/centime/centimes, ₹ rupee/rupees/paisa/paise,
    ₩ won/won//, ₽ ruble/rubles/kopeck/kopecks,
    """
)
"""One and many, of the money and of its hundredths."""

_SIGN = r"(?:US|HK|[AC])?\$|[€£¥￥₹₩₽]"
_CODE = r"USD|EUR|GBP|JPY|CNY|RMB|CHF"
_LARGE = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "t": "trillion"}
_SCALE = r"(?:\s?(thousand|million|billion|trillion|bn|mn|[kKmMbBtT])(?![\w/]))?"

_BEFORE_AMOUNT = re.compile(rf"([-−](?=\D))?(?<![A-Za-z])({_SIGN}|(?:{_CODE})(?= ?\d)) ?({NUMBER}){_SCALE}")
_AFTER_AMOUNT = re.compile(rf"{BEFORE}({NUMBER}){_SCALE} ?([€£¥￥]|(?:{_CODE})\b)")
_MONEY_RANGE = re.compile(rf"(?<![A-Za-z])({_SIGN})({NUMBER})(?:[-–—]|\s[-–—]\s)(?:{_SIGN})?({NUMBER})(?!-|\d){_SCALE}")

_UNITS = pairs(
    """
    m meter, km kilometer, cm centimeter, mm millimeter, µm micrometer, μm micrometer, nm nanometer,
    g gram, kg kilogram, mg milligram, µg microgram, μg microgram, L liter, mL milliliter, µL microliter,
    l liter, ml milliliter, cl centiliter, W watt, kW kilowatt, mW milliwatt, MW megawatt, GW gigawatt,
    TW terawatt, Wh watt hour, kWh kilowatt hour, MWh megawatt hour, GWh gigawatt hour, TWh terawatt hour,
    V volt, kV kilovolt, mV millivolt, µV microvolt, mAh milliamp hour, mA milliamp, A amp, Ah amp hour,
    J joule, kJ kilojoule, MJ megajoule, N newton, kN kilonewton, Pa pascal, kPa kilopascal,
    hPa hectopascal, MPa megapascal, GPa gigapascal, cal calorie, kcal kilocalorie, Hz hertz,
    kHz kilohertz, MHz megahertz, GHz gigahertz, kB kilobyte, KB kilobyte, MB megabyte, GB gigabyte,
    TB terabyte, PB petabyte, GiB gibibyte, Kb kilobit, Mb megabit, Gb gigabit, kbps kilobit per second,
    Mbps megabit per second, Gbps gigabit per second, kB/s kilobyte per second, MB/s megabyte per second,
    GB/s gigabyte per second, s second, ms millisecond, ns nanosecond, µs microsecond, μs microsecond,
    sec second, min minute, mins minute, h hour, hr hour, hrs hour, yr year, yrs year, °C degree Celsius,
    ℃ degree Celsius, °F degree Fahrenheit, ℉ degree Fahrenheit, ° degree, K kelvin, mol mole, Ω ohm,
    kΩ kiloohm, ha hectare, t ton, bar bar, lb pound, lbs pound, oz ounce, ft foot, yd yard, mi mile,
    gal gallon, psi psi, mph mile per hour, kph kilometer per hour, km/h kilometer per hour,
    kmh kilometer per hour, m/s meter per second, km/s kilometer per second, m/s² meter per second squared,
    m² square meter, m2 square meter, km² square kilometer, cm² square centimeter, m³ cubic meter,
    cm³ cubic centimeter, ft² square foot, g/L gram per liter, mg/L milligram per liter,
    kg/m³ kilogram per cubic meter, dB decibel, rpm revolution per minute, fps frame per second, px pixel,
    lm lumen, MP megapixel, eV electronvolt,
    """
)
"""The name of one; `_plural` makes many."""

_UNIT = re.compile(
    rf"{BEFORE}({NUMBER})( ?)({'|'.join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))})"
    r"(?![\w²³°]|/[A-Za-z]|['’]\w)(\.(?=\s[a-z]))?"
)
_PERCENT = re.compile(rf"{BEFORE}({NUMBER})\s?([%‰])")
_FEET = re.compile(r"(?<![\w.])(\d{1,2})['′](?:\s?(\d{1,2})[\"″])?(?!\w)")
_AFTER_BLANK = {"A", "K", "t"}
"""Letters that are units only after a blank: 4K is a resolution."""

_IRREGULAR = {"foot": "feet", "hertz": "hertz", "psi": "psi"}


def money(text: str) -> str:
    """`text` with amounts of money in words."""
    text = _MONEY_RANGE.sub(lambda m: f"{number(m[2])} to {_amount(m[1], m[3], m[4])}", text)
    text = _BEFORE_AMOUNT.sub(lambda m: _amount(m[2], m[3], m[4], minus=bool(m[1])), text)
    return _AFTER_AMOUNT.sub(lambda m: _amount(m[3], m[1], m[2]), text)


def _amount(sign: str, amount: str, scale: str | None, *, minus: bool = False) -> str:
    one, many, small_one, small_many = _MONEY[sign].split("/")
    whole, _, decimals = amount.replace(",", "").partition(".")
    start = "minus " if minus else ""
    if scale:
        return f"{start}{number(amount)} {_LARGE.get(scale.lower(), scale)} {many}"
    if len(decimals) != 2 or not small_one:
        return f"{start}{number(amount)} {one if amount == '1' else many}"
    coins = int(decimals)
    large = f"{number(whole)} {one if whole == '1' else many}"
    small = f"{number(str(coins))} {small_one if coins == 1 else small_many}"
    if not coins:
        return start + large
    return start + (small if not whole.strip("0") else f"{large} and {small}")


def units(text: str) -> str:
    """`text` with percentages and quantities in words."""
    text = _PERCENT.sub(lambda m: f"{number(m[1])} {'percent' if m[2] == '%' else 'per mille'}", text)
    if "'" in text or "′" in text:
        text = _FEET.sub(_feet, text)
    return _UNIT.sub(_unit, text)


def _unit(found: re.Match[str]) -> str:
    amount, blank, unit = found[1], found[2], found[3]
    if unit in _AFTER_BLANK and not blank:
        return found[0]
    one = _UNITS[unit]
    return f"{number(amount)} {one if amount == '1' else _plural(one)}"


def _plural(unit: str) -> str:
    """ "kilometers per hour", "degrees Celsius", "square feet"."""
    if unit.startswith("degree"):
        return f"degrees{unit[6:]}"
    head, per, rest = unit.partition(" per ")
    words = head.split(" ")
    irregular = [(one, many) for one, many in _IRREGULAR.items() if words[-1].endswith(one)]
    words[-1] = words[-1].removesuffix(irregular[0][0]) + irregular[0][1] if irregular else f"{words[-1]}s"
    return " ".join(words) + per + rest


def _feet(found: re.Match[str]) -> str:
    feet = f"{number(found[1])} {'foot' if found[1] == '1' else 'feet'}"
    if not found[2]:
        return feet if "′" in found[0] else found[0]
    return f"{feet} {number(found[2])}"
