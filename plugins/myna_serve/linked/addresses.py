"""From a host to the addresses that may be asked: what is inside, this machine and its networks, is not."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from .hosts import Place

MOST = 4
"""Addresses of one host that are tried."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses in the shape of IPv6 (RFC 6052)."""

_UNICAST = ipaddress.ip_network("2000::/3")
"""All that is handed out of IPv6 for the internet (RFC 4291, section 2.4, and IANA's list)."""


async def addresses(place: Place) -> list[str]:
    """Those of `place` that may be asked, looked up this once. An address that is listed itself is taken as it is.

    Raises:
        OSError: there is no such host, or none that may be asked.
    """
    if place.literal:
        return [place.host]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("no such host") from error
    told = dict.fromkeys(str(address[0]) for *_, address in found)
    outer = [one for one in told if is_outside(one)][:MOST]
    if not outer:
        raise OSError("it is an address of this machine or of its network")
    return outer


def is_outside(address: str) -> bool:
    """Whether `address` belongs to the internet: not to this machine, a private network, one link, or a group."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address):
        inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF) if one in _NAT64 else one.sixtofour
        if inner is not None:
            return is_outside(str(inner))
        return one in _UNICAST and one.is_global and one.teredo is None
    return one.is_global and not one.is_multicast and not one.is_reserved
