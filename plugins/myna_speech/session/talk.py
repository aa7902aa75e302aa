"""`myna talk`: a conversation by voice, on devices or files."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.inputs import checked_text, in_thread
from myna.cli.waiting import Waiting
from myna.errors import UsageError

if TYPE_CHECKING:
    from myna.config import Settings

    from .session import VoiceSession


class Asked(msgspec.Struct, frozen=True):
    """What was asked for on the command line."""

    input_file: Path | None
    output_file: Path | None
    model: str
    system: str | None


@click.command(epilog="Example: myna talk --input question.wav --output answer.wav")
@click.option("--input", "input_file", metavar="WAV", help="Listen to a file instead of the microphone.")
@click.option("--output", "output_file", metavar="WAV", help="Speak into a file instead of the loudspeaker.")
@click.option(
    "--listen",
    type=click.Choice(["open", "wake", "push-to-talk"]),
    help="Always, after the wake phrase, or while Enter was pressed once and not twice.",
)
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@click.option("--voice", default="", metavar="VOICE", help="The voice that answers.")
@click.option("-s", "--system", metavar="TEXT", help="The system prompt.")
@pass_context
def talk(
    ctx: Context,
    *,
    input_file: str | None,
    output_file: str | None,
    listen: str | None,
    model: str,
    voice: str,
    system: str | None,
) -> None:
    """Talk by voice. Speak, and interrupt an answer by speaking; Ctrl-C ends."""
    if input_file is not None and output_file is not None and Path(input_file).resolve() == Path(output_file).resolve():
        raise UsageError("the answer would overwrite the question", hint="--output with another file")
    speech = ctx.settings.speech
    speech = msgspec.structs.replace(speech, listen=listen or speech.listen, voice=voice or speech.voice)
    settings = msgspec.structs.replace(ctx.settings, speech=speech)
    asked = Asked(
        None if input_file is None else Path(input_file),
        None if output_file is None else Path(output_file),
        model,
        None if system is None else checked_text(system, "the system prompt"),
    )
    ctx.run(_talk(ctx, settings, asked))


async def _talk(ctx: Context, settings: Settings, asked: Asked) -> None:
    from myna.assistant import Assistant

    from .opening import devices, open_session
    from .show import shown

    speech = settings.speech
    show = shown(ctx)
    microphone, loudspeaker = devices(speech, asked.input_file, asked.output_file)
    async with await Assistant.open(ctx.paths, settings, host=ctx.host) as assistant:
        assistant.preload(asked.model)
        conversation = await assistant.conversation(model=asked.model, system=asked.system)
        with Waiting(ctx, ctx.text("The models are being loaded …")):
            session = await open_session(assistant, conversation, speech, microphone, loudspeaker, show=show.told)
        by_hand = speech.listen == "push-to-talk"
        if by_hand and asked.input_file is not None:
            # All of the file is what is said.
            session.press()
            by_hand = False
        try:
            await with_button(session, by_hand=by_hand)
        finally:
            show.end(session.percentiles)


async def with_button(session: VoiceSession, *, by_hand: bool) -> None:
    """Run a session; `by_hand`, Enter begins and ends what is said."""
    button = asyncio.create_task(_button(session)) if by_hand and sys.stdin is not None else None
    try:
        await session.run()
    finally:
        if button is not None:
            button.cancel()


async def _button(session: VoiceSession) -> None:
    pressed = False
    while await in_thread(sys.stdin.readline):
        pressed = not pressed
        if pressed:
            session.press()
        else:
            session.release()
