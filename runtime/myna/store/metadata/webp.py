"""WebP files without metadata (RFC 9649)."""

from __future__ import annotations

import struct

from .orientation import exif_orientation, least_exif, xmp_orientation

_HEAD = 12
_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
"""Flags of the chunk VP8X."""


def strip_webp(data: bytes) -> bytes:
    """`data` with its pixels, its colour profile and, where it is not upright, the least EXIF that says so."""
    kept: list[bytes] = []
    orientation = 1
    at = _HEAD
    while at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + length]
        if kind == b"EXIF":
            orientation = exif_orientation(body.removeprefix(b"Exif\0\0"))
        elif kind == b"XMP " and orientation == 1:
            orientation = xmp_orientation(body)
        elif kind in _KEPT:
            kept.append(data[at : at + 8 + length + length % 2])
        at += 8 + length + length % 2
    if kept and kept[0][:4] == b"VP8X" and len(kept[0]) >= 9:
        flags = kept[0][8] & ~(_HAS_EXIF | _HAS_XMP)
        if orientation != 1:
            exif = least_exif(orientation)
            kept.append(b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\0" * (len(exif) % 2))
            flags |= _HAS_EXIF
        kept[0] = kept[0][:8] + bytes((flags,)) + kept[0][9:]
    chunks = b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
