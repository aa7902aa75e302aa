"""`myna hello`. This module is imported only when the command is called."""

from __future__ import annotations

import click


@click.command()
@click.argument("name", default="stranger")
def hello(name: str) -> None:
    """Greet NAME."""
    click.echo(f"Ahoy, {name}!")
