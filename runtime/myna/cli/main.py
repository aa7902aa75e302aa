"""The program `myna`. Nothing slow is imported up here, so that Ctrl-C during the start is quiet too."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main() -> None:
    """Run the command line and end the process with its exit status."""
    try:
        status = run(sys.argv[1:])
    except KeyboardInterrupt:
        status = INTERRUPTED
    if status == INTERRUPTED:
        from .leaving import leave

        # Somebody waits for the prompt: threads that are still at work are not waited for.
        leave(status)
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit status (see `docs/cli.md`)."""
    from .context import Context
    from .failure import asked_for, report

    arguments = list(arguments)
    _prepare_streams()
    _set_home(arguments)
    context = Context()
    try:
        status = _invoke(arguments, context)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has seen enough. 141 is what a shell reports for SIGPIPE.
        _close_output()
        return 141
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the border of the program: all becomes one line
        # An error may come before the options were understood.
        context.json = context.json or asked_for("--json", arguments)
        if isinstance(error, OSError):
            # Perhaps standard output itself, which must not fail again when the interpreter ends.
            _close_output()
        return report(error, context)
    finally:
        _release_logs()
    return status


def _invoke(arguments: list[str], context: object) -> int:
    import click

    from .root import myna

    if instruction := os.environ.get("_MYNA_COMPLETE"):
        from click.shell_completion import shell_complete

        return shell_complete(myna, {"obj": context}, "myna", "_MYNA_COMPLETE", instruction)
    try:
        with myna.make_context("myna", arguments, obj=context) as ctx:
            myna.invoke(ctx)
    except click.exceptions.Exit as finished:
        return finished.exit_code
    return 0


def _prepare_streams() -> None:
    """Texts in any language can be printed under any locale; what it cannot show becomes a question mark."""
    import io

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if sys.platform == "win32" and not stream.isatty():
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="replace")


def _set_home(arguments: Sequence[str]) -> None:
    """Apply `--home` before anything is read: plugins and the language are found through it."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            return
        if argument.startswith("--home="):
            os.environ["MYNA_HOME"] = argument.partition("=")[2]
        elif argument == "--home" and index + 1 < len(arguments):
            os.environ["MYNA_HOME"] = arguments[index + 1]


def _release_logs() -> None:
    from .. import logs

    logs.release()


def _close_output() -> None:
    """Let what is still buffered for standard output go nowhere, so that the interpreter ends quietly."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)


if __name__ == "__main__":
    main()
