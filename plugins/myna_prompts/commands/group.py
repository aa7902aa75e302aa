"""The commands of `myna prompts`, each imported when it is called."""

from __future__ import annotations

import importlib

import click

from myna.cli.help import equip

_COMMANDS = {
    "list": "myna_prompts.commands.listing:list_prompts",
    "show": "myna_prompts.commands.showing:show",
    "render": "myna_prompts.commands.render:render",
    "new": "myna_prompts.commands.new:new",
    "optimize": "myna_prompts.commands.optimize:optimize_prompt",
    "split": "myna_prompts.commands.split:split",
    "rate": "myna_prompts.commands.split:rate",
    "votes": "myna_prompts.commands.split:votes",
    "eval": "myna_prompts.commands.eval:evaluate",
}


class PromptCommands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        target = _COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return equip(command)


@click.group(cls=PromptCommands)
def prompts() -> None:
    """Show, try and measure prompt templates."""
