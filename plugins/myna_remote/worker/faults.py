"""What goes wrong with another server, in Myna's words. The one place where that is translated."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec

from myna.errors import BadInput, EngineUnavailable, ModelLoadFailed, MynaError, PromptTooLong, UsageError

from .limits import MESSAGE

_TOO_LONG = ("context_length", "context length", "context size", "maximum context", "too many tokens")
"""How OpenAI, vLLM and llama-server say that a prompt is too long, in a code or in words."""


@contextmanager
def server_errors(name: str) -> Iterator[None]:
    """What the HTTP library raises while the remote model `name` is asked, as Myna's errors.

    Raises:
        EngineUnavailable: it cannot be reached, or what it sends is no HTTP.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        if isinstance(error, httpx.ConnectTimeout):
            raise EngineUnavailable(f"{name}: the server cannot be reached in time") from error
        raise EngineUnavailable(f"{name}: the server has not answered in time") from error
    except (httpx.ConnectError, ssl.SSLError) as error:
        raise EngineUnavailable(f"{name}: the server cannot be reached ({_why(error)})") from error
    except httpx.HTTPError as error:
        raise EngineUnavailable(f"{name}: the connection to the server broke ({type(error).__name__})") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ModelLoadFailed(f"{name}: base_url is no address that can be asked", hint="myna config path") from error


def refusal(name: str, status: int, body: bytes, retry_after: str = "") -> MynaError:
    """What a server's answer with `status` and no stream means."""
    code, said = _words(body)
    shown = f": {said}" if said else ""
    if status == 413 or any(sign in f"{code} {said}".lower() for sign in _TOO_LONG):
        return PromptTooLong(f"{name}: the conversation is longer than the server takes")
    if status in {400, 422}:
        return BadInput(f"{name}: the server does not take the request ({status}){shown}")
    return _unavailable(name, status, shown, retry_s(retry_after))


def _unavailable(name: str, status: int, shown: str, wait_s: float) -> EngineUnavailable:
    if status == 429:
        wait = f"; it may be asked again in {wait_s:g} s" if wait_s else ""
        return EngineUnavailable(f"{name}: the server is busy (429){wait}")
    if 300 <= status < 400:
        return EngineUnavailable(f"{name}: the server points to another address, which is not followed")
    if status in {401, 403}:
        return EngineUnavailable(
            f"{name}: the server refuses the key ({status})", hint="correct key_file or key_env in [[remote.models]]"
        )
    if status == 404:
        return EngineUnavailable(
            f"{name}: the server does not know the model or the address (404)",
            hint="correct base_url or model in [[remote.models]]",
        )
    return EngineUnavailable(f"{name}: the server failed ({status}){shown}")


def broken(name: str, what: str) -> EngineUnavailable:
    """`what` of an answer was no answer."""
    return EngineUnavailable(f"{name}: the server sent {what}")


def unknown_field(name: str, field: str) -> UsageError:
    """`field` of a request cannot be said to this server."""
    return UsageError(f"{name} is on another server, where {field} cannot be chosen")


def retry_s(header: str) -> float:
    """Seconds of a `Retry-After`; 0 without one, or with a date. An hour at most: a server may say anything."""
    try:
        # In this order, what is no number counts as none.
        return min(max(0.0, float(header)), 3600.0)
    except ValueError:
        return 0.0


class _Said(msgspec.Struct):
    message: str = ""
    code: str | int | None = None


class _Error(msgspec.Struct):
    error: _Said | str = ""
    message: str = ""
    """Where vLLM of old has it."""


def _words(body: bytes) -> tuple[str, str]:
    """Code and message of an error, in one short line without control characters."""
    try:
        told = msgspec.json.decode(body, type=_Error)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", ""
    said = told.error if isinstance(told.error, _Said) else _Said(told.error)
    return str(said.code or "")[:MESSAGE], plain(said.message or told.message)


def plain(text: str) -> str:
    """A server's words, in one short line without control characters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 4 * MESSAGE]).split())
    return line if len(line) <= MESSAGE else f"{line[: MESSAGE - 1]}…"


def _why(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    while (deeper := cause.__cause__ or cause.__context__) is not None:
        cause = deeper
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "its certificate is not trusted: see ca in [[remote.models]]"
    known = os.strerror(cause.errno) if isinstance(cause, OSError) and cause.errno and cause.errno > 0 else ""
    return plain(known or str(error))
