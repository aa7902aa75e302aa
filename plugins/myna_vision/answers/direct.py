"""Questions that facts answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from myna.cli.language import Language
from myna.engine.sight import PictureFacts

from . import describe
from .labels import Wanted, all_named, best, left_empty
from .language import answer_language
from .places import Printed, joined, rows, turned
from .questions import Question
from .tables import cells_asked_for
from .topics import asks_when, named_in, topic_of
from .values import find


def direct_answer(question: Question, facts: PictureFacts, language: Language) -> str | None:
    """The answer to `question`, or None where the facts do not hold it. `language` is the one to answer in."""
    if question.about in _ANSWERS and (answer := _ANSWERS[question.about](question, facts, language)):
        return answer
    return printed_value(question, facts)


def printed_value(question: Question, facts: PictureFacts) -> str | None:
    """The value that the question asks for as it is printed, with its label."""
    if not facts.lines:
        return None
    printed = joined(turned(facts.lines))
    if cells := cells_asked_for(printed, question.text):
        comma = _language(question).text(", ")
        return "\n".join(_told(f"{cell.row}{comma}{cell.column}", cell.value, question) for cell in cells)
    topic = topic_of(question.text)
    if topic is not None and topic.kind == "date" and not topic.labelled and asks_when(question.text):
        dated = [line.text for line in printed if find("date", [line.text])]
        if len(dated) > 1:  # of what happened, only whoever asks can tell which is meant
            return "\n".join(dated)
    if labelled := _labelled(question, topic, printed):
        return labelled
    if topic is not None and topic.kind in {"date", "time", "phone", "email", "web"} and not topic.labelled:
        # What stands alone needs no label to be known.
        return "\n".join(find(topic.kind, (line.text for line in facts.lines if not topic.excludes(line.text)))) or None
    return None


def _labelled(question: Question, topic: Wanted | None, printed: Sequence[Printed]) -> str | None:
    """The value with the label that the question names, or with one of its `topic`."""
    named = asked = named_in(question.text, chinese=question.chinese)
    if topic is not None and named is not None and named.names[0] in topic.names:
        named = None  # the topic knows what else it may be called, and what it is not
    if asked is not None and (empty := left_empty(printed, named or topic or asked, asked.names[0])):
        return _told(empty, "", question)
    if named is not None and (pairs := all_named(printed, named)):
        return "\n".join(_told(pair.label, pair.value, question) for pair in pairs)
    if topic is not None and (pair := best(printed, topic)):
        return _told(pair.label, pair.value, question)
    return None


def _told(label: str, value: str, question: Question) -> str:
    if not value:
        return _language(question).text("{label}: nothing is written there.", label=label)
    return f"{label}：{value}" if question.chinese else f"{label}: {value}"


def _language(question: Question) -> Language:
    return answer_language(chinese=question.chinese)


def _text(question: Question, facts: PictureFacts, language: Language) -> str | None:
    del question
    if facts.lines is None:
        return None
    return "\n".join(rows(facts.lines)) or language.text("No text was found in it.")


def _holds(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if facts.lines is None or not question.sought:
        return None
    sought = "".join(question.sought.casefold().split())
    for line in facts.lines:
        if sought in "".join(line.text.casefold().split()):
            return language.text("Yes: {line}", line=line.text)
    if sought in "".join("".join(line.text.casefold().split()) for line in facts.lines):
        return language.text("Yes.")
    return language.text("No, that was not found in it.")


def _count(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if facts.lines is None:
        return None
    if question.about == "lines":
        return language.text("{count} lines of text.", count=len(rows(facts.lines)))
    if question.about == "words":
        return language.text("{count} words.", count=sum(len(line.text.split()) for line in facts.lines))
    characters = sum(len("".join(line.text.split())) for line in facts.lines)
    return language.text("{count} characters, without spaces.", count=characters)


def _colour(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not facts.colours:
        return None
    named = describe.colours(facts.colours, language)
    if question.whole:
        return language.text("Colours: {list}.", list=named)
    return language.text("I cannot tell the things in it apart. The whole picture: {list}.", list=named)


def _size(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not facts.measures or not question.whole:
        return None
    measures = facts.measures
    return language.text("{width} x {height} pixels.", width=measures.width, height=measures.height)


def _shape(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not facts.measures or not question.whole:
        return None
    return describe.size(facts.measures, language)


def _turned(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not facts.measures or not question.whole:
        return None
    if facts.measures.turned:
        file = language.text("The file says to turn it by {degrees} degrees.", degrees=facts.measures.turned)
    else:
        file = language.text("The file does not say that it should be turned.")
    return f"{file} {describe.tilt(facts.lines, language)}" if facts.lines else file


def _format(question: Question, facts: PictureFacts, language: Language) -> str | None:
    del question
    return language.text("A {format} file.", format=facts.measures.format) if facts.measures else None


def _moving(question: Question, facts: PictureFacts, language: Language) -> str | None:
    del question
    if not facts.measures:
        return None
    if facts.measures.animated:
        return language.text("It is animated; the first frame was looked at.")
    return language.text("It is not animated.")


def _clear(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not facts.measures or not question.whole:
        return None
    if facts.measures.transparent:
        return language.text("Some of it is transparent.")
    return language.text("Nothing in it is transparent.")


def _code(question: Question, facts: PictureFacts, language: Language) -> str | None:
    del question
    if facts.codes is None:
        return None
    if not facts.codes:
        return language.text("No bar code or QR code was found in it.")
    return "\n".join(describe.code_text(code, language) for code in facts.codes)


def _light(question: Question, facts: PictureFacts, language: Language) -> str | None:
    if not facts.measures or not question.whole:
        return None
    word = {"sharp": describe.sharpness, "bright": describe.brightness, "contrast": describe.contrast}
    found = language.text(word[str(question.about)](facts.measures))
    return language.text("It is {what}.", what=found)


def _everything(question: Question, facts: PictureFacts, language: Language) -> str | None:
    del question
    return describe.description(facts, language)


_ANSWERS: dict[object, Callable[[Question, PictureFacts, Language], str | None]] = {
    "text": _text,
    "holds": _holds,
    "lines": _count,
    "words": _count,
    "characters": _count,
    "colour": _colour,
    "size": _size,
    "shape": _shape,
    "turned": _turned,
    "format": _format,
    "moving": _moving,
    "clear": _clear,
    "code": _code,
    "sharp": _light,
    "bright": _light,
    "contrast": _light,
    "everything": _everything,
}
