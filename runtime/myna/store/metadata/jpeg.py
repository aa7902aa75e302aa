"""JPEG files without metadata (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
import struct

from .orientation import exif_orientation, least_exif, xmp_orientation

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_EXIF, _XMP, _ICC, _ADOBE = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"ICC_PROFILE\0", b"Adobe"
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""In the coded pixels, where FF 00 is a byte of them and FF D0 to FF D7 only restarts the decoder."""


def strip_jpeg(data: bytes) -> bytes:
    """`data` without application data and comments, but for the colour profile and Adobe's colour transform.

    What follows the end of the picture (a second one, a film) is left out, and so is what is no segment.
    """
    kept: list[bytes] = []
    orientation = 1
    at = 2
    while found := _NEXT_MARKER.search(data, at):
        place, marker = found.end(), data[found.end() - 1]
        if marker == _EOI:
            kept.append(b"\xff\xd9")
            break
        if marker in _STANDALONE:
            at = place
            continue
        length = int.from_bytes(data[place : place + 2], "big")
        end = place + length
        if length < 2 or (end > len(data) and _is_metadata(marker, data[place + 2 :])):
            at = place
            if length >= 2:
                break
            continue
        body = data[place + 2 : end]
        if marker == _APP1 and orientation == 1:
            orientation = _turned(body)
        if not _is_metadata(marker, body):
            kept.append(b"\xff" + bytes((marker,)) + data[place:end])
        at = end
        if marker == _SOS:
            after = _NEXT_MARKER.search(data, end)
            at = after.start() if after else len(data)
            kept.append(data[end:at])
    head = b"\xff\xd8"
    if orientation != 1:
        exif = _EXIF + least_exif(orientation)
        head += b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    return head + b"".join(kept)


def _is_metadata(marker: int, body: bytes) -> bool:
    if marker == _APP2:
        return not body.startswith(_ICC)
    if marker == _APP14:
        return not body.startswith(_ADOBE)
    return _APP0 <= marker <= _APP15 or marker == _COM


def _turned(body: bytes) -> int:
    if body.startswith(_EXIF):
        return exif_orientation(body[len(_EXIF) :])
    return xmp_orientation(body) if body.startswith(_XMP) else 1
