"""`myna models`: what there is, what is installed, and bringing, checking and removing it."""

from __future__ import annotations

import importlib
from pathlib import Path

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.help import equip
from myna.cli.inputs import Count
from myna.cli.offer import offer_fit
from myna.engine.protocols import Task
from myna.errors import BadModelFile, HashMismatch, ModelMissing, PluginFailed, UsageError
from myna.hookspecs import CommandInfo

from . import show
from .catalog import Catalog
from .installed import FileCheck, Installed, Store
from .listing import details, rows, unknown
from .manifest import Manifest
from .offered import offered_details, offered_rows
from .space import readable
from .tuning.state import state

TASKS = msgspec.json.schema(Task)["enum"]


class ModelCommands(click.Group):
    """Other plugins add to it: a command that they register as `models NAME` is found here as NAME."""

    def _others(self, ctx: click.Context) -> dict[str, CommandInfo]:
        registered = ctx.ensure_object(Context).host.commands()
        prefix = "models "
        return {info.name.removeprefix(prefix): info for info in registered if info.name.startswith(prefix)}

    def list_commands(self, ctx: click.Context) -> list[str]:
        own = [name for name in ("list", "show", "pull", "remove", "check", "fit") if name in self.commands] + [
            "optimize"
        ]
        return [*own, *sorted(self._others(ctx).keys() - set(own))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        if cmd_name == "optimize":
            from .tuning.command import optimize

            return equip(optimize)
        info = self._others(ctx).get(cmd_name)
        if info is None:
            return None
        module, _, attribute = info.target.partition(":")
        try:
            command = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            raise PluginFailed(f"the command {info.name} cannot be loaded: {error}") from error
        if not isinstance(command, click.Command):
            raise PluginFailed(f"the command {info.name} cannot be loaded: {info.target} is not a click command")
        return equip(command)


@click.group(cls=ModelCommands)
def models() -> None:
    """Models: what there is, what is installed, what runs here."""


def _places(ctx: Context) -> tuple[Catalog, Store]:
    return Catalog.find(ctx.paths, ctx.settings), Store(ctx.paths.models)


@models.command("list")
@click.option("--task", type=click.Choice(TASKS), help="Only models for this task.")
@click.option("--installed", is_flag=True, help="Only what is installed.")
@pass_context
def list_models(ctx: Context, task: str | None, installed: bool) -> None:
    """List the catalog and what is installed."""
    found, problems = rows(*_places(ctx))
    for problem in problems:
        ctx.note(problem.message)
    if not installed:
        found += offered_rows(ctx.host.offered_models(ctx.settings))
    chosen = [row for row in found if (not task or row.task == task) and (row.installed or not installed)]
    if ctx.json:
        ctx.print_json(chosen)
    else:
        show.list_table(ctx, chosen)


@models.command("show")
@click.argument("name")
@pass_context
def show_model(ctx: Context, name: str) -> None:
    """Show all that is known of one model."""
    offered = next((model for model in ctx.host.offered_models(ctx.settings) if model.name == name), None)
    if offered is not None:
        told = offered_details(offered)
        if ctx.json:
            ctx.print_json(told)
        else:
            show.offered_lines(ctx, told)
        return
    found = details(name, *_places(ctx))
    if ctx.json:
        ctx.print_json(found)
    else:
        show.detail_lines(ctx, found)


@models.command("pull")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--from", "folder", type=click.Path(file_okay=False, path_type=Path), help="Take the files from DIR.", metavar="DIR"
)
@click.option("--update", is_flag=True, help="Fetch again, and accept what the sources have now.")
@pass_context
def pull_models(ctx: Context, names: tuple[str, ...], folder: Path | None, update: bool) -> None:
    """Fetch models; without a NAME, the best chat model for this machine."""
    from .progress import Reporter
    from .pull import Puller

    catalog, store = _places(ctx)
    chosen = [_wanted(name, catalog, store) for name in names]
    if folder is not None:
        if not chosen:
            raise UsageError("--from needs the name of a model", hint="myna models list")
        chosen = [from_folder(manifest, folder) for manifest in chosen]
    pulled: list[Installed] = []
    with ctx.audited("models.pull", models=names, update=update), Reporter(ctx) as reporter:
        puller = Puller(ctx.paths, ctx.host.model_sources(), reporter)
        for manifest in chosen:
            pulled.append(puller.pull(manifest, update=update))  # noqa: PERF401 - each may take minutes and be the last
        if not names:
            from .machine import look
            from .pick import pull_best

            machine = look(ctx.paths.cache, ctx.settings.workers.memory_reserve_mb)
            pulled.append(
                pull_best(
                    catalog, machine, ctx.settings, lambda manifest: puller.pull(manifest, update=update), ctx.note
                )
            )
    if ctx.json:
        ctx.print_json([details(model.id, catalog, store) for model in pulled])
        return
    for model in pulled:
        ctx.print(ctx.text("{model} is ready ({size})", model=model.id, size=readable(model.size)))
    unfitted = [model.id for model in pulled if state(model, store).state == "never"]
    if unfitted:
        offer_fit(ctx, unfitted[0])


