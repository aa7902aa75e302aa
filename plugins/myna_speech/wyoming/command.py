"""`myna wyoming`: a server for Home Assistant and other clients of the Wyoming protocol."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import signal

import click

from myna.cli.context import Context, pass_context

PORT = 10300
"""What clients of Wyoming try first for speech to text."""


@click.command(epilog="Example: myna wyoming --host 0.0.0.0")
@click.option(
    "--host", default="127.0.0.1", metavar="HOST", help="The address to listen on; only this machine by default."
)
@click.option(
    "--port", default=PORT, type=click.IntRange(0, 65535), metavar="N", help="The port; 0 takes any that is free."
)
@pass_context
def wyoming(ctx: Context, *, host: str, port: int) -> None:
    """Serve speech to text, voices and answers to Home Assistant."""
    ctx.run(_serve(ctx, host, port))


async def _serve(ctx: Context, host: str, port: int) -> None:
    from .server import WyomingServer

    ended = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with await ctx.assistant() as assistant, WyomingServer(assistant, host, port) as server:
        addresses = server.addresses
        if ctx.json:
            ctx.print_json([{"host": name, "port": number} for name, number in addresses])
        for name, number in addresses:
            shown = f"[{name}]" if ":" in name else name
            ctx.note(ctx.text("Listening on {address}", address=f"tcp://{shown}:{number}"))
        if not all(ipaddress.ip_address(name).is_loopback for name, _ in addresses):
            ctx.note(ctx.text("Whoever reaches this machine can use it: the protocol knows no passwords."))
        await ended.wait()
