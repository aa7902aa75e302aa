"""Picture files become pixels, upright and on white; what is broken or made to break the decoder is refused."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from myna.engine import pixels
from myna.engine.pixels import FORMATS, decode, open_picture, png, size_of
from myna.errors import BadInput
from myna.store.attachments import MAX_ATTACHMENT_BYTES

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)


def corners(width: int = 32, height: int = 16) -> Image.Image:
    """Red, green, blue and white, from the top left corner in the order of reading."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def at_corners(found: np.ndarray) -> list[tuple[int, ...]]:
    quarter, half = found.shape[0] // 4, found.shape[1] // 4
    return [tuple(found[y, x].tolist()) for y in (quarter, -quarter) for x in (half, -half)]


def near(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], tolerance: int = 6) -> bool:
    return np.abs(np.array(found, int) - np.array(wanted, int)).max() <= tolerance


CORNERS = [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "GIF", "WEBP", "JPEG", "AVIF", "DIB"])
def test_formats(form: str) -> None:
    if form not in FORMATS:
        with pytest.raises(BadInput):
            decode(b"\0\0\0\x1cftypavif" + bytes(40))
        return
    options = {"lossless": True} if form == "WEBP" else {"quality": 100} if form in {"JPEG", "AVIF"} else {}
    data = saved(corners(), form, **options)
    picture = open_picture(data)
    assert picture.format == {"DIB": "BMP"}.get(form, form)
    assert picture.pixels.shape == (16, 32, 3)
    assert picture.pixels.dtype == np.uint8
    assert near(at_corners(picture.pixels), CORNERS)
    assert (picture.animated, picture.turned, picture.transparent) == (False, 0, False)
    assert size_of(data) == (32, 16)


def test_heic_is_decoded_where_its_library_is() -> None:
    assert near(at_corners(decode(saved(corners(64, 64), "HEIF", quality=100))), CORNERS, 12)


def test_heic_names_its_library_where_that_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(corners(64, 64), "HEIF")
    monkeypatch.setattr(pixels, "FORMATS", tuple(name for name in FORMATS if name != "HEIF"))
    with pytest.raises(BadInput) as caught:
        decode(data)
    assert "pillow-heif" in caught.value.hint


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_orientation_of_exif_is_obeyed(orientation: int, form: str) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = corners() if orientation == 1 else corners().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if form == "WEBP" else {"quality": 100} if form == "JPEG" else {}
    data = saved(stored, form, exif=exif, **options)
    picture = open_picture(data)
    assert near(at_corners(picture.pixels), CORNERS)
    assert picture.turned == {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}.get(orientation, 0)
    assert size_of(data) == (32, 16)


@pytest.mark.parametrize("value", [0, 9, 77])
def test_an_orientation_that_makes_no_sense_is_none(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert open_picture(saved(corners(), "JPEG", exif=exif)).turned == 0


def test_what_can_be_seen_through_lies_on_white() -> None:
    image = Image.new("RGBA", (4, 2), (255, 0, 0, 255))
    image.putpixel((0, 0), (0, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 128))
    picture = open_picture(saved(image))
    assert picture.transparent
    assert tuple(picture.pixels[0, 0]) == WHITE
    assert abs(int(picture.pixels[0, 1, 0]) - 127) <= 1
    assert tuple(picture.pixels[0, 2]) == RED


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_a_channel_of_opacity_that_hides_nothing_is_not_transparent(mode: str) -> None:
    opaque = Image.new("RGBA", (4, 4), (1, 2, 3, 255)).convert(mode)
    assert not open_picture(saved(opaque)).transparent


def test_a_palette_with_a_transparent_colour() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 1)
    picture = open_picture(saved(image, transparency=1))
    assert picture.transparent
    assert tuple(picture.pixels[0, 0]) == WHITE
    assert tuple(picture.pixels[1, 1]) == RED


def test_grey_of_16_bits_keeps_its_shades() -> None:
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16)[None].repeat(4, 0)
    found = decode(saved(Image.fromarray(ramp)))
    assert (found[0, 0, 0], found[0, -1, 0]) == (0, 255)
    assert np.abs(found[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_grey_of_floats_is_spread() -> None:
    found = decode(saved(Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32)), "TIFF"))
    assert found[0, :, 0].tolist() == [0, 128, 255]


def test_cmyk() -> None:
    found = decode(saved(corners().convert("CMYK"), "JPEG", quality=100))
    assert near(at_corners(found), CORNERS, 12)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
def test_one_pixel(mode: str) -> None:
    assert decode(saved(Image.new(mode, (1, 1)))).shape == (1, 1, 3)


def test_the_first_of_ten_thousand_frames() -> None:
    frame = saved(Image.new("P", (2, 2)), "GIF")
    head, image = frame[: frame.index(b",")], frame[frame.index(b",") : -1]
    picture = open_picture(head + image * 10_000 + b";")
    assert picture.animated
    assert picture.pixels.shape == (2, 2, 3)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width: int, height: int) -> bytes:
    """A small PNG file that would need `width` x `height` pixels."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    squeezed = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", squeezed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 1), (2**31 - 1, 2**31 - 1), (12_000, 12_000)])
def test_more_pixels_than_are_looked_at(size: tuple[int, int]) -> None:
    data = bomb(*size)
    assert len(data) < 3000
    for look in (decode, size_of):
        with pytest.raises(BadInput, match="128,000,000 pixels") as caught:
            look(data)
        assert caught.value.hint == "make it smaller first"


def test_more_bytes_than_are_looked_at() -> None:
    with pytest.raises(BadInput, match="bytes, more than"):
        decode(saved(corners()) + bytes(MAX_ATTACHMENT_BYTES))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a picture"),
        (b"Dear diary, this file is called a.jpg.", "not a picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
    ],
)
def test_what_is_no_picture(data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        decode(data)
    assert caught.value.hint


def decoded(data: bytes) -> np.ndarray | None:
    """The pixels; None when it was refused, with a hint. Anything else that is raised fails the test."""
    try:
        return decode(data)
    except BadInput as error:
        return None if error.hint else np.zeros(0)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_any_beginning_of_a_file_is_refused_or_decoded(form: str) -> None:
    whole = saved(corners(), form)
    for length in range(0, len(whole) - 1, max(1, len(whole) // 200)):
        found = decoded(whole[:length])
        assert found is None or found.shape == (16, 32, 3)


FILES = {form: saved(corners(), form) for form in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")}


@given(
    form=st.sampled_from(list(FILES)), places=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=9)
)
def test_any_damage_is_refused_or_decoded(form: str, places: list[tuple[int, int]]) -> None:
    data = bytearray(FILES[form])
    for place, value in places:
        data[place % len(data)] = value
    found = decoded(bytes(data))
    assert found is None or (found.ndim, found.dtype) == (3, np.uint8)


def test_png_has_the_pixels_and_nothing_beside_them() -> None:
    found = np.asarray(corners(), np.uint8)
    made = png(found)
    assert np.array_equal(decode(made), found)
    assert {made[at + 4 : at + 8] for at in _chunks(made)} == {b"IHDR", b"IDAT", b"IEND"}
    assert decode(png(found, largest=8)).shape == (4, 8, 3)
    assert decode(png(found, largest=500)).shape == found.shape


def _chunks(data: bytes) -> list[int]:
    places, at = [], 8
    while at < len(data):
        places.append(at)
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return places
