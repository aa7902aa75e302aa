"""English as it is said."""

from __future__ import annotations

import pytest

from myna_speech.voices.reading import readable

NUMBERS = {
    "0": "zero",
    "21": "twenty-one",
    "105": "one hundred five",
    "1,234,567": "one million two hundred thirty-four thousand five hundred sixty-seven",
    "3.14": "three point one four",
    "It is -5 now": "It is minus five now",
    "from −3 to 3": "from minus three to three",
    "007": "zero zero seven",
    "1st 2nd 3rd 4th 12th 21st 1,000th": "first second third fourth twelfth twenty-first one thousandth",
    "1/2, 2/3, 3/4, 5/8": "one half, two thirds, three quarters, five eighths",
    "1 1/2 cups": "one and a half cups",
    "2½": "two and a half",
    "50% or 3.5 %": "fifty percent or three point five percent",
    "6.02e23": "six point zero two times ten to the power of twenty-three",
    "v1.2.3": "version one point two point three",
    "192.168.0.1": "one hundred ninety-two dot one hundred sixty-eight dot zero dot one",
    "5-10 and 10–20": "five to ten and ten to twenty",
    "16:9": "sixteen to nine",
    "H2O, mp3, 4K": "H two O, mp three, four K",
    "#5": "number five",
    "24/7": "twenty-four seven",
    "8000000": "eight million",
    "1" * 30: " ".join(["one"] * 30),
}
DATES = {
    "2026-11-24": "November twenty-fourth, twenty twenty-six",
    "24 Nov 2026": "the twenty-fourth of November, twenty twenty-six",
    "the 3rd of May 2020": "the third of May, twenty twenty",
    "11/24/2026": "November twenty-fourth, twenty twenty-six",
    "24/11/2026": "November twenty-fourth, twenty twenty-six",
    "Nov. 24, 2026": "November twenty-fourth, twenty twenty-six",
    "in 1905, 1999, 2000, 2009, 2026": "in nineteen oh five, nineteen ninety-nine, two thousand, two thousand nine, "
    "twenty twenty-six",
    "the 1990s and '80s": "the nineteen nineties and eighties",
    "2010-2015": "twenty ten to twenty fifteen",
    "14:30": "fourteen thirty",
    "2:05 pm": "two oh five P M",
    "9:00": "nine o'clock",
    "10 a.m. sharp": "ten A M sharp",
    "At 5 p.m. Then go": "At five P M. Then go",
    "2026-11-24T14:30:00Z": "November twenty-fourth, twenty twenty-six fourteen thirty",
}
QUANTITIES = {
    "$3.50": "three dollars and fifty cents",
    "$1": "one dollar",
    "-$5": "minus five dollars",
    "€12": "twelve euros",
    "£2.01": "two pounds and one penny",
    "¥500": "five hundred yen",
    "$5 million": "five million dollars",
    "$3.5M": "three point five million dollars",
    "$5-10": "five to ten dollars",
    "5 USD": "five US dollars",
    "120 km/h": "one hundred twenty kilometers per hour",
    "-5 °C": "minus five degrees Celsius",
    "1 kg, 2kg": "one kilogram, two kilograms",
    "16GB": "sixteen gigabytes",
    "1 mm": "one millimeter",
    "5 m²": "five square meters",
    "6 ft": "six feet",
    "5-10 km": "five to ten kilometers",
    "5 min.": "five minutes.",
    "10 m/s": "ten meters per second",
}
WORDS = {
    "Dr. Smith, Mr. Lee and Mrs. Ray": "Doctor Smith, Mister Lee and Missus Ray",
    "Elm St. in St. Louis": "Elm Street in Saint Louis",
    "e.g. this, i.e. that, etc.": "for example this, that is that, et cetera.",
    "cats vs. dogs": "cats versus dogs",
    "No. 5, fig. 3": "Number five, figure three",
    "Is it? No. 5 came": "Is it? Number five came",
    "the U.S. and the U.K. today": "the U S and the U K today",
    "Chapter IV, World War II": "Chapter four, World War two",
    "Henry VIII, Louis XIV's": "Henry the eighth, Louis the fourteenth's",
    "Elizabeth I was queen": "Elizabeth the first was queen",
    "Henry I think": "Henry I think",
    "I am. He and I.": "I am. He and I.",
    "https://www.example.com/docs/start?x=1": "example dot com slash docs slash start",
    "Mail joe_b@example.co.uk now": "Mail joe underscore b at example dot co dot uk now",
    "README.md and a.json": "README dot m d and a dot json",
    "2 + 2 = 4": "two plus two equals four",
    "5-3=2": "five minus three equals two",
    "5 - 3 = 2": "five minus three equals two",
    "3 × 4 ≥ 2": "three times four is at least two",
    "x² + y^3": "x squared plus y cubed",
    "a < b > c": "a is less than b is greater than c",
    "C++ and C#": "C plus plus and C sharp",
    "he — she": "he, she",
    "R&D, and/or, left/right, item(s)": "R and D, and or, left or right, items",
    "~5 #tag": "about five hashtag tag",
    "“Hi,” it’s": "Hi, it's",
}
TELEPHONES = {
    "555-0199": "five five five, zero one nine nine",
    "(555) 123-4567": "five five five, one two three, four five six seven",
    "+1 555 123 4567": "plus one, five five five, one two three, four five six seven",
    "13812345678": "one three eight one two three four five six seven eight",
    "100-1000": "one hundred to one thousand",
}


@pytest.mark.parametrize(("written", "said"), [*NUMBERS.items(), *DATES.items(), *QUANTITIES.items()])
def test_numbers_dates_and_quantities(written: str, said: str) -> None:
    assert readable(written, "en") == said


@pytest.mark.parametrize(("written", "said"), [*WORDS.items(), *TELEPHONES.items()])
def test_words_signs_and_telephones(written: str, said: str) -> None:
    assert readable(written, "en-US") == said


def test_no_digit_and_no_sign_is_left() -> None:
    text = (
        "On 1/13/99 at 07:45, 12% of 3,000 (i.e. 360 ± 5) cost £7.20 + €1; see p. 9, §4 & 10^6 @ 99.9°F or 2026-02-30."
    )
    said = readable(text, "en")
    assert not set(said) & set("0123456789%£€±&@°§^+"), said


def test_other_languages_keep_their_numbers() -> None:
    assert readable("**Es sind** 3,5 km.", "de") == "Es sind 3,5 km."
