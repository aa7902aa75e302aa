"""Picture files decoded into pixels, under limits. For workers alone: whatever a decoder does, it does there."""

from __future__ import annotations

import importlib.util
import logging
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput, ExtraMissing
from ..store.attachments import MAX_ATTACHMENT_BYTES, PICTURES, sniff
from .webp_size import webp_size

try:
    from PIL import Image, ImageOps, UnidentifiedImageError
except ImportError as error:
    raise ExtraMissing("Pillow, which decodes pictures, is not installed", hint="pip install 'myna[vision]'") from error

MAX_PIXELS = 128_000_000
"""More than the largest sensor in a telephone has (108 million); decoded, half a gigabyte at four bytes each."""

SMALLER = "make it smaller first"

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by the orientation in its EXIF data (EXIF 2.32, tag 274)."""
_DEGREES = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
"""Clockwise; the mirrored ones are turned so before they are mirrored."""

_DECODER_ERRORS = (
    OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError, struct.error, MemoryError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow's decoders raise for files that are broken, or made to break them."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# What is wrong with a file is told by the error; its maker could fill the log with the rest.
logging.getLogger("PIL").setLevel(logging.CRITICAL)
if importlib.util.find_spec("pillow_heif"):
    import pillow_heif

    pillow_heif.register_heif_opener()
Image.init()
FORMATS = tuple(
    name for name in ("PNG", "JPEG", "WEBP", "BMP", "DIB", "GIF", "TIFF", "AVIF", "HEIF") if name in Image.OPEN
)
"""As Pillow calls them, those that are there. No format that runs another program (EPS)."""


class Picture(NamedTuple):
    pixels: NDArray[np.uint8]
    """Height x width x 3: red, green, blue; upright; what can be seen through lies on white."""
    format: str
    """As people call it: `PNG`, `JPEG` ..."""
    animated: bool
    """There is more than one frame; this is the first."""
    turned: int
    """Degrees clockwise between the stored pixels and these."""
    transparent: bool


def decode(data: bytes) -> NDArray[np.uint8]:
    """The pixels of the picture file `data`: height x width x 3, as in `Picture`.

    Raises: as `open_picture`.
    """
    return open_picture(data).pixels


def open_picture(data: bytes) -> Picture:
    """The picture file `data`, decoded.

    Raises:
        BadInput: it is no picture, broken, or larger than `MAX_ATTACHMENT_BYTES` or `MAX_PIXELS`.
    """
    with _opened(data) as file:
        return _decoded(file)


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of the upright picture by the header of its file; no pixel is decoded.

    Raises: as `open_picture`, but for what shows only in the pixels.
    """
    with _opened(data) as file:
        width, height = file.size
        turned = _DEGREES.get(_orientation(file, decoded=False), 0) % 180
        return (height, width) if turned and file.format != "TIFF" else (width, height)  # Pillow has turned a TIFF


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    if len(data) > MAX_ATTACHMENT_BYTES:
        raise BadInput(
            f"the picture has {len(data):,} bytes, more than the {MAX_ATTACHMENT_BYTES:,} that are looked at",
            hint=SMALLER,
        )
    # Pillow's decoder for WebP makes room for the whole picture as soon as it sees the file.
    if (size := webp_size(data)) is not None:
        _check_size(*size)
    try:
        # Pillow warns of whatever is odd beside the pixels, which is nobody's concern here.
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data), formats=FORMATS) as file:
            warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
            _check_size(*file.size)
            yield file
    except (UnidentifiedImageError, *_DECODER_ERRORS) as error:
        raise _refusal(data, error) from None


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_large()


def _too_large() -> BadInput:
    return BadInput(f"the picture has more than the {MAX_PIXELS:,} pixels that are looked at", hint=SMALLER)


def _refusal(data: bytes, error: Exception) -> BadInput:
    found = sniff(data)
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning | MemoryError):
        return _too_large()
    if found == "image/heic" and "HEIF" not in FORMATS:
        return BadInput(
            "pictures of this kind need one more library (HEIC)",
            hint="pip install pillow-heif, or save the picture as a PNG or a JPEG file",
        )
    if found.startswith("image/"):
        return BadInput(f"the picture is damaged ({found.partition('/')[2].upper()})", hint=PICTURES)
    return BadInput(f"this is not a picture ({found or 'unknown content'})", hint=PICTURES)


def _decoded(file: Image.Image) -> Picture:
    kind = "JPEG" if file.format == "MPO" else "BMP" if file.format == "DIB" else file.format or ""
    # Never `n_frames`: it walks through all frames of a GIF to count them.
    animated = file.format != "MPO" and bool(getattr(file, "is_animated", False))
    file.seek(0)
    before = _orientation(file, decoded=False)
    file.load()
    orientation = _orientation(file)
    flat, transparent = _on_white(_eight_bits(file))
    if (turn := _TURNS.get(orientation)) is not None:
        flat = flat.transpose(turn)
    # Pillow's decoder of TIFF turns the pixels itself, and forgets that it did.
    turned = _DEGREES.get(orientation if orientation != 1 else before, 0)
    return Picture(np.asarray(flat, np.uint8), kind, animated, turned, transparent)


def _orientation(file: Image.Image, *, decoded: bool = True) -> int:
    try:
        # Pillow's own method for PNG decodes the file first: what it says may stand behind the pixels.
        exif = file.getexif() if decoded else Image.Image.getexif(file)
        value = exif.get(_ORIENTATION, 1)
    except _DECODER_ERRORS:
        return 1  # the pixels are good, only what is written beside them is not
    return value if isinstance(value, int) else 1


def _eight_bits(file: Image.Image) -> Image.Image:
    """Deep grey brought to the range of 8 bits; Pillow would clip it at 255 instead."""
    if file.mode not in {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}:
        return file
    values = np.asarray(file, np.float64)
    if file.mode == "F":
        low, high = (float(values.min()), float(values.max())) if np.isfinite(values).all() else (0.0, 1.0)
    else:
        low, high = 0.0, 65_535.0  # 32-bit grey is how 16 bits are kept, too
    scaled = (values - low) / (high - low) if high > low else np.zeros_like(values)
    return Image.fromarray((np.nan_to_num(scaled).clip(0, 1) * 255).round().astype(np.uint8), "L")


def _on_white(image: Image.Image) -> tuple[Image.Image, bool]:
    """In red, green and blue on white, and whether any of it can be seen through."""
    if not (image.mode in {"RGBA", "RGBa", "LA", "La", "PA"} or "transparency" in image.info):
        return image.convert("RGB"), False
    layered = image.convert("RGBA")
    transparent = bool((np.asarray(layered.getchannel("A")) < 255).any())
    white = Image.new("RGBA", layered.size, "white")
    white.alpha_composite(layered)
    return white.convert("RGB"), transparent


def png(pixels: NDArray[np.uint8], *, largest: int = 0) -> bytes:
    """A PNG file of `pixels` (height x width x 3), with nothing beside them.

    `largest` is what the longer side is brought down to, in pixels; 0 leaves the size.
    """
    image = Image.fromarray(pixels, "RGB")
    if largest and max(image.size) > largest:
        image = ImageOps.contain(image, (largest, largest))
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)  # an eighth of the time of the default, a tenth larger
    return out.getvalue()
