"""PNG files without metadata (PNG, third edition)."""

from __future__ import annotations

import struct
import zlib

from .orientation import exif_orientation, least_exif, xmp_orientation

_SIGNATURE = 8
_PIXELS = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"))
_MEANING = frozenset((b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs"))
"""How colours are meant, and whether pixels are square."""


def strip_png(data: bytes) -> bytes:
    """`data` with the chunks that its pixels need, and no others; what follows the end is left out."""
    kept = [data[:_SIGNATURE]]
    orientation = 1
    at = _SIGNATURE
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        end = at + 12 + length
        body = data[at + 8 : at + 8 + length]
        if kind == b"eXIf":
            orientation = exif_orientation(body)
        elif kind == b"iTXt" and orientation == 1:
            orientation = xmp_orientation(body)
        elif kind in _PIXELS or kind in _MEANING:
            if kind == b"IDAT" and orientation != 1:
                kept.append(_chunk(b"eXIf", least_exif(orientation)))
                orientation = 1
            if kind == b"IEND" and orientation != 1:
                kept.append(_chunk(b"eXIf", least_exif(orientation)))
            kept.append(data[at:end])
        at = end
        if kind == b"IEND":
            break
    return b"".join(kept)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
