"""What is written beside the pixels of a picture is taken out before it is kept: places, times, names, devices.

Only the container is rewritten, never the pixels, and no decoder is run. What is kept: how colours are meant, and how
the picture is turned. Of a file that is cut off or damaged, what can be told to be no metadata is kept.
"""

from __future__ import annotations

from .gif import strip_gif
from .jpeg import strip_jpeg
from .png import strip_png
from .webp import strip_webp

_STRIPPERS = {"image/png": strip_png, "image/jpeg": strip_jpeg, "image/webp": strip_webp, "image/gif": strip_gif}

TO_PNG = frozenset(("image/tiff", "image/bmp", "image/heic", "image/avif"))
"""Pictures whose metadata is woven into the container: they are made PNG files instead, by what decodes them."""


def without_metadata(data: bytes, media_type: str) -> bytes:
    """`data`, which really is of `media_type`, without metadata; what is no picture stays as it is."""
    strip = _STRIPPERS.get(media_type)
    return data if strip is None else strip(data)
