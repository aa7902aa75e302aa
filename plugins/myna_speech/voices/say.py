"""`myna say`: a text, aloud or as a WAV file."""

from __future__ import annotations

import sys
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import click
import msgspec
from click.shell_completion import CompletionItem

from myna.cli.context import Context, pass_context
from myna.cli.inputs import Number, checked_text, standard_input
from myna.cli.waiting import Waiting
from myna.errors import UsageError

from .manner import FASTEST, LOUDEST, SLOWEST

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from myna.engine.speech import Speech

    from .sinks import Aloud, WavFile


class Said(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    output: str
    """The file; empty when it was played."""
    voices: tuple[str, ...]
    languages: tuple[str, ...]
    seconds: float
    """Of sound."""
    rate: int
    """Samples a second (Hz)."""
    real_time_factor: float
    """Seconds that the sound took to make, for each second of it."""
    timings: dict[str, float]
    """Milliseconds: `load` (the voice), `first_audio` (from then to the first sound), `total`."""


class _Options(msgspec.Struct, frozen=True):
    """What was asked for, checked."""

    text: str
    output: str
    voice: str
    language: str
    speed: float
    volume: float
    speaker: str


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The voices that are installed, for the shell's completion."""
    del param
    from .voice import installed_voices

    voices = installed_voices(ctx.ensure_object(Context).paths.models)
    return [
        CompletionItem(voice.name, help=", ".join(voice.languages))
        for voice in voices
        if voice.name.startswith(incomplete)
    ]


@click.command(epilog="Example: myna say 'What is the capital of France?' -o question.wav")
@click.argument("text")
@click.option("-o", "--output", default="", metavar="WAV", help="Write a WAV file; - is standard output.")
@click.option(
    "--voice",
    default="",
    metavar="VOICE",
    shell_complete=_names,
    help="A voice of the catalog, the path of one, or espeak-ng.",
)
@click.option("--language", default="", metavar="L", help="The language of the text where its letters do not tell.")
@click.option("--speed", type=Number(SLOWEST, FASTEST), metavar="S", help="1 is the voice's own, 2 twice as fast.")
@click.option("--volume", type=Number(0, LOUDEST), metavar="V", help="1 is the voice's own.")
@click.option("--speaker", default="", metavar="NAME", help="A speaker of a voice that has several.")
@pass_context
def say(
    ctx: Context,
    *,
    text: str,
    output: str,
    voice: str,
    language: str,
    speed: float | None,
    volume: float | None,
    speaker: str,
) -> None:
    """Speak a text, aloud or into a WAV file. TEXT may be - for standard input."""
    if not text.strip():
        raise UsageError("the text is empty", hint="myna say --help")
    if output == "-" and ctx.json:
        raise UsageError("--json and --output - both write to standard output")
    if output == "-" and (sys.stdout is None or sys.stdout.isatty()):
        raise UsageError("sound is not written to a terminal", hint="myna say TEXT -o FILE.wav")
    speech = ctx.settings.speech
    options = _Options(
        text=checked_text(text, "the text"),
        output=output,
        voice=voice,
        language=language,
        speed=speech.speed if speed is None else speed,
        volume=speech.volume if volume is None else volume,
        speaker=speaker,
    )
    said = ctx.run(_say(ctx, options))
    if ctx.json:
        ctx.print_json(said)


async def _say(ctx: Context, options: _Options) -> Said:
    from .sinks import Aloud, WavFile
    from .speaking import Manner, Speaking
    from .voice import Voices

    started = time.perf_counter()
    async with await ctx.assistant() as assistant:
        voices = Voices(assistant, options.voice, only=bool(options.voice))
        language = options.language or await voices.language() or ctx.language.code
        (await voices.voice(language)).preload()
        text = await standard_input() if options.text == "-" else options.text
        speaking = Speaking(voices.voice, Manner(options.speed, options.volume, options.speaker))
        if options.output:
            sink: WavFile | Aloud = WavFile(options.output, assistant.paths.data / "tmp")
        else:
            sink = Aloud(assistant.settings.speech)
        await _deliver(ctx, speaking.sound(text, language), sink)
        names = [await voices.name(one) for one in speaking.languages]
    if speaking.left_out is not None:
        ctx.note(ctx.text("A part was left out: {why}", why=ctx.language.message(speaking.left_out.message)))
        if speaking.left_out.hint:
            ctx.note(f"{ctx.text('hint')}: {speaking.left_out.hint}")
    return Said(
        output=options.output,
        voices=tuple(dict.fromkeys(names)),
        languages=tuple(speaking.languages),
        seconds=round(speaking.seconds, 3),
        rate=sink.rate,
        real_time_factor=round(speaking.making_s / speaking.seconds, 4),
        timings={
            "load": round(speaking.load_ms, 3),
            "first_audio": round(speaking.first_ms, 3),
            "total": round((time.perf_counter() - started) * 1e3, 3),
        },
    )


async def _deliver(ctx: Context, sound: AsyncGenerator[Speech, None], sink: WavFile | Aloud) -> None:
    """All of `sound` into `sink`, or nothing of it."""
    try:
        with Waiting(ctx, ctx.text("Speaking …")):
            async with aclosing(sound) as pieces:
                async for piece in pieces:
                    await sink.take(piece)
            await sink.complete()
    finally:
        await sink.abandon()
