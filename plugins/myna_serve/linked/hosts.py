"""Which addresses of pictures are opened: those of listed hosts, compared exactly."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import msgspec

from myna.errors import BadConfig

LONGEST = 8192
"""Characters of an address; servers refuse longer request lines (nginx: 8 kB)."""

_PORTS = {"http": 80, "https": 443}

_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
)
"""Host and port, and nothing else: no user, no dot at the end, no zone, nothing escaped, no letters but ASCII's."""

_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?", re.IGNORECASE)


class Place(msgspec.Struct, frozen=True):
    """Where a picture is to be had: a host that is listed."""

    scheme: str
    host: str
    """In lower case; of an IPv6 address without brackets."""
    port: int
    target: str
    """Path and query, as the client wrote them."""
    literal: bool
    """Whether the host is an address itself, and listed as such."""

    @property
    def named(self) -> str:
        """What the server of the picture is called in the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


class ImageHosts:
    """Hosts that pictures may come from."""

    def __init__(self, listed: Iterable[str] = ()) -> None:
        """`listed`: names or addresses, each with a port or for the usual ones. Raises `BadConfig`."""
        self._listed = frozenset(_entry(one) for one in listed)

    def __bool__(self) -> bool:
        return bool(self._listed)

    def place(self, url: str) -> Place | None:
        """Where `url` points to; None where that is not listed, or written in any other way than this one."""
        found = _ADDRESS.fullmatch(url) if len(url) <= LONGEST and _plain(url) else None
        authority = _read(found["authority"]) if found is not None else None
        if found is None or authority is None:
            return None
        scheme = found["scheme"].lower()
        host, port = authority[0], authority[1] or _PORTS[scheme]
        if (host, port) not in self._listed and not (port == _PORTS[scheme] and (host, None) in self._listed):
            return None
        target = found["target"] if found["target"].startswith("/") else f"/{found['target']}"
        return Place(scheme, host, port, target, literal=_address(host) is not None)


def _plain(url: str) -> bool:
    """Without spaces, control characters and backslashes, which programs read in different ways."""
    return url.isprintable() and " " not in url and "\\" not in url


def _entry(listed: str) -> tuple[str, int | None]:
    found = _read(listed.strip())
    if found is None:
        raise BadConfig(
            f"serve.image_hosts: {listed} is no host", hint="for example pictures.example.org, or 10.0.0.5:8080"
        )
    return found


def _read(authority: str) -> tuple[str, int | None] | None:
    """Host, and port where there is one; None for what is neither a name nor an address."""
    found = _AUTHORITY.fullmatch(authority.lower())
    if found is None or ".." in found["host"]:
        return None
    host, port = found["host"], found["port"]
    if host.startswith("["):
        address = _address(host[1:-1])
        if address is None or address.version == 4:
            return None
        host = str(address)
    if port is None:
        return host, None
    return (host, int(port)) if 0 < int(port) < 65536 else None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Only as an address is usually written: 2130706433 and 127.1 are none, and looked up as names."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
