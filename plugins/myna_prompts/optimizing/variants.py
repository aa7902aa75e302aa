"""Variants of a template by edits that need no model."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import msgspec

from ..loading import Loaded, from_template
from ..template import Example, Template

_LINE_START = re.compile(r"\s*([-*]|\d+\.)\s")

_STRESS = {"en": "Follow these rules exactly.", "zh": "请严格遵守以上规则。"}
_BRIEF = {"en": "Answer briefly.", "zh": "请简短回答。"}
_ONLY = {"en": "Write nothing but the answer.", "zh": "除答案外不要写别的内容。"}

_REPHRASED = {
    "en": (
        ("Answer with", "Reply only with"),
        ("at most", "no more than"),
        ("Do not ", "Never "),
        ("nothing else", "no other text"),
        ("You are ", "Act as "),
    ),
    "zh": (("只回答", "仅输出"), ("不要", "绝不"), ("最多", "不超过"), ("你是", "请扮演")),
}
"""Constraints in other words that mean the same."""


class Variant(msgspec.Struct, frozen=True):
    """A changed template and how it was made."""

    edit: str
    """In English: what the log shows."""
    loaded: Loaded


def variant(original: Loaded, edit: str, **changes: object) -> Variant:
    """`original` with `changes` of its entries."""
    template = msgspec.structs.replace(original.template, **changes)
    return Variant(edit, from_template(template, original))


def mechanical(original: Loaded, seed: int) -> list[Variant]:
    """All edits of one step, each once: examples in another order, one more or less; constraints in other words,
    in another place, or added. The same seed gives the same ones."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    found = [original.template]
    variants: list[Variant] = []
    for edit, template in _edits(original.template, draw):
        if template not in found:
            found.append(template)
            variants.append(Variant(edit, from_template(template, original)))
    return variants


def _edits(template: Template, draw: random.Random) -> Iterator[tuple[str, Template]]:
    yield from _examples(template, draw)
    field, text = instructions(template)
    for edit, changed in _wordings(text, template.language):
        yield edit, with_instructions(template, field, changed)


def _examples(template: Template, draw: random.Random) -> Iterator[tuple[str, Template]]:
    shown = template.examples
    if len(shown) > 1:
        mixed = list(shown)
        draw.shuffle(mixed)
        yield "examples in another order", msgspec.structs.replace(template, examples=tuple(mixed))
        yield "examples the other way round", msgspec.structs.replace(template, examples=shown[::-1])
    for at, example in enumerate(shown):
        rest = (*shown[:at], *shown[at + 1 :])
        yield f"without the example {_short(example)}", msgspec.structs.replace(template, examples=rest)
    if template.shots < len(shown):
        yield "one example more", msgspec.structs.replace(template, shots=template.shots + 1)
    if template.shots > 1:
        fewer = min(template.shots, len(shown)) - 1
        if fewer > 0:
            yield "one example fewer", msgspec.structs.replace(template, shots=fewer)


def with_example(original: Loaded, example: Example) -> Variant:
    """One example more, from a case that the variants are not judged by."""
    examples = (*original.template.examples, example)
    shots = max(original.template.shots, min(len(examples), original.template.shots + 1))
    return variant(original, f"with the example {_short(example)}", examples=examples, shots=shots)


def _wordings(text: str, language: str) -> Iterator[tuple[str, str]]:
    tag = "zh" if language.startswith("zh") else "en"
    for old, new in _REPHRASED[tag]:
        if old in text:
            yield f"{old!r} becomes {new!r}", text.replace(old, new)
    for name, line in (("stress", _STRESS[tag]), ("brevity", _BRIEF[tag]), ("nothing else", _ONLY[tag])):
        if line not in text:
            yield f"{name} at the end", f"{text.rstrip()}\n{line}".strip()
            yield f"{name} at the beginning", f"{line}\n{text.lstrip()}".strip()
    lines = text.strip().splitlines()
    points = [at for at, line in enumerate(lines) if _LINE_START.match(line)]
    # Lines of Jinja hold together; only lists without it are turned round.
    if len(points) > 1 and "{%" not in text:
        turned = lines.copy()
        for at, line in zip(points, [lines[at] for at in reversed(points)], strict=True):
            turned[at] = line
        yield "rules in another order", "\n".join(turned)


def instructions(template: Template) -> tuple[str, str]:
    """Which entry holds the instructions, and what it says."""
    if template.parts.task:
        return "task", template.parts.task
    return "system", template.system


def with_instructions(template: Template, field: str, text: str) -> Template:
    if field == "task":
        return msgspec.structs.replace(template, parts=msgspec.structs.replace(template.parts, task=text))
    return msgspec.structs.replace(template, system=text)


def _short(example: Example) -> str:
    text = " ".join((example.input or example.answer).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")
