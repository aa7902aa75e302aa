"""A picture and a question, brought to what answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna.cli.answer import as_data, failure, remark, show
from myna.cli.inputs import in_thread, read_file
from myna.draft import AskOptions
from myna.engine.protocols import Sampling
from myna.engine.sight import LookRequest, PictureFacts
from myna.messages import Image, Part, Text
from myna.store.attachments import MAX_ATTACHMENT_BYTES, checked_type

from ..answers.asking import Answered, answer_from_facts, describe_picture
from ..answers.language import answer_language
from ..answers.questions import understand
from ..answers.quoting import quoted
from ..answers.screening import Screens

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.context import Context

_DESCRIBE = "Describe this picture."


async def read_picture(path: str) -> bytes:
    """The bytes of the picture file `path`, which may be a pipe that nobody writes to: Ctrl-C is answered.

    Raises:
        BadInput: it cannot be read, is too large or is no picture.
    """
    data = await in_thread(lambda: read_file(path, largest=MAX_ATTACHMENT_BYTES, what="picture"))
    checked_type(data, "image/png")
    return data


async def answer_without_model(
    ctx: Context, assistant: Assistant, picture: bytes, question: str, model: str
) -> Answered:
    """From facts alone; a description where there is no question. `model` may point at printed lines.

    Raises: as `answer_from_facts`.
    """
    if not question:
        return await describe_picture(
            assistant, picture, chinese=ctx.language.code == "zh", tell=lambda event: remark(ctx, event)
        )
    return await answer_from_facts(assistant, picture, question, model=model, tell=lambda event: remark(ctx, event))


async def answer_with_model(
    ctx: Context,
    assistant: Assistant,
    picture: bytes,
    question: str,
    model: str,
    *,
    facts: bool,
    temperature: float,
    shown: bool,
    record: bool,
) -> Answered:
    """By a vision-language model; with `facts`, a description goes with the question. `shown` prints it as it comes.

    Without `record`, nothing of it is kept, not even where the settings say so.

    Raises:
        MynaError: the turn ended badly.
    """
    question = question or ctx.text(_DESCRIBE)
    found: PictureFacts | None = None
    parts: list[Part] = []
    if facts:
        found = await (await assistant.picture_reader()).look(LookRequest(picture))
        language = answer_language(chinese=understand(question).chinese)
        # The turn has it judged too; here it is for what is printed of the facts besides the answer.
        found = await Screens(assistant, picture, question, model=model).found(found, language)
        parts.append(Text(quoted(found, language), "picture"))
    conversation = await assistant.conversation(model=model, record=None if record else False)
    parts = [Image(await conversation.add_picture(picture)), *parts, Text(question)]
    options = AskOptions(sampling=Sampling(temperature=temperature), max_tokens=ctx.settings.chat.max_tokens)
    turn = conversation.ask(parts, options=options)
    finished = await show(ctx, turn) if shown else await turn.finish()
    if error := failure(finished):
        raise error
    data = as_data(finished)
    return Answered(data.text, "model", found, data.model, timings=data.timings)
