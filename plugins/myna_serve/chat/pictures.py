"""Pictures in requests: their bytes are in the request itself. No request makes this machine open a file, or an address
of a host that is not listed (`linked`)."""

from __future__ import annotations

import base64
import binascii
import re

from myna_serve.faults import Fault, bad

MOST_PICTURES = 16
"""In one request: each may take a second or more to look at."""

_DATA = re.compile(r"data:image/[a-z0-9.+-]{1,40}(?:;[a-z0-9=.+-]{1,40})*;base64,", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def unsupported() -> Fault:
    """What an address is answered with that is not opened."""
    return bad(
        "pictures come as data: URLs (data:image/png;base64,...), or from hosts that the server lists "
        "(serve.image_hosts); other addresses are not opened",
        "messages",
        "unsupported_image_url",
    )


def picture_of(url: str) -> bytes:
    """The content of a `data:` URL. Raises `Fault` for any other, and for what is not base64."""
    head = _DATA.match(url)
    if head is None:
        raise unsupported()
    try:
        data = base64.b64decode(_SPACES.sub("", url[head.end() :]), validate=True)
    except (binascii.Error, ValueError):
        raise bad("a picture is not valid base64", "messages", "invalid_image") from None
    if not data:
        raise bad("a picture is empty", "messages", "invalid_image")
    return data
