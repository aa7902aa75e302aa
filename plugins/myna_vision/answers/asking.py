"""A question about a picture, answered from facts."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Literal

import msgspec

from myna.engine.protocols import TextEnd, TextRequest
from myna.engine.sight import LookRequest, PictureFacts, Stage
from myna.errors import ModelMissing

from .describe import description
from .direct import direct_answer
from .language import answer_language
from .picking import pick_line
from .questions import About, Question, understand
from .screening import Screens, Tell

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.language import Language
    from myna.engine.sight_clients import PictureReaderClient

PULL = "myna models pull smolvlm-500m-instruct"
"""The smallest model of the catalog that really looks at pictures."""
PULL_READER = "myna models pull pp-ocr-v6"

_STAGES: dict[About, tuple[Stage, ...]] = {
    "colour": ("measures", "colours"),
    "size": ("measures",),
    "shape": ("measures",),
    "format": ("measures",),
    "moving": ("measures",),
    "clear": ("measures",),
    "sharp": ("measures",),
    "bright": ("measures",),
    "contrast": ("measures",),
    "code": ("measures", "codes"),
}
"""What a question needs; reading text takes a hundred times as long as the rest."""
_OF_PARTS_TOO = frozenset(("colour", "format", "moving", "code"))
"""Answered also where the question is about one thing in the picture."""
_READING: tuple[Stage, ...] = ("measures", "text")


class Answered(msgspec.Struct, frozen=True):
    answer: str
    source: Literal["facts", "model"]
    """`model`: a model chose or wrote it."""
    facts: PictureFacts | None
    model: str = ""
    """Its name, where one was asked."""
    answered: bool = True
    """False: `answer` says that the picture's facts do not tell."""
    hint: str = ""
    timings: dict[str, float] = {}
    """Milliseconds by stage, and `total`."""


async def describe_picture(
    assistant: Assistant, picture: bytes, *, chinese: bool, tell: Tell | None = None
) -> Answered:
    """What was found out about `picture`, in words. `tell` gets what plugins that judge it have to say.

    Raises:
        BadInput: it is no picture, or cannot be looked at.
        Blocked: a plugin will not have it described.
    """
    started = time.perf_counter()
    async with Screens(assistant, picture, "", tell=tell) as screens:
        if text := await screens.question():
            return await _answered(assistant, picture, text, screens, started)
        return await _described(assistant, picture, screens, started, answer_language(chinese=chinese))


async def answer_from_facts(
    assistant: Assistant, picture: bytes, text: str, *, model: str = "", tell: Tell | None = None
) -> Answered:
    """The answer to the question `text`; `model` is the chat model (empty: the default) that may point at a line.

    `tell` gets what plugins that judge it have to say.

    Raises:
        BadInput: `picture` is no picture, or cannot be looked at.
        ModelMissing: the question is about text, and the model that reads it is not installed.
        Blocked: a plugin will not have it answered.
    """
    started = time.perf_counter()
    async with Screens(assistant, picture, text, model=model, tell=tell) as screens:
        screened = await screens.question()
        if not screened.strip():
            language = answer_language(chinese=understand(text).chinese)
            return await _described(assistant, picture, screens, started, language)
        return await _answered(assistant, picture, screened, screens, started, model=model)


async def _described(
    assistant: Assistant, picture: bytes, screens: Screens, started: float, language: Language
) -> Answered:
    facts = await (await assistant.picture_reader()).look(LookRequest(picture))
    facts = await screens.found(facts, language)
    told = await screens.answer(description(facts, language) or not_seen(language))
    return Answered(told, "facts", facts, timings=_timings(facts, started))


async def _answered(
    assistant: Assistant, picture: bytes, text: str, screens: Screens, started: float, *, model: str = ""
) -> Answered:
    question = understand(text)
    language = answer_language(chinese=question.chinese)
    facts = await _look(await assistant.picture_reader(), picture, question)
    unread = question.about is None and facts.lines is None
    facts = await screens.found(facts, language)
    if answer := direct_answer(question, facts, language):
        return Answered(await screens.answer(answer), "facts", facts, timings=_timings(facts, started))
    if facts.lines and (picked := await _picked(assistant, text, facts, model)):
        line, name = picked
        told = await screens.answer(language.text("It says: {line}", line=line))
        return Answered(told, "model", facts, name, timings=_timings(facts, started))
    return Answered(
        await screens.answer(not_seen(language, unread=unread)),
        "facts",
        facts,
        answered=False,
        hint=PULL_READER if unread else PULL,
        timings=_timings(facts, started),
    )


def not_seen(language: Language, *, unread: bool = False) -> str:
    """What is said where the facts do not tell; `unread`: no model that reads text is installed."""
    if unread:
        return language.text(
            "I cannot see that. Printed text is read once there is a model for it: {read}. "
            "All else takes a model that looks at pictures: {pull}",
            read=PULL_READER,
            pull=PULL,
        )
    return language.text("I cannot see that. It takes a model that looks at pictures: {pull}", pull=PULL)


async def _look(reader: PictureReaderClient, picture: bytes, question: Question) -> PictureFacts:
    if question.about == "everything":
        return await reader.look(LookRequest(picture))
    stages = _READING
    if question.about is not None and (question.whole or question.about in _OF_PARTS_TOO):
        stages = _STAGES.get(question.about, _READING)
    try:
        return await reader.look(LookRequest(picture, stages))
    except ModelMissing:
        if question.about is not None:
            raise
        # Without a reader of text it may be a question about anything.
        return await reader.look(LookRequest(picture, ("measures",)))


async def _picked(assistant: Assistant, text: str, facts: PictureFacts, model: str) -> tuple[str, str] | None:
    """The line that the chat model points at, and its name."""
    try:
        resolved = await assistant.resolve(model)
    except ModelMissing:
        if model:
            raise
        return None
    engine = await assistant.text_engine(model)

    async def generate(request: TextRequest) -> str:
        async with aclosing(engine.generate(request)) as pieces:
            return "".join([piece.text async for piece in pieces if not isinstance(piece, TextEnd)])

    line = await pick_line(generate, await engine.info(), text, facts.lines or ())
    return (line, resolved.name) if line is not None else None


def _timings(facts: PictureFacts, started: float) -> dict[str, float]:
    return {**facts.timings, "total": round((time.perf_counter() - started) * 1e3, 3)}
