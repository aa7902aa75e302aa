"""`/voice` in a chat: the same conversation, spoken."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from myna.cli.interrupt import on_interrupt
from myna.cli.waiting import Waiting

if TYPE_CHECKING:
    from myna.cli.lines import Lines
    from myna.cli.session import Chat


async def voice(chat: Chat, argument: str, lines: Lines) -> None:
    """Speak and listen until Ctrl-C, then go on typing.

    Raises:
        DeviceMissing, ModelMissing, ExtraMissing: something is not there.
    """
    del argument, lines
    from .opening import devices, open_session
    from .show import shown
    from .talk import with_button

    ctx = chat.ctx
    settings = ctx.settings.speech
    show = shown(ctx)
    microphone, loudspeaker = devices(settings, None, None)
    with Waiting(ctx, ctx.text("The models are being loaded …")):
        session = await open_session(
            chat.assistant,
            chat.conversation,
            settings,
            microphone,
            loudspeaker,
            show=show.told,
            options=chat.options,
        )
    running = asyncio.create_task(with_button(session, by_hand=settings.listen == "push-to-talk"))
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True
        running.cancel()

    with on_interrupt(stop), suppress(asyncio.CancelledError):
        await running
    if not stopped and running.cancelled():
        # Not Ctrl-C, but whoever runs the chat.
        raise asyncio.CancelledError
    show.end(session.percentiles)
    ctx.note(ctx.text("Back to typing."))
