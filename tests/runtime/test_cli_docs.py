"""`docs/cli.md` tells of every command and every option, and of nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from myna import errors
from myna.cli.context import Context
from myna.cli.root import myna

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
ROWS = {row[1]: row[0] for row in re.finditer(r"^\| `(myna(?: [a-z]+)*)[^`]*` \|.*$", PAGE, re.MULTILINE)}
EVERYWHERE = {"--json", "--quiet", "--verbose", "--home", "--help"}


def commands(command: click.Command, ctx: click.Context, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        if command.invoke_without_command:
            yield path, command
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            assert child is not None, name
            yield from commands(child, click.Context(child, parent=ctx, info_name=name), f"{path} {name}")
    else:
        yield path, command


@pytest.fixture(scope="module")
def tree() -> dict[str, click.Command]:
    return dict(commands(myna, click.Context(myna, obj=Context(), info_name="myna"), "myna"))


def long_options(command: click.Command) -> set[str]:
    options = (parameter for parameter in command.params if isinstance(parameter, click.Option))
    names = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    return {name for name in names if name.startswith("--")} - EVERYWHERE


def test_every_command_has_a_row_and_every_row_a_command(tree):
    assert sorted(ROWS) == sorted(tree)


def test_every_row_names_the_options_of_its_command(tree):
    for path, command in tree.items():
        named = set(re.findall(r"--[a-z-]+", ROWS[path])) - EVERYWHERE
        assert named == long_options(command), path


def test_every_exit_status_has_a_row():
    raised = {
        kind.exit_status for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_status")
    }
    rows = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert rows == raised | {0}
