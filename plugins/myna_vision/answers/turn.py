"""Pictures in a turn whose model only reads: described to it, and questions about them answered from the facts.

The description takes the place of each picture, marked as found in a picture and quoted, so that guards are told and
the model takes it for content. Where the question has a picture with it, the model is not asked at all but to point
at a printed line: the answer comes from the facts, as that of `myna see` does, and from those only that screens have
left. Later questions go to the model, with the description in the history, and so do those that ask for a form, by a
schema or a prompt template.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from myna.engine.sight import PictureFacts
from myna.events import Notice
from myna.messages import Image, Message, Part, Text

from .asking import not_seen
from .describe import description
from .direct import direct_answer
from .language import answer_language
from .picking import pick_line
from .questions import Question, understand
from .quoting import facts_left, quoted

if TYPE_CHECKING:
    from myna.cli.language import Language
    from myna.hookspecs import TurnDraft


async def describe_pictures(draft: TurnDraft) -> None:
    """Change `draft` as above.

    Raises: as `TurnDraft.look`.
    """
    if draft.sees:
        return
    asked = max((at for at, message in enumerate(draft.messages) if message.role == "user"), default=-1)
    for at, message in enumerate(draft.messages):
        if not any(isinstance(part, Image) for part in message.parts):
            continue
        typed = message.typed().text
        language = answer_language(chinese=understand(typed).chinese)
        # In step with the texts that were found in pictures; None: not found here.
        facts = [
            await draft.look(part.attachment) if isinstance(part, Image) else None
            for part in message.parts
            if isinstance(part, Image) or (isinstance(part, Text) and part.origin == "picture")
        ]
        draft.messages[at] = _described(message, [found for found in facts if found is not None], language)
        # A template or a schema asks for something of its own: the model gives it, from what was found.
        if at == asked and draft.used is None and not draft.schema:
            draft.answer_later = partial(_answer, draft, typed, facts, language)
            text = "This is from what small programs found out; no model has looked at the picture."
            draft.emit(Notice(turn="", epoch=0, code="picture-facts", text=text))


async def _answer(draft: TurnDraft, typed: str, facts: Sequence[PictureFacts | None], language: Language) -> str:
    """The answer to the question `typed`, or what a screen has made of it, from the facts that screens have left."""
    message = next((message for message in reversed(draft.messages) if message.role == "user"), Message("user", ()))
    now = message.typed().text
    question = understand(typed if typed in now else now)
    left = _left(message, facts, language)
    answers = [await _about(draft, question, found, language) for found in left]
    known = [answer for answer in answers if answer]
    if not known:
        return not_seen(language, unread=all(found.lines is None for found in facts if found is not None))
    if len(answers) == 1:
        return known[0]
    return "\n".join(
        language.text("Picture {number}: {answer}", number=number, answer=answer)
        for number, answer in enumerate(answers, 1)
        if answer
    )


def _left(message: Message, facts: Sequence[PictureFacts | None], language: Language) -> list[PictureFacts]:
    """The facts that screens have left in `message`."""
    texts = [part.text for part in message.parts if isinstance(part, Text) and part.origin == "picture"]
    if len(texts) != len(facts):
        # Another plugin has changed the message so that nobody can tell what was screened of which picture.
        return [PictureFacts() for found in facts if found is not None]
    return [facts_left(found, text, language) for found, text in zip(facts, texts, strict=True) if found is not None]


async def _about(draft: TurnDraft, question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not question.text.strip():
        return description(facts, language)
    if answer := direct_answer(question, facts, language):
        return answer
    line = await pick_line(draft.generate, draft.info, question.text, facts.lines or ())
    return language.text("It says: {line}", line=line) if line else None


def _described(message: Message, facts: list[PictureFacts], language: Language) -> Message:
    parts: list[Part] = []
    waiting = iter(facts)
    for part in message.parts:
        if isinstance(part, Image):
            parts.append(Text(quoted(next(waiting), language), "picture"))
        else:
            parts.append(part)
    return Message(message.role, tuple(parts))
