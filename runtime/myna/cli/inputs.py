"""What a command is given: text from standard input, files, and values of options, each checked."""

from __future__ import annotations

import asyncio
import math
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from ..config import LARGEST
from ..engine.protocols import Lora
from ..errors import BadInput, UsageError

T = TypeVar("T")

UNREADABLE = "check the path and who may read it"
ENCODING = "convert it to UTF-8 first, for example with iconv"
NO_INPUT = "give the text on the command line, or through a pipe"
SMALLER = "make it smaller first"

LARGEST_SCHEMA = 1_000_000
"""Bytes. The schemas people write are a few kilobytes."""


LARGEST_VARIABLE = 4_000_000
"""Bytes of a file that fills a variable: far above what any context holds."""


class Count(click.IntRange):
    """A whole number of things, from `least` to what libraries and the database can hold."""

    def __init__(self, least: int = 0) -> None:
        super().__init__(min=least)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        number = int(super().convert(value, param, ctx))
        if number > LARGEST:
            self.fail(f"{value} is more than {LARGEST}", param, ctx)
        return number


class Number(click.FloatRange):
    """A finite number in a range; click alone lets `nan` through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


def checked_text(text: str, source: str) -> str:
    """`text`, unless the locale could not decode it.

    Raises:
        BadInput: it holds bytes that are not UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput(f"{source} is not valid UTF-8", hint=ENCODING) from None
    return text


async def standard_input() -> str:
    """All of standard input, without the line break at the end.

    Raises:
        BadInput: it is empty or not UTF-8.
    """
    if sys.stdin is None:
        raise BadInput("standard input is closed", hint=NO_INPUT)
    data: bytes = await in_thread(sys.stdin.buffer.read)
    try:
        text = data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadInput(f"standard input is not valid UTF-8 (byte {error.start})", hint=ENCODING) from None
    if not text.strip():
        raise BadInput("standard input is empty", hint=NO_INPUT)
    return text


async def in_thread(call: Callable[[], T]) -> T:
    """The result of `call`, made in a thread that does not hold up the end of the program."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(action: Callable[[], None]) -> None:
        def once() -> None:
            if not future.done():
                action()

        if not loop.is_closed():
            loop.call_soon_threadsafe(once)

    def work() -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - handed on to whoever waits
            problem = error
            settle(lambda: future.set_exception(problem))
        else:
            settle(lambda: future.set_result(result))

    threading.Thread(target=work, daemon=True).start()
    return await future


def read_file(path: str, *, largest: int, what: str) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        BadInput: it cannot be read, is empty or is larger than `largest` bytes.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(largest + 1)
    except OSError as error:
        raise BadInput(f"the {what} {path} cannot be read: {error.strerror or error}", hint=UNREADABLE) from None
    except ValueError:
        raise BadInput(f"the {what} {path!r} cannot be read: that is no file name", hint=UNREADABLE) from None
    if len(data) > largest:
        raise BadInput(f"the {what} {path} is larger than {megabytes(largest)} MB", hint=SMALLER)
    if not data:
        raise BadInput(f"the {what} {path} is empty")
    return data


def megabytes(count: int) -> int:
    """Bytes in the megabytes that a limit is given in: of a million bytes each, or of 1,048,576."""
    return count >> 20 if count % 1_000_000 else count // 1_000_000


def read_schema(path: str) -> str:
    """A JSON schema as text.

    Raises:
        BadInput: the file is not JSON, or not a schema.
    """
    import json

    data = read_file(path, largest=LARGEST_SCHEMA, what="schema")
    try:
        text = data.decode("utf-8-sig")
        schema = json.loads(text)
    except UnicodeDecodeError:
        raise BadInput(f"the schema {path} is not valid UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadInput(f"the schema {path} is not JSON: {error.msg} in line {error.lineno}") from None
    except RecursionError:
        raise BadInput(f"the schema {path} is nested too deeply") from None
    if not isinstance(schema, dict):
        raise BadInput(f"the schema {path} must be a JSON object")
    return text


def parse_lora(text: str) -> Lora:
    """An adapter given as `FILE` or `FILE:SCALE`.

    Raises:
        UsageError: the scale is not a number.
        BadInput: there is no such file.
    """
    path, colon, scale = text.rpartition(":")
    if not colon or Path(text).is_file():
        path, scale = text, "1"
    elif not Path(path).is_file() and not _is_number(scale):
        # A path with a colon in it, for example C:\adapters\x.gguf.
        path, scale = text, "1"
    if not _is_number(scale):
        raise UsageError(f"the scale of the adapter {path} is not a number: {scale}", hint="--lora FILE:SCALE")
    if not Path(path).is_file():
        raise BadInput(f"there is no adapter {path}", hint=UNREADABLE)
    return Lora(str(Path(path).absolute()), float(scale))


def parse_variables(pairs: Sequence[str]) -> dict[str, str]:
    """Values for a template given as `NAME=VALUE`; `NAME=@FILE` takes the text of a file, `NAME=@@...` an `@`.

    Raises:
        UsageError: one has no `=`, or a name comes twice.
        BadInput: a value or a file is not UTF-8, or the file cannot be read.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = checked_text(pair, "--var").partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"--var takes NAME=VALUE, and {pair!r} is not of that form", hint="--var words=50")
        if name in values:
            raise UsageError(f"--var gives {name} two values")
        if value.startswith("@@"):
            value = value[1:]
        elif value.startswith("@"):
            value = _read_text(value[1:])
        values[name] = value
    return values


def _read_text(path: str) -> str:
    data = read_file(path, largest=LARGEST_VARIABLE, what="file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"the file {path} is not valid UTF-8 (byte {error.start})", hint=ENCODING) from None


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
