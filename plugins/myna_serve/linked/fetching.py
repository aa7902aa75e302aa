"""One picture from one listed host: no redirects, no proxy, no cookies, no key, and a limit for everything."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import httpx

from myna import __version__
from myna.store.attachments import sniff
from myna_serve.faults import Fault, bad

from .addresses import addresses
from .hosts import Place

FETCH_S = 20.0
"""Seconds for one picture, from the look-up of its host to its last byte; a person waits for the answer to it."""

CONNECT_S = 5.0
"""Seconds for a connection to one address, so that the next one is tried in time."""


async def fetch(place: Place, most: int) -> bytes:
    """The picture at `place`, of `most` bytes at most.

    Raises:
        Fault: it cannot be had, is too large, or is no picture.
    """
    try:
        async with asyncio.timeout(FETCH_S):
            return await _from_any(place, most)
    except TimeoutError:
        raise failed(place, "it did not come in time") from None
    except httpx.HTTPError as error:
        raise failed(place, _why(error)) from error
    except (OSError, httpx.InvalidURL) as error:
        # What a name stands for inside is nobody's business outside.
        raise failed(place, "the host cannot be reached") from error


def failed(place: Place, why: str) -> Fault:
    return bad(f"the picture at {place.named} could not be fetched: {why}", "messages", "invalid_image_url")


async def _from_any(place: Place, most: int) -> bytes:
    """From the first address that lets itself be connected to. Raises: as httpx does, `OSError` and `Fault`."""
    *others, last = await addresses(place)
    trust = await asyncio.to_thread(ssl.create_default_context) if place.scheme == "https" else False
    for address in others:
        try:
            return await _from(place, address, trust, most)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await _from(place, last, trust, most)


async def _from(place: Place, address: str, trust: ssl.SSLContext | bool, most: int) -> bytes:
    shown = f"[{address}]" if ":" in address else address
    # Connections are not kept: the library would find them by their address, whatever host they were made for.
    async with httpx.AsyncClient(
        verify=trust,
        timeout=httpx.Timeout(FETCH_S, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": f"myna/{__version__}", "accept": "image/*", "accept-encoding": "identity"},
    ) as client:
        # The address that was looked at is the one that is asked; the certificate must be that of the host.
        extensions = {} if place.literal else {"sni_hostname": place.host}
        url = f"{place.scheme}://{shown}:{place.port}{place.target}"
        async with client.stream("GET", url, headers={"host": place.named}, extensions=extensions) as response:
            _check(place, response, most)
            return await _body(place, response, most)


def _check(place: Place, response: httpx.Response, most: int) -> None:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise failed(place, "it is at another address, which is not followed")
    if response.status_code != 200:
        raise failed(place, f"the server answered {response.status_code}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/"):
        raise failed(place, "what is there is no picture")
    if response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        # A few kB could become gigabytes.
        raise failed(place, "it came compressed")
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise _too_large(place)


async def _body(place: Place, response: httpx.Response, most: int) -> bytes:
    data = bytearray()
    async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) > most:
                raise _too_large(place)
    if not sniff(bytes(data[:64])).startswith("image/"):
        raise failed(place, "what is there is no picture")
    return bytes(data)


def _too_large(place: Place) -> Fault:
    return failed(place, "the pictures of a request are larger together than it may be")


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it did not come in time"
    if isinstance(error, httpx.ConnectError):
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return "the certificate of the host is not trusted"
            cause = cause.__cause__ or cause.__context__
        return "the host cannot be reached"
    return "the connection broke"
