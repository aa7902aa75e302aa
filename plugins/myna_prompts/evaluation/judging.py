"""Whether an answer is what a case expects."""

from __future__ import annotations

import json
import re
from typing import Any

from ..choosing import WORD, is_chinese
from ..template import Expectation

_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？]")
_EDGES = " \t\r\n.。!！\"'“”‘’`*"

SEARCHED = 20_000
"""Characters of an answer that a pattern is tried on; answers are shorter, and a pattern may be slow."""


def faults_of(expected: Expectation, answer: str) -> list[str]:
    """What is wrong with `answer`, in English; empty when it is right."""
    folded = answer.casefold()
    faults = []
    if (exact := exactly(expected, answer)) is False:
        faults.append("it is not the expected answer")
    faults += [f"it lacks {text!r}" for text in expected.contains if text.casefold() not in folded]
    if expected.contains_any and not any(text.casefold() in folded for text in expected.contains_any):
        faults.append(f"it has none of {', '.join(map(repr, expected.contains_any))}")
    faults += [f"it has {text!r}" for text in expected.excludes if text.casefold() in folded]
    if expected.matches and not re.search(expected.matches, answer[:SEARCHED]):
        faults.append(f"it does not match {expected.matches}")
    faults += _field_faults(expected.fields, answer)
    faults += _size_faults(expected, answer)
    if expected.language and language_of(answer) != expected.language:
        faults.append(f"it is not in the language {expected.language}")
    if exact is None and not answer.strip():
        faults.append("it is empty")
    return faults


def exactly(expected: Expectation, answer: str) -> bool | None:
    """Whether the answer is word for word what is expected; None where nothing exact is."""
    if expected.equals is None and not expected.one_of:
        return None
    wanted = [*([] if expected.equals is None else [expected.equals]), *expected.one_of]
    return plain(answer) in {plain(text) for text in wanted}


def plain(text: str) -> str:
    """Without differences that do not matter: letter case, white space, quotes and full stops at the ends."""
    return " ".join(text.strip(_EDGES).casefold().split())


def count_words(text: str) -> int:
    """Words; a Chinese character counts as one."""
    return len(WORD.findall(text.lower()))


def language_of(text: str) -> str:
    """`zh` or `en`, by which letters there are more of."""
    return "zh" if is_chinese(text) else "en"


def _size_faults(expected: Expectation, answer: str) -> list[str]:
    faults = []
    words = count_words(answer)
    if words < expected.min_words:
        faults.append(f"it has {words} words, fewer than {expected.min_words}")
    if expected.max_words and words > expected.max_words:
        faults.append(f"it has {words} words, more than {expected.max_words}")
    if expected.max_sentences:
        sentences = len(_SENTENCE_END.findall(answer.strip())) or 1
        if sentences > expected.max_sentences:
            faults.append(f"it has {sentences} sentences, more than {expected.max_sentences}")
    return faults


def _field_faults(fields: dict[str, Any], answer: str) -> list[str]:
    if not fields:
        return []
    try:
        value = json.loads(answer)
    except (json.JSONDecodeError, RecursionError):
        return ["it is not JSON"]
    return [
        f"{name} is not {json.dumps(wanted, ensure_ascii=False)}"
        for name, wanted in fields.items()
        if not _same(_at(value, name), wanted)
    ]


def _at(value: Any, name: str) -> Any:
    """The part of `value` that `name` leads to; None where it leads nowhere."""
    for step in name.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return plain(found) == plain(wanted)
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)
