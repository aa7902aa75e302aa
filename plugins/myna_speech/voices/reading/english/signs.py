"""Signs in English text: mathematics, arrows, letters of the Greek alphabet, quotes and slashes."""

from __future__ import annotations

import re

from ..table import pairs

_NAMES = pairs(
    """
    ± plus or minus, × times, ÷ divided by, ≠ is not equal to, ≈ is about, ≤ is at most, ≥ is at least,
    ∞ infinity, √ the square root of, → to, ⇒ so, ← from, ∑ the sum of, ∫ the integral of, ∂ partial, ∈ in,
    ° degrees, § section, µ micro, ‰ per mille, α alpha, β beta, γ gamma, δ delta, ε epsilon, θ theta,
    λ lambda, μ mu, π pi, ρ rho, σ sigma, τ tau, φ phi, χ chi, ψ psi, ω omega, Δ delta, Σ sigma, Φ phi,
    Ψ psi, Ω omega, Θ theta, Λ lambda, Π pi, Γ gamma,
    """
)
_NAMED = re.compile(f"[{''.join(_NAMES)}]")
_PAIRS = {
    **pairs("!= is not equal to, <= is at most, >= is at least, == equals, => so, -> to, <- from, = equals"),
    **pairs("&& and, || or, & and, % percent"),
    "--": ",",
}
_PAIR = re.compile(r"!=|<=|>=|==+|=>|-+>|<-+|--+|=|&&|\|\||&|%")
_LESS = re.compile(r"(?<=\S)\s*<(?![-=])\s*(?=[\w(])|^\s*<\s*(?=\d)")
_MORE = re.compile(r"(?<=[^\s=-])\s*(?<![-=])>(?!=)\s*(?=[\w(])|^\s*>\s*(?=\d)")
_MINUS = re.compile(r"(?<=[\w)])\s−\s?(?=[\w(])|(?<=[\w)])−(?=[\w(])")
_SPACED_DASH = re.compile(r"\s[-–—]\s|\s?—\s?|(?<=[A-Za-z])–(?=[A-Za-z])")
_BETWEEN_DIGITS = re.compile(r"(?<=[\d)])\s[-–]\s(?=[\d(])")
_DIFFERENCE = re.compile(r"(?<=\d)-(?=\d[\d.,]{0,20}\s?=)")
_EQUATION = re.compile(r"\d\s?[-+−*/×÷=]\s?\(?\d|=")
_CPP = re.compile(r"\b([A-Za-z])\+\+")
_SHARP = re.compile(r"\b([CFJ])#(?!\w)")
_TAG = re.compile(r"(?<!\w)#(?=[A-Za-z])")
_ABOUT = re.compile(r"(?<!\w)[~∼≈](?=\s?[\d$€£])")
_ALTERNATIVE = re.compile(r"(?<=[a-z])/(?=[a-z])")
_PLURAL = re.compile(r"(?<=[a-z])\((e?s)\)")
_QUOTES = re.compile(r"[\"“”„«»‹›`]")
_APOSTROPHES = str.maketrans("‘’ʼ", "'''")
_USELESS = re.compile(r"[\\|{}\[\]<>~^*_=•·¶†‡]+")


def early(text: str) -> str:
    """Signs that numbers are read by, before the numbers are in words."""
    text = _ABOUT.sub("about ", text)
    if _BETWEEN_DIGITS.search(text):
        text = _BETWEEN_DIGITS.sub(" minus " if "=" in text else " to ", text)
    return _MINUS.sub(" minus ", _DIFFERENCE.sub(" minus ", text) if "=" in text else text)


def signs(text: str) -> str:
    """`text` without signs: each in words, or gone where nobody says it."""
    text = _SPACED_DASH.sub(", ", _SHARP.sub(r"\1 sharp", _CPP.sub(r"\1 plus plus", text)))
    text = _LESS.sub(" is less than ", text) if "<" in text else text
    text = _MORE.sub(" is greater than ", text) if ">" in text else text
    text = _PAIR.sub(lambda m: f" {_PAIRS.get(m[0]) or _long(m[0])} ", text)
    if not text.isascii():
        text = _NAMED.sub(lambda m: f" {_NAMES[m[0]]} ", text).translate(_APOSTROPHES)
    text = _PLURAL.sub(r"\1", _TAG.sub("hashtag ", text)).replace("+", " plus ")
    text = _ALTERNATIVE.sub(" or ", text.replace("and/or", "and or")).replace("/", " ")
    text = text.replace("@", " at ").replace("#", " ")
    return _USELESS.sub(" ", _QUOTES.sub("", text))


def _long(sign: str) -> str:
    """What a sign means that is written with more strokes than it needs."""
    return "equals" if sign[0] == "=" and sign[-1] == "=" else "," if sign[-1] == "-" and sign[0] == "-" else "to"
