"""How the program ends when something is wrong: one line, a hint, and the right exit status."""

from __future__ import annotations

import errno
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from .. import __version__, logs
from ..config import LogSettings, Settings
from ..errors import Cancelled, DiskFull, ErrorInfo, Missing, MynaError, OutOfMemory, UsageError
from .context import Context, colours
from .language import Language, choose
from .terminal import one_line, printable


def report(error: BaseException, ctx: Context) -> int:
    """Print `error` on standard error; the exit status for it."""
    if isinstance(error, KeyboardInterrupt | Cancelled | click.Abort):
        if ctx.json:
            _print(Cancelled("interrupted").info(), ctx)
        return Cancelled.exit_status
    if isinstance(error, click.ClickException):
        error = from_click(error, ctx.command_path)
    error = from_system(error)
    if not isinstance(error, MynaError):
        return _report_bug(error, ctx)
    if ctx.verbose:
        _write(_traceback(error))
    if isinstance(error, UsageError) and not error.hint:
        error.hint = f"{ctx.command_path} --help"
    _print(error.info(), ctx)
    return error.exit_status


def from_system(error: BaseException) -> BaseException:
    """What the machine has run out of or forbids, as an error of Myna; anything else as it is."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        if error.filename:
            return DiskFull(f"there is no room left to write {error.filename}")
        return DiskFull("there is no room left to write")
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} and error.filename:
        return Missing(
            f"{error.filename} cannot be used: {error.strerror}",
            hint="check the owner and the permissions of the file and of its folder, or choose another with --home",
        )
    if isinstance(error, MemoryError):
        return OutOfMemory("there is not enough memory")
    return error


def from_click(error: click.ClickException, command_path: str = "myna") -> MynaError:
    """Wrong usage in our own words; click's differ from version to version. `command_path` is what was called."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"{context.command_path if context else command_path} --help"
    if isinstance(error, click.NoSuchOption):
        text = f"there is no option {error.option_name}"
        if error.possibilities:
            text += f"; did you mean {error.possibilities[0]}?"
    elif isinstance(error, click.MissingParameter):
        text = f"{_parameter(error, context)} must be given"
    elif isinstance(error, click.BadParameter):
        text = f"wrong value for {_parameter(error, context)}: {_problem(error)}"
    elif context and isinstance(context.command, click.Group) and error.message == "Missing command.":
        text = f"one of its commands must be given: {', '.join(context.command.list_commands(context))}"
    else:
        text = error.format_message().rstrip(".")
        text = text[:1].lower() + text[1:]
    return UsageError(one_line(text), hint=hint)


def _problem(error: click.BadParameter) -> str:
    text = error.message.rstrip(".")
    for kind, ours in (("integer", "a whole number"), ("float", "a number")):
        text = re.sub(rf"is not a valid {kind}( range)?$", f"is not {ours}", text)
    return text


def _parameter(error: click.BadParameter, context: click.Context | None) -> str:
    if error.param is None:
        return str(error.param_hint or "a value")
    if isinstance(error.param, click.Option):
        return max(error.param.opts, key=len)
    return error.param.make_metavar(context or click.Context(click.Command("myna")))


def sentence(info: ErrorInfo, language: Language) -> tuple[str, str]:
    """Message and hint in the user's language.

    An error without a translation still gets the name of its kind in front, so that it says something.
    """
    message = one_line(info.message)
    found = language.find(message)
    if found is None:
        title = language.find(f"error: {info.code}")
        found = message if title is None else f"{title}：{message}"
    return found, language.message(one_line(info.hint))


def _print(info: ErrorInfo, ctx: Context) -> None:
    message, hint = sentence(info, ctx.language)
    if ctx.json:
        import msgspec

        body = {"error": {"code": info.code, "message": message, "hint": hint}}
        _write(msgspec.json.encode(body).decode() + "\n")
        return
    red, cyan, off = ("\x1b[31m", "\x1b[36m", "\x1b[0m") if colours(sys.stderr) else ("", "", "")
    _write(f"{red}myna:{off} {printable(message)}\n")
    if hint:
        _write(f"{cyan}hint:{off} {printable(hint)}\n")


def _report_bug(error: BaseException, ctx: Context) -> int:
    ctx.__dict__.setdefault("language", Language(choose("auto")))
    path = _keep(error, ctx)
    if ctx.verbose:
        _write(_traceback(error))
    where = f"the traceback is in {path}" if path else "see the traceback with --verbose"
    _print(ErrorInfo("internal", f"this is a bug in Myna ({type(error).__name__})", where), ctx)
    return MynaError.exit_status


def _keep(error: BaseException, ctx: Context) -> Path | None:
    """Write a traceback into the log; None where that cannot be done."""
    # What was not loaded by now may be what is broken.
    settings: Settings | None = ctx.__dict__.get("settings")
    logs.configure(settings.log if settings else LogSettings(), ctx.paths)
    path = ctx.paths.logs / logs.FILE
    before = _size(path)
    logging.getLogger("myna.cli").critical("a bug in Myna %s", __version__, exc_info=error)
    logs.release()
    return path if _size(path) != before else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def _write(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def asked_for(flag: str, arguments: Sequence[str]) -> bool:
    """Whether `flag` is among the arguments; for errors that come before the options are understood."""
    return flag in arguments[: arguments.index("--") if "--" in arguments else None]
