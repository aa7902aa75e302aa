"""`myna models import`: a model that lies on this machine, into the catalog and installed."""

from __future__ import annotations

from pathlib import Path

import click

from myna.cli.context import Context, pass_context

from .catalog import Catalog
from .importing import add_file
from .installed import Store
from .listing import details
from .space import readable


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path), metavar="PATH")
@pass_context
def import_model(ctx: Context, path: Path) -> None:
    """Install a model from this machine: a GGUF file, or a folder with a text model in ONNX."""
    from .progress import Reporter
    from .pull import Puller

    manifest = add_file(path.expanduser(), ctx.paths, ctx.settings)
    with ctx.audited("models.pull", models=(manifest.id,), update=True), Reporter(ctx) as reporter:
        # What was imported from the same place before may have changed since.
        model = Puller(ctx.paths, ctx.host.model_sources(), reporter).pull(manifest, update=True)
    if ctx.json:
        ctx.print_json(details(model.id, Catalog.find(ctx.paths, ctx.settings), Store(ctx.paths.models)))
    else:
        ctx.print(ctx.text("{model} is ready ({size})", model=model.id, size=readable(model.size)))
