"""One resumable HTTP download: ranges, a limit for stalls, and new attempts as long as bytes keep coming."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import msgspec

from myna.errors import SourceUnavailable

ATTEMPTS = 4
"""Failures in a row, with less than `PROGRESS` bytes between them, after which a download is given up."""
PROGRESS = 1 << 16
"""Bytes that make an attempt count as a success: a server that drips must not be asked for ever."""
BACKOFF_S = 0.5
"""Before the second attempt; doubled for each further one."""
CONNECT_S = 10.0
_AGAIN = (408, 425, 429, 500, 502, 503, 504)


class _Known(msgspec.Struct, frozen=True):
    """Kept beside a partial file: what it is a part of."""

    url: str
    validator: str
    """A strong ETag or a Last-Modified date, for `If-Range`."""


class _Failed(Exception):
    """This attempt failed; another may not."""


def download(
    url: str,
    target: str,
    progress: Callable[[int, int], None],
    *,
    stall_s: float,
    headers: Mapping[str, str] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Bring `url` to the file `target`; what is there already is continued when the server still has the same.

    Raises:
        SourceUnavailable: the server refuses, stalls for `stall_s` seconds, or keeps failing.
    """
    path = Path(target)
    transfer = _Transfer(url, path, progress, headers or {})
    timeout = httpx.Timeout(stall_s or None, connect=min(CONNECT_S, stall_s or CONNECT_S))
    failures = 0
    try:
        client = httpx.Client(follow_redirects=True, timeout=timeout)
    except (ValueError, OSError, ImportError) as error:
        raise SourceUnavailable(f"the connection to {_host(url)} cannot be set up: {error}") from error
    with client:
        while True:
            before = _length(path)
            try:
                transfer.run(client)
            except httpx.ReadTimeout as error:
                raise SourceUnavailable(_reason(url, error, stall_s)) from error
            except (httpx.TransportError, _Failed) as error:
                failures = 1 if _length(path) >= before + PROGRESS else failures + 1
                if failures >= ATTEMPTS or isinstance(error, httpx.UnsupportedProtocol):
                    raise SourceUnavailable(_reason(url, error, stall_s)) from error
                pause(BACKOFF_S * 2 ** (failures - 1))
            except (httpx.TooManyRedirects, httpx.InvalidURL, httpx.DecodingError) as error:
                raise SourceUnavailable(_reason(url, error, stall_s)) from error
            else:
                path.with_suffix(".state").unlink(missing_ok=True)
                return


class _Transfer:
    def __init__(self, url: str, path: Path, progress: Callable[[int, int], None], headers: Mapping[str, str]) -> None:
        self._url = url
        self._path = path
        self._state = path.with_suffix(".state")
        self._progress = progress
        # Compressed, a range would count other bytes than those of the file.
        self._headers = {**headers, "Accept-Encoding": "identity"}

    def run(self, client: httpx.Client) -> None:
        """One attempt, from where the last one ended."""
        done, known = _length(self._path), self._known()
        headers = dict(self._headers)
        if done and known:
            headers |= {"Range": f"bytes={done}-", "If-Range": known.validator}
        with client.stream("GET", self._url, headers=headers) as response:
            if response.status_code == 416 and done and _range_total(response) == done:
                return
            if response.status_code == 416:
                self._path.unlink(missing_ok=True)
                raise _Failed("the server no longer has the same file")
            if response.status_code in _AGAIN:
                raise _Failed(f"the server answered {response.status_code}")
            if response.status_code not in (200, 206):
                raise SourceUnavailable(f"{_host(self._url)} answered {response.status_code} for {_short(self._url)}")
            continued = response.status_code == 206 and _range_start(response) == done
            if response.status_code == 206 and not continued:
                raise _Failed("the server sent another range than asked for")
            self._note(response)
            self._receive(response, done if continued else 0)

    def _receive(self, response: httpx.Response, done: int) -> None:
        length = response.headers.get("Content-Length", "")
        total = done + int(length) if length.isdigit() else 0
        with self._path.open("ab" if done else "wb") as file:
            self._progress(done, total)
            for chunk in _bodies(response):
                file.write(chunk)
                done += len(chunk)
                self._progress(done, total)
        if total and done != total:
            raise _Failed(f"the connection ended after {done:,} of {total:,} bytes")

    def _known(self) -> _Known | None:
        try:
            known = msgspec.json.decode(self._state.read_bytes(), type=_Known)
        except (OSError, msgspec.DecodeError):
            return None
        return known if known.url == self._url else None

    def _note(self, response: httpx.Response) -> None:
        etag = response.headers.get("ETag", "")
        validator = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")
        if validator:
            self._state.write_bytes(msgspec.json.encode(_Known(self._url, validator)))
        else:
            self._state.unlink(missing_ok=True)


def _bodies(response: httpx.Response) -> Iterator[bytes]:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _Failed("the server compressed the file although it was asked not to")
    # Without a size of its own: bytes gathered for a full chunk would be lost when the connection breaks.
    yield from response.iter_raw()


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _range_start(response: httpx.Response) -> int:
    """-1 when the answer does not say."""
    first = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else -1


def _range_total(response: httpx.Response) -> int:
    last = response.headers.get("Content-Range", "").rpartition("/")[2]
    return int(last) if last.isdigit() else -1


def _host(url: str) -> str:
    return httpx.URL(url).host or url


def _short(url: str) -> str:
    """Without the query, which may hold a key."""
    return url.partition("?")[0]


def _reason(url: str, error: Exception, stall_s: float) -> str:
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.ProxyError):
        return f"{_host(url)} cannot be reached: {error or 'no answer'}"
    if isinstance(error, httpx.TimeoutException):
        return f"{_host(url)} sent nothing of {_short(url)} for {stall_s:g} s"
    return f"{_short(url)} cannot be fetched: {error or type(error).__name__}"
