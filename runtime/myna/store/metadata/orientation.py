"""How a picture is to be turned, as EXIF and XMP say it, and the least EXIF that says so."""

from __future__ import annotations

import re
import struct

_TAG, _SHORT = 0x0112, 3
"""EXIF 2.32: the orientation, one 16-bit number."""
_XMP = re.compile(rb'tiff:Orientation(?:="|>)([1-8])')
_MOST_ENTRIES = 1000
"""Of the first directory; cameras write some twenty."""


def exif_orientation(exif: bytes) -> int:
    """The orientation in a TIFF structure, 1 to 8; 1 (upright) where it is not said or cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 8:
        return 1
    start = struct.unpack_from(f"{order}I", exif, 4)[0]
    if start + 2 > len(exif):
        return 1
    count = min(struct.unpack_from(f"{order}H", exif, start)[0], _MOST_ENTRIES)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        if entry + 12 > len(exif):
            break
        tag, kind = struct.unpack_from(f"{order}HH", exif, entry)
        if tag == _TAG and kind == _SHORT:
            value: int = struct.unpack_from(f"{order}H", exif, entry + 8)[0]
            return value if 1 <= value <= 8 else 1
    return 1


def xmp_orientation(xmp: bytes) -> int:
    """As `exif_orientation`, of an XMP packet."""
    found = _XMP.search(xmp)
    return int(found[1]) if found else 1


def least_exif(orientation: int) -> bytes:
    """A TIFF structure that says the orientation and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _TAG, _SHORT, 1, orientation, 0, 0)
