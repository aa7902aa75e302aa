"""The command `myna` and how it finds its commands: by name, imported only when called."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import cast

import click

from ..errors import BadConfig, MynaError, PluginFailed, PluginMissing
from ..hookspecs import CommandInfo
from ..suggest import did_you_mean
from .context import Context
from .help import ClickContext, equip

BUILT_IN = (
    CommandInfo("demo", "Show all that works on this machine", "myna.cli.demo:demo"),
    CommandInfo("ask", "Ask one question", "myna.cli.ask:ask"),
    CommandInfo("chat", "Talk in the terminal", "myna.cli.chat:chat"),
    CommandInfo(
        "conversations", "List, show, search, export and delete what was said", "myna.cli.history:conversations"
    ),
    CommandInfo("audit", "Check and export the record of what happened", "myna.cli.audit:audit"),
    CommandInfo("plugins", "List plugins, what they may use, and what failed", "myna.cli.plugins:plugins"),
    CommandInfo("doctor", "Check this machine, and say how to mend what is wrong", "myna.cli.doctor:doctor"),
    CommandInfo("bench", "Measure, each figure beside its peer", "myna.cli.measure:bench"),
    CommandInfo("config", "Show and change settings", "myna.cli.settings:config"),
)

PROVIDERS = {
    "talk": "speech",
    "transcribe": "speech",
    "say": "speech",
    "see": "vision",
    "models": "models",
    "prompts": "prompts",
    "guard": "guard",
    "serve": "serve",
    "wyoming": "speech",
    "desktop": "desktop",
}
"""Commands that plugins of Myna itself bring, for a clear answer where the plugin is absent."""

ORDER = (
    *("demo", "ask", "chat", "talk", "transcribe", "say", "see", "models", "prompts", "guard", "conversations"),
    *("audit", "plugins", "doctor", "serve", "wyoming", "desktop", "bench", "config"),
)
"""How `myna --help` lists the commands; others follow by name."""


class Commands(click.Group):
    """A click group whose commands are import strings until they are needed."""

    context_class = ClickContext

    def known(self, ctx: click.Context) -> dict[str, CommandInfo]:
        """All commands by name. A plugin cannot take the name of a built-in command."""
        context = ctx.ensure_object(Context)
        found = {info.name: info for info in context.host.commands()}
        found.update({info.name: info for info in BUILT_IN})
        places = {name: place for place, name in enumerate(ORDER)}
        return dict(sorted(found.items(), key=lambda pair: (places.get(pair[0], len(ORDER)), pair[0])))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.known(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        built_in = next((info for info in BUILT_IN if info.name == cmd_name), None)
        # A built-in command does not wait for the plugins to load.
        info = built_in or self.known(ctx).get(cmd_name)
        return None if info is None else self._load(ctx, info)

    def _load(self, ctx: click.Context, info: CommandInfo) -> click.Command:
        module, _, attribute = info.target.partition(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except MynaError:
            raise
        except Exception as error:
            if info in BUILT_IN:
                raise
            raise PluginFailed(f"the command {info.name} cannot be loaded: {error}") from error
        if not isinstance(command, click.Command):
            raise PluginFailed(f"the command {info.name} cannot be loaded: {info.target} is not a click command")
        return equip(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        command = self.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        if name in PROVIDERS:
            raise absent(ctx.ensure_object(Context), name)
        raise click.UsageError(
            f"there is no command {name}{did_you_mean(name, [*self.list_commands(ctx), *PROVIDERS])}", ctx
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        try:
            known = self.known(ctx)
        except BadConfig as error:
            known = {info.name: info for info in BUILT_IN}
            ctx.ensure_object(Context).note(error.message)
        with formatter.section("Commands"):
            formatter.write_dl([(info.name, info.summary) for info in known.values()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        return list(self._completions(ctx, incomplete))

    def _completions(self, ctx: click.Context, incomplete: str) -> Iterator[click.shell_completion.CompletionItem]:
        if incomplete.startswith("-"):
            yield from click.Command.shell_complete(self, ctx, incomplete)
            return
        for info in self.known(ctx).values():
            if info.name.startswith(incomplete):
                yield click.shell_completion.CompletionItem(info.name, help=info.summary)


def absent(ctx: Context, name: str, provider: str = "") -> MynaError:
    """Why `name`, a command or an option that the plugin `provider` brings, cannot be used."""
    provider = provider or PROVIDERS[name]
    listed = next((plugin for plugin in ctx.host.plugins() if plugin.name == provider), None)
    if listed is None:
        hint = f"pip install 'myna[{provider}]'" if provider in _extras() else None
        return PluginMissing(f"{name} comes with the plugin {provider}, which is not installed", hint=hint)
    if listed.state == "failed":
        return PluginMissing(f"{name} comes with the plugin {provider}, which failed: {listed.error}")
    if listed.state == "active":
        return PluginMissing(f"{name} comes with the plugin {provider}, but not with the version that is installed")
    return PluginMissing(
        f"{name} comes with the plugin {provider}, which is switched off", hint="myna config get plugins.disabled"
    )


def check_plugin(ctx: Context, name: str, provider: str) -> None:
    """Make sure of the plugin that brings `name`.

    Raises:
        PluginMissing: it is not active.
    """
    if not any(plugin.name == provider and plugin.state == "active" for plugin in ctx.host.plugins()):
        raise absent(ctx, name, provider)


def _extras() -> list[str]:
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        return cast(list[str], metadata("myna").get_all("Provides-Extra") or [])
    except PackageNotFoundError:
        return []
