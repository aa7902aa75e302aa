"""What the commands of the server say, they say in Chinese too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from myna.cli.chinese import CHINESE as CORE
from myna_serve.chinese import CHINESE
from myna_serve.command import serve
from myna_serve.plugin import myna_register_commands


def commands(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from commands(child)


@pytest.mark.parametrize("command", list(commands(serve)), ids=lambda command: command.name)
def test_help_is_translated(command):
    options = [param.help or "" for param in command.params if isinstance(param, click.Option)]
    texts = [" ".join(text.split()) for text in [*(command.help or "").split("\n\n"), *options]]
    assert [text for text in texts if text and text not in {**CORE, **CHINESE}] == []


def test_summaries_are_translated():
    assert [info.summary for info in myna_register_commands() if info.summary not in CHINESE] == []


def test_both_sides_have_the_same_values_and_differ():
    for english, chinese in CHINESE.items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), english
        assert english != chinese
