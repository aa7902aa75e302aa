"""`myna see`: a picture is described, or a question about it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from myna.cli.context import Context, pass_context
from myna.cli.inputs import Number, checked_text
from myna.errors import UsageError

from ..answers.asking import Answered
from ..camera.frame import camera_frame
from .batch import answer_all, pictures_in
from .choosing import seeing_model
from .looking import answer_with_model, answer_without_model, read_picture
from .match import match_texts
from .output import as_data, print_answer
from .search import search


@click.command(epilog="Example: myna see receipt.png 'What is the total?'")
@click.argument("image", required=False)
@click.argument("question", required=False)
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@click.option("--facts", is_flag=True, help="Tell the model what small programs found out about the picture.")
@click.option("--temperature", type=Number(0, 5), default=0.0, metavar="T", help="0 always takes the likeliest token.")
@click.option("--batch", metavar="FOLDER", help="Answer for every picture in a folder.")
@click.option("--question", "asked", metavar="TEXT", help="The question, for --batch.")
@click.option(
    "--match",
    "texts",
    multiple=True,
    metavar="TEXT",
    help="Say how well TEXT fits the picture, beside the other texts; may be given several times.",
)
@click.option("--search", "words", metavar="WORDS", help="Find the pictures in the folder IMAGE that WORDS fit.")
@click.option("--camera", is_flag=True, help="Look at one frame of the camera.")
@click.option(
    "--device",
    default="",
    metavar="NAME",
    help="Which camera, for example /dev/video0; the first if nothing is said.",
)
@pass_context
def see(
    ctx: Context,
    *,
    image: str | None,
    question: str | None,
    model: str,
    facts: bool,
    temperature: float,
    batch: str | None,
    asked: str | None,
    texts: tuple[str, ...],
    words: str | None,
    camera: bool,
    device: str,
) -> None:
    """Answer a question about a picture, or describe it where there is no question."""
    if camera and not question:
        image, question = None, image
    if camera and (image or batch is not None):
        raise UsageError("--camera takes the place of a picture")
    if batch is not None and (image or question):
        raise UsageError("--batch takes its pictures from a folder, and its question from --question")
    if batch is None and not image and not camera:
        missing = "the path of a picture is missing" if words is None else "the folder to search is missing"
        raise UsageError(missing)
    if question and asked:
        raise UsageError("there are two questions")
    if texts or words is not None:
        if batch is not None or camera or (texts and words is not None):
            raise UsageError("--match, --search, --batch and --camera ask for different things")
        if question or asked:
            raise UsageError("--match and --search take no question")
        ctx.run(match_texts(ctx, image or "", texts, model) if texts else search(ctx, image or "", words or "", model))
        return
    text = checked_text((question or asked or "").strip(), "the question")
    if batch is not None:
        ctx.run(_batch(ctx, pictures_in(batch), text, model, facts=facts, temperature=temperature))
    else:
        path = None if camera else image or ""
        ctx.run(_see(ctx, path, device, text, model, facts=facts, temperature=temperature))


async def _see(
    ctx: Context,
    path: str | None,
    device: str,
    question: str,
    model: str,
    *,
    facts: bool,
    temperature: float,
) -> None:
    """`path` None: what the camera `device` sees."""
    picture = None if path is None else await read_picture(path)
    async with await ctx.assistant() as assistant:
        record = picture is not None
        if picture is None:
            picture = await camera_frame(assistant, device)
        if seeing := await seeing_model(assistant, model):
            answered = await answer_with_model(
                ctx,
                assistant,
                picture,
                question,
                seeing,
                facts=facts,
                temperature=temperature,
                shown=True,
                record=record,
            )
            if ctx.json:
                ctx.print_json(as_data(answered))
            return
        answered = await answer_without_model(ctx, assistant, picture, question, model)
        print_answer(ctx, answered, described=not question)


async def _batch(
    ctx: Context, files: Sequence[Path], question: str, model: str, *, facts: bool, temperature: float
) -> None:
    async with await ctx.assistant() as assistant:
        seeing = await seeing_model(assistant, model)

        async def answer(picture: bytes) -> Answered:
            if seeing:
                return await answer_with_model(
                    ctx,
                    assistant,
                    picture,
                    question,
                    seeing,
                    facts=facts,
                    temperature=temperature,
                    shown=False,
                    record=False,
                )
            return await answer_without_model(ctx, assistant, picture, question, model)

        await answer_all(ctx, files, answer)
