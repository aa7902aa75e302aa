"""Many pictures, one question: a line for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from myna.cli.failure import sentence
from myna.errors import BadInput, Blocked, EngineError, MynaError, UsageError

from ..answers.asking import Answered
from .looking import read_picture
from .output import as_data

if TYPE_CHECKING:
    from myna.cli.context import Context

SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".mpo", ".dib")
)
"""Of files in a folder that are taken for pictures."""


def pictures_in(folder: str) -> list[Path]:
    """The pictures in `folder` and in the folders below it, by name.

    Raises:
        UsageError: no folder is named.
        BadInput: there is no such folder, or there are none in it.
    """
    if not folder.strip():
        raise UsageError("the folder has no name")
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise BadInput(f"{folder} is not a folder" if root.exists() else f"there is no folder {folder}")
    files = sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not files:
        raise BadInput(f"there are no pictures in {folder}")
    return files


async def answer_all(ctx: Context, files: Sequence[Path], answer: Callable[[bytes], Awaitable[Answered]]) -> None:
    """Print what `answer` says of each picture as soon as it is there; go on past those that cannot be used.

    Raises:
        Blocked: a policy blocked them all.
        BadInput: nothing could be used.
    """
    broken = blocked = 0
    for number, path in enumerate(files, 1):
        name = path.as_posix()
        ctx.note(ctx.text("{number} of {count}: {file}", number=number, count=len(files), file=name))
        try:
            answered = await answer(await read_picture(str(path)))
        except MynaError as error:
            if not isinstance(error, BadInput | EngineError | Blocked):
                raise  # what is missing for one is missing for all
            broken += 1
            blocked += isinstance(error, Blocked)
            _print_error(ctx, name, error)
        else:
            if ctx.json:
                _print_line(ctx, as_data(answered, file=name))
            else:
                ctx.print(f"{name}: {answered.answer}")
    if blocked == len(files):
        raise Blocked("a policy blocked every picture")
    if broken == len(files):
        raise BadInput("none of the pictures could be used")


def _print_error(ctx: Context, name: str, error: MynaError) -> None:
    message, hint = sentence(error.info(), ctx.language)
    if ctx.json:
        _print_line(ctx, {"file": name, "error": {"code": error.code, "message": message, "hint": hint}})
    else:
        ctx.note(f"{name}: {message}")


def _print_line(ctx: Context, data: dict[str, Any]) -> None:
    ctx.write(msgspec.json.encode(data).decode() + "\n")