def from_folder(manifest: Manifest, folder: Path) -> Manifest:
    """`manifest` with every file taken from `folder`: from a folder with the model's id in it, or from it itself."""
    inner = folder / manifest.id
    base = (inner if inner.is_dir() else folder).absolute()
    files = tuple(
        msgspec.structs.replace(file, sources=(f"file:{base / file.name}",), parts=(), member="")
        for file in manifest.files
    )
    return msgspec.structs.replace(manifest, files=files)


def _wanted(name: str, catalog: Catalog, store: Store) -> Manifest:
    manifest = catalog.get(name)
    if manifest is None:
        raise unknown(name, catalog, store)
    return manifest


@models.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--forget", is_flag=True, help="Forget what was pinned, too.")
@pass_context
def remove_models(ctx: Context, names: tuple[str, ...], forget: bool) -> None:
    """Delete installed models."""
    catalog, store = _places(ctx)
    for name in names:
        if store.get(name) is None and catalog.get(name) is None:
            raise unknown(name, catalog, store)
    with ctx.audited("models.remove", models=names):
        freed = {name: store.remove(name, forget=forget) for name in names}
    if ctx.json:
        ctx.print_json([{"id": name, "freed": size} for name, size in freed.items()])
        return
    for name, size in freed.items():
        ctx.print(ctx.text("{model} is removed ({size} freed)", model=name, size=readable(size)))


@models.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@pass_context
def check_models(ctx: Context, names: tuple[str, ...]) -> None:
    """Hash installed models again; without a NAME, all of them."""
    from .progress import checking

    _, store = _places(ctx)
    results: list[FileCheck] = []
    for name in names or store.names():
        with checking(ctx, name) as progress:
            results += store.check(name, progress)
    if ctx.json:
        ctx.print_json(results)
    else:
        show.check_lines(ctx, results)
    bad = sorted({result.model for result in results if result.result != "ok"})
    if bad:
        raise HashMismatch(
            f"{len(bad)} of {len({result.model for result in results})} models are damaged: {', '.join(bad)}",
            hint=f"myna models remove {bad[0]}, then myna models pull {bad[0]}",
        )


@models.command("fit")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@click.option("--context", type=Count(1), metavar="N", help="Tokens of context to count with.")
@pass_context
def fit_models(ctx: Context, names: tuple[str, ...], context: int | None) -> None:
    """Say which models run on this machine, and how fast about."""
    from .fit import Demand, judge, of_installed, of_manifest, of_path
    from .machine import look

    catalog, store = _places(ctx)

    def demand(name: str) -> tuple[Demand, bool]:
        installed = store.get(name)
        found = of_installed(installed, store) if installed else None
        if found is not None:
            return found, True
        manifest = catalog.get(name)
        if manifest is not None:
            return of_manifest(manifest), manifest.task == "chat"
        path = Path(name).expanduser()
        if path.is_file():
            return of_path(path), True
        if "/" in name or path.suffix:
            raise BadModelFile(f"there is no file {name}") if path.suffix else ModelMissing(f"there is no {name}")
        raise unknown(name, catalog, store)

    chosen = names
    if not chosen:
        chosen = tuple(row.id for row in rows(catalog, store)[0] if row.task == "chat")
    demands = [(name, *demand(name)) for name in chosen]
    machine = look(ctx.paths.cache, ctx.settings.workers.memory_reserve_mb)
    wanted = context if context is not None else ctx.settings.engine.context
    fits = [judge(name, found, machine, wanted, writes=writes) for name, found, writes in demands]
    if ctx.json:
        ctx.print_json(fits)
    else:
        show.fit_table(ctx, fits, machine)
