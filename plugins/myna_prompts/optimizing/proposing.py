"""Variants that a model on this machine proposes."""

from __future__ import annotations

import re
from contextlib import aclosing

from myna.engine.protocols import Sampling, TextEnd, TextEngine, TextRequest
from myna.errors import BadPrompt
from myna.messages import system, user

from ..loading import Loaded, check, from_template
from .variants import Variant, instructions, with_instructions

LONGEST = 400
"""Tokens of a proposal; the shipped instructions have up to 150."""

_ASK = {
    "en": (
        "You improve instructions for a language model. Rewrite the instructions so that they are clearer. Keep the "
        "meaning, and keep everything in {{ }} and {% %} as it is. Answer with the new instructions alone."
    ),
    "zh": (
        "你负责改进给语言模型的指令。请把指令改写得更清楚，意思不变，{{ }} 和 {% %} 里的内容保持原样。只回答新的指令。"
    ),
}
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


async def proposed(original: Loaded, engine: TextEngine, count: int, seed: int) -> tuple[list[Variant], int]:
    """Up to `count` rewordings, and how many proposals could not be used.

    One that loses a variable, is no template, or says the same is not used.
    """
    field, text = instructions(original.template)
    tag = "zh" if original.template.language.startswith("zh") else "en"
    found: list[Variant] = []
    said = {text.strip()}
    unusable = 0
    for number in range(count):
        request = TextRequest(
            messages=(system(_ASK[tag]), user(text)),
            sampling=Sampling(temperature=0.8, seed=seed + number),
            max_tokens=LONGEST,
            persist_prefix=False,
        )
        wording = _unquoted(await _answer(engine, request))
        if wording in said or not wording or sorted(_JINJA.findall(wording)) != sorted(_JINJA.findall(text)):
            unusable += 1
            continue
        said.add(wording)
        try:
            template = with_instructions(original.template, field, wording)
            loaded = check(from_template(template, original))
        except BadPrompt:
            unusable += 1
            continue
        found.append(Variant(f"a model's wording {number + 1}", loaded))
    return found, unusable


async def _answer(engine: TextEngine, request: TextRequest) -> str:
    async with aclosing(engine.generate(request)) as answer:
        return "".join([piece.text async for piece in answer if not isinstance(piece, TextEnd)])


def _unquoted(text: str) -> str:
    text = text.strip().removeprefix("```").removesuffix("```").strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text
