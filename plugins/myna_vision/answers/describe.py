"""Facts about a picture in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from myna.cli.language import Language
from myna.engine.sight import Code, Colour, Measures, PictureFacts, TextLine

from .places import direction, rows

DARK, BRIGHT = 0.25, 0.75
"""Mean luma; outside, the histogram of a photograph leans to one end."""
BLURRED = 100.0
"""Variance of the Laplacian: the usual threshold (Rosebrock 2015), for pictures about as large as a screen."""
FLAT = 0.04
"""Standard deviation of the luma; below it nothing is there that could be sharp."""
LOW_CONTRAST, HIGH_CONTRAST = 0.1, 0.25
"""Standard deviation of the luma: 0.29 is that of all shades in equal parts."""
SQUARE = 0.03
"""By how much of itself one side may be longer."""
TILTED = 3.0
"""Degrees that a camera held by hand is off without anybody minding."""


def description(facts: PictureFacts, language: Language) -> str:
    """All facts, a sentence or a list each; the printed text last."""
    return "\n".join(sentence for _, _, sentence in sentences(facts, language))


def sentences(facts: PictureFacts, language: Language) -> Iterator[tuple[str, int, str]]:
    """The field of `facts` that is told, which code or which row of text (else 0), and the sentence."""
    if facts.measures:
        yield "measures", 0, size(facts.measures, language)
        yield "measures", 0, light(facts.measures, language)
    if facts.colours:
        yield "colours", 0, language.text("Colours: {list}.", list=colours(facts.colours, language))
    if facts.classes:
        names = ", ".join(f"{language.text(item.name)} ({percent(item.probability)})" for item in facts.classes)
        yield "classes", 0, language.text("It may show: {list}.", list=names)
    for number, code in enumerate(facts.codes or ()):
        yield "codes", number, code_text(code, language)
    if facts.lines:
        yield "", 0, language.text("Text in it:")
        for number, row in enumerate(rows(facts.lines)):
            yield "lines", number, row
    elif facts.lines is not None:
        yield "", 0, language.text("No text was found in it.")


def size(measures: Measures, language: Language) -> str:
    return language.text(
        "A {format} picture of {width} x {height} pixels, {shape}.",
        format=measures.format,
        width=measures.width,
        height=measures.height,
        shape=language.text(shape(measures)),
    )


def shape(measures: Measures) -> str:
    longer, shorter = max(measures.width, measures.height), min(measures.width, measures.height)
    if longer <= shorter * (1 + SQUARE):
        return "square"
    return "wider than high" if measures.width > measures.height else "higher than wide"


def light(measures: Measures, language: Language) -> str:
    parts = (language.text(brightness(measures)), language.text(contrast(measures)), language.text(sharpness(measures)))
    return language.text(
        "It is {brightness}, {contrast} and {sharpness}.", brightness=parts[0], contrast=parts[1], sharpness=parts[2]
    )


def brightness(measures: Measures) -> str:
    return (
        "dark" if measures.brightness < DARK else "bright" if measures.brightness > BRIGHT else "of medium brightness"
    )


def contrast(measures: Measures) -> str:
    if measures.contrast < LOW_CONTRAST:
        return "low in contrast"
    return "rich in contrast" if measures.contrast > HIGH_CONTRAST else "of medium contrast"


def sharpness(measures: Measures) -> str:
    if measures.contrast < FLAT:
        return "without detail"
    return "blurred" if measures.sharpness < BLURRED else "sharp"


def colours(found: Sequence[Colour], language: Language) -> str:
    comma = language.text(", ")
    return comma.join(f"{language.text(colour.name)} ({percent(colour.share)})" for colour in found)


def code_text(code: Code, language: Language) -> str:
    return language.text("{kind}: {content}", kind=code.kind, content=code.text)


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def tilt(lines: Sequence[TextLine], language: Language) -> str:
    """How the text of the picture is turned."""
    angle = direction(lines)
    if abs(angle) <= TILTED:
        return language.text("The text in it is upright.")
    if abs(angle) > 180 - TILTED:
        return language.text("The text in it is upside down.")
    if angle > 0:
        return language.text("The text in it is turned by {degrees} degrees clockwise.", degrees=round(angle))
    return language.text("The text in it is turned by {degrees} degrees counterclockwise.", degrees=round(-angle))
