"""GIF files without metadata (GIF89a)."""

from __future__ import annotations

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
"""Applications whose extension says how often the film is shown."""


def strip_gif(data: bytes) -> bytes:
    """`data` without comments, texts and application data; what follows the end is left out."""
    if len(data) < 13:
        return data[:6]
    at = 13 + _table(data[10])
    kept = [data[:at]]
    while at < len(data):
        start = at
        block = data[at]
        if block == _IMAGE and at + 11 <= len(data):
            at = _after_blocks(data, at + 11 + _table(data[at + 9]))
            kept.append(data[start:at])
        elif block == _EXTENSION and at + 2 <= len(data):
            label = data[at + 1]
            at = _after_blocks(data, at + 2)
            if label == _CONTROL or (label == _APPLICATION and data[start + 3 : start + 14] in _LOOPS):
                kept.append(data[start:at])
        else:
            if block == _TRAILER:
                kept.append(b";")
            break
    return b"".join(kept)


def _table(flags: int) -> int:
    """Bytes of the colour table that the packed field `flags` announces."""
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where the sub-blocks that begin at `at` are over."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return min(at + 1, len(data))
