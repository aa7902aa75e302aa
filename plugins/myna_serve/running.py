"""From the settings to a server that runs until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from myna.assistant import Assistant
from myna.errors import MynaError, UsageError

from .access.keys import Keys
from .following import following
from .opening import opened
from .server import Server, is_loopback, listen
from .uploads import upload_folder

if TYPE_CHECKING:
    from myna.cli.context import Context
    from myna.config import Settings

log = logging.getLogger(__name__)

TIDY_S = 3600.0
"""Seconds between two looks for what has expired: an hour is nothing beside days."""


async def run(ctx: Context, settings: Settings) -> None:
    """Serve until SIGTERM, which lets answers under way come to their end, or until this is cancelled.

    Raises:
        UsageError: the address cannot be had, or lets others connect and there is no key.
        MynaError: settings or a database cannot be used.
    """
    with ExitStack() as stack:
        keys = await asyncio.to_thread(Keys.of, ctx.paths, settings)
        stack.callback(keys.close)
        sockets = await asyncio.to_thread(listen, settings.serve.host, settings.serve.port)
        for one in sockets:
            stack.callback(one.close)
        # Before anybody is let in.
        closed = not all(is_loopback(name) for name, _ in _addresses(sockets))
        has_keys = bool(settings.serve.jwt_keys) or await asyncio.to_thread(keys.any_active)
        if closed and not has_keys:
            raise UsageError(
                f"without a key, only this machine may ask: {settings.serve.host} lets others connect",
                hint="myna serve keys add NAME",
            )
        uploads = stack.enter_context(upload_folder(ctx.paths.data))
        async with await Assistant.open(ctx.paths, settings, host=ctx.host) as assistant:
            service, app = opened(
                assistant, keys, uploads=uploads, names=(settings.serve.host, socket.gethostname()), closed=closed
            )
            server = Server(app, settings.serve)

            def end() -> None:
                service.drain()
                server.stop()

            with contextlib.suppress(NotImplementedError):  # Windows has no such signal
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end)
            _say(ctx, _addresses(sockets), tls=bool(settings.serve.certificate), anybody=not has_keys)
            assistant.preload(settings.chat.model)
            tidying = asyncio.create_task(_tidy(assistant))
            try:
                async with following(assistant):
                    await server.run(sockets)
            finally:
                tidying.cancel()
                await asyncio.gather(tidying, return_exceptions=True)


async def _tidy(assistant: Assistant) -> None:
    """Let go of what was kept long enough, also while nobody asks."""
    while True:
        try:
            await (await assistant.store()).discard_expired()
        except MynaError as error:
            # Whoever wants something kept or found is told the same.
            log.warning("what has expired was not deleted: %s", error.message)
        await asyncio.sleep(TIDY_S)


def _addresses(sockets: Sequence[socket.socket]) -> list[tuple[str, int]]:
    return [one.getsockname()[:2] for one in sockets]


def _say(ctx: Context, addresses: Sequence[tuple[str, int]], *, tls: bool, anybody: bool) -> None:
    if ctx.json:
        ctx.print_json([{"host": name, "port": number} for name, number in addresses])
    for name, number in addresses:
        shown = f"[{name}]" if ":" in name else name
        ctx.note(ctx.text("Listening on {address}", address=f"{'https' if tls else 'http'}://{shown}:{number}/v1"))
    if anybody:
        ctx.note(ctx.text("Every program on this machine may ask: there are no keys (myna serve keys add NAME)."))
