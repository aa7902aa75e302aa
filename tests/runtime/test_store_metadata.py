"""What is written beside the pixels of a picture does not get into the store; the pixels do, the same way up."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna.engine.pixels import open_picture
from myna.store.attachments import sniff
from myna.store.metadata import without_metadata
from myna.store.metadata.orientation import exif_orientation, least_exif

Image = pytest.importorskip("PIL.Image")
PngInfo = pytest.importorskip("PIL.PngImagePlugin").PngInfo

SECRET = b"taken at home by Anna"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6">' + SECRET
    + b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)  # fmt: skip


def pixels() -> Image.Image:
    image = Image.new("RGB", (24, 16), "white")
    image.paste("red", (0, 0, 12, 8))
    image.paste("blue", (12, 8, 24, 16))
    return image


def exif(orientation: int) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = SECRET.decode()  # ImageDescription
    made[0x8825] = {1: "N", 2: (48.0, 51.0, 29.6)}  # GPS
    return made


def saved(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    pixels().save(out, form, **options)
    return out.getvalue()


def png_text() -> bytes:
    notes = PngInfo()
    notes.add_text("Comment", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    notes.add_text("Raw", SECRET.decode(), zip=True)
    return saved("PNG", pnginfo=notes, exif=exif(6)) + SECRET


def animated() -> bytes:
    return saved("GIF", save_all=True, append_images=[Image.new("RGB", (24, 16), "green")], loop=3, comment=SECRET)


CASES: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: saved("JPEG", quality=95, exif=exif(6), comment=SECRET) + SECRET,
    "progressive": lambda: saved("JPEG", progressive=True, exif=exif(3), comment=SECRET),
    "jpeg, xmp": lambda: saved("JPEG", xmp=XMP),
    "png": png_text,
    "webp": lambda: saved("WEBP", lossless=True, exif=exif(8), xmp=XMP),
    "webp, lossy": lambda: saved("WEBP", exif=exif(6)),
    "gif": animated,
}


@pytest.mark.parametrize("case", CASES)
def test_pixels_stay_and_words_go(case: str) -> None:
    data = CASES[case]()
    assert SECRET in data or case.startswith("webp, lossy")
    stripped = without_metadata(data, sniff(data))
    before, after = open_picture(data), open_picture(stripped)
    assert np.array_equal(before.pixels, after.pixels)
    assert before.turned == after.turned
    assert before.animated == after.animated
    assert SECRET not in stripped
    assert b"GPS" not in stripped
    with Image.open(io.BytesIO(stripped)) as opened:
        assert set(opened.getexif()) <= {0x0112}
        assert "comment" not in opened.info
        assert not any("xmp" in str(key).lower() for key in opened.info)
    assert without_metadata(stripped, sniff(stripped)) == stripped


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colour_profiles_stay(form: str) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(form, icc_profile=profile)
    with Image.open(io.BytesIO(without_metadata(data, sniff(data)))) as opened:
        assert opened.info["icc_profile"] == profile


def test_inks_stay_what_they_are() -> None:
    """Adobe's segment says that the inks of a CMYK picture are inverted."""
    out = io.BytesIO()
    pixels().convert("CMYK").save(out, "JPEG", exif=exif(1))
    stripped = without_metadata(out.getvalue(), "image/jpeg")
    assert np.array_equal(open_picture(out.getvalue()).pixels, open_picture(stripped).pixels)
    assert SECRET not in stripped


def test_a_second_picture_behind_the_first_goes() -> None:
    first, second = saved("JPEG"), saved("JPEG", comment=SECRET)
    assert without_metadata(first + second, "image/jpeg") == without_metadata(first, "image/jpeg")


def test_compressed_text_is_found_too() -> None:
    hidden = zlib.compress(SECRET * 10)
    chunk = b"zTXt" + b"Comment\0\0" + hidden
    data = saved("PNG")
    data = data[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]
    assert hidden not in without_metadata(data, "image/png")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_least_exif_says_one_thing(orientation: int) -> None:
    made = least_exif(orientation)
    assert exif_orientation(made) == orientation
    assert len(made) == 26


@pytest.mark.parametrize("case", CASES)
def test_any_beginning_of_a_file_is_taken(case: str) -> None:
    data = CASES[case]()
    for length in [*range(min(len(data), 400)), *range(400, len(data), 7)]:
        piece = data[:length]
        stripped = without_metadata(piece, sniff(data))
        assert SECRET not in stripped
        assert len(stripped) <= max(length, 12) + 40


@given(case=st.sampled_from(list(CASES)), seed=st.integers(0, 2**32), changes=st.integers(1, 20))
def test_any_damage_is_taken(case: str, seed: int, changes: int) -> None:
    data = bytearray(_made(case))
    chance = random.Random(seed)
    for _ in range(changes):
        data[chance.randrange(12, len(data))] = chance.randrange(256)
    stripped = without_metadata(bytes(data), sniff(bytes(data)))
    assert len(stripped) <= len(data) + 40
    # It is known by the hash of what is left, however often it is stripped.
    assert without_metadata(stripped, sniff(stripped)) == stripped


_MADE: dict[str, bytes] = {}


def _made(case: str) -> bytes:
    return _MADE.setdefault(case, CASES[case]())


def test_what_is_no_picture_stays_as_it_is() -> None:
    assert without_metadata(b"ID3 a song", "audio/mpeg") == b"ID3 a song"
