"""What engines that look are: requests and answers, and the protocols of their host sides.

A picture travels as the bytes of its file, and is decoded where it is looked at. Places in it are pixels of the
upright picture (after the orientation of its EXIF data), from its top left corner.
"""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

Stage = Literal["measures", "colours", "codes", "text", "classes", "unsafe"]
"""What can be found out about a picture. `text`, `classes` and `unsafe` need a model each."""

Point = tuple[float, float]
"""x and y, in pixels."""


class LookRequest(msgspec.Struct, frozen=True):
    """Find out what is in a picture (operation `look`; answer: one `PictureFacts`)."""

    picture: bytes
    """A file in any format that `myna.engine.pixels` decodes."""
    stages: tuple[Stage, ...] = ()
    """Empty: all that there is a model for."""


class Measures(msgspec.Struct, frozen=True):
    """What needs no model."""

    width: int
    """Pixels, upright."""
    height: int
    format: str
    """As people call it: `PNG`, `JPEG` ..."""
    animated: bool = False
    """There is more than one frame; the first is looked at."""
    turned: int = 0
    """Degrees clockwise that the file's orientation turned the stored pixels by."""
    transparent: bool = False
    """Some of it can be seen through; it is looked at on white."""
    brightness: float = 0.0
    """Mean luma (Rec. 601), 0 to 1."""
    contrast: float = 0.0
    """Standard deviation of the luma, 0 to 0.5."""
    sharpness: float = 0.0
    """Variance of the Laplacian of the luma (0 to 255): the usual measure of focus."""


class Colour(msgspec.Struct, frozen=True):
    name: str
    """English, lower case: one of a short list that the interface translates."""
    share: float
    """Part of the picture, 0 to 1."""
    rgb: tuple[int, int, int]
    """The mean of these pixels."""


class Code(msgspec.Struct, frozen=True):
    """A bar code or a QR code."""

    kind: str
    """As its standard calls it: `QR Code`, `EAN-13` ..."""
    text: str
    corners: tuple[Point, Point, Point, Point]


class TextLine(msgspec.Struct, frozen=True):
    """A line of text; lines come in reading order."""

    text: str
    confidence: float
    """Mean probability of its characters, 0 to 1."""
    corners: tuple[Point, Point, Point, Point]
    """Clockwise, from the top left corner as the text is read."""


class PictureClass(msgspec.Struct, frozen=True):
    name: str
    """The first English name of the class."""
    probability: float
    """Calibrated: of answers with 0.8, eight in ten are right."""


class PictureFacts(msgspec.Struct, frozen=True):
    """What was found out. A stage that was not asked for, or has no model, is None."""

    measures: Measures | None = None
    colours: tuple[Colour, ...] | None = None
    """The largest first."""
    codes: tuple[Code, ...] | None = None
    lines: tuple[TextLine, ...] | None = None
    classes: tuple[PictureClass, ...] | None = None
    """The likeliest first; empty when none is likely enough to be said."""
    unsafe: float | None = None
    """Probability that it is pornographic."""
    timings: dict[str, float] = {}
    """Milliseconds: `decode`, and each stage by its name; `text` also as `detect` and `recognise`."""


class PlainRequest(msgspec.Struct, frozen=True):
    """The picture alone, upright, as a PNG file (operation `plain`; answer: one `PlainPicture`)."""

    picture: bytes
    largest: int = 0
    """Pixels of the longer side; 0 leaves the size."""


class PlainPicture(msgspec.Struct, frozen=True):
    data: bytes


class PictureReader(Protocol):
    """The host side of an engine that finds facts in pictures. Cancelling the call cancels the work."""

    async def look(self, request: LookRequest) -> PictureFacts: ...

    async def plain(self, request: PlainRequest) -> bytes: ...


# pictures and words


class MatchPictureRequest(msgspec.Struct, frozen=True):
    """Where a picture lies among meanings (operation `match-picture`; answer: one `MatchVectors`)."""

    picture: bytes


class MatchWordsRequest(msgspec.Struct, frozen=True):
    """Where texts lie among meanings (operation `match-words`; answer: one `MatchVectors`)."""

    texts: tuple[str, ...]


class MatchVectors(msgspec.Struct, frozen=True):
    """Unit vectors: the product of a picture's and a text's is their likeness, -1 to 1."""

    vectors: bytes
    """float32, little endian, row by row."""
    dimensions: int
    scale: float = 100.0
    """What likenesses are multiplied by before the softmax over texts: the model's learned temperature."""


class Matcher(Protocol):
    """The host side of a model with a tower for pictures and one for text, as CLIP has."""

    async def picture(self, picture: bytes) -> MatchVectors: ...

    async def words(self, texts: tuple[str, ...]) -> MatchVectors: ...
