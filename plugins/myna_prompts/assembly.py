"""Putting a prompt together within its budget: which examples and which facts, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from myna.engine.protocols import Embeddings
from myna.messages import Message

from .choosing import Chooser, Ranking
from .loading import Loaded
from .rendering import Rendered, render
from .template import INPUT, Example
from .values import bind

ANSWER_SHARE = 0.25
"""Of the context is kept for an answer of no set length, as where history is fitted."""


class Model(Protocol):
    """What the assembly asks of the model that will answer."""

    @property
    def context(self) -> int:
        """Tokens that prompt and answer have together."""
        ...

    async def count(self, messages: Sequence[Message]) -> int: ...

    async def embed(self, texts: Sequence[str]) -> Embeddings: ...


class Assembled(Rendered, frozen=True):
    """A prompt with what was chosen for it."""

    examples: tuple[Example, ...] = ()
    facts: tuple[str, ...] = ()
    tokens: int = 0
    """Of the whole prompt, as the model counts; 0: it surely fits and was not counted."""
    method: str = ""
    """What the similarity is by, where something was chosen: `embedding` or `words`."""


async def assemble(
    loaded: Loaded, given: Mapping[str, Any], model: Model, chooser: Chooser, *, answer: int = 0
) -> Assembled:
    """The template with `given` values, as much of its examples and facts as fits.

    With more examples than the template shows, those closest to the input are shown, the closest last: next to
    the question, where models heed them most. Over the budget, the least close example goes first, then the
    least close fact. `answer` is the longest answer in tokens; 0: a quarter of the context.

    Raises:
        BadPrompt: a value is missing or wrong, or the template fails on it.
    """
    template = loaded.template
    values = bind(loaded.variables, given)
    budget = _budget(template.budget, model.context, answer)
    examples = list(loaded.examples)
    facts = list(values[template.parts.context]) if template.parts.context else []
    ranking: Ranking | None = None
    if len(examples) > template.shots:
        ranking = await chooser.ranked(values[INPUT], [example.input for example in examples], model, loaded.sha256)
        examples = [examples[at] for at in ranking.order[: template.shots]][::-1]
    rendered = render(loaded, given, examples, facts if template.parts.context else None)
    if _surely_fits(rendered.messages(), budget):
        return _assembled(rendered, examples, facts, 0, ranking)
    tokens = await model.count(rendered.messages())
    while tokens > budget and (examples or facts):
        if examples:
            if ranking is None:
                by = await chooser.ranked(values[INPUT], [example.input for example in examples], model)
                ranking, examples = by, [examples[at] for at in by.order][::-1]
            examples = examples[1:]
        else:
            by = await chooser.ranked(values[INPUT], facts, model)
            ranking = by
            least = by.order[-1]
            facts = [fact for at, fact in enumerate(facts) if at != least]
        rendered = render(loaded, given, examples, facts if template.parts.context else None)
        tokens = await model.count(rendered.messages())
    return _assembled(rendered, examples, facts, tokens, ranking)


def _assembled(
    rendered: Rendered, examples: list[Example], facts: list[str], tokens: int, ranking: Ranking | None
) -> Assembled:
    return Assembled(
        system=rendered.system,
        user=rendered.user,
        shots=rendered.shots,
        examples=tuple(examples),
        facts=tuple(facts),
        tokens=tokens,
        method=ranking.method if ranking else "",
    )


def _budget(own: int, context: int, answer: int) -> int:
    room = context - (min(answer, context // 2) if answer else int(context * ANSWER_SHARE))
    return min(own, room) if own else room


def _surely_fits(messages: Sequence[Message], tokens: int) -> bool:
    """A token has at least one byte; a chat template adds less than 16 tokens to a message, 256 to a prompt."""
    size = sum(len(message.text.encode("utf-8", "surrogatepass")) + 16 for message in messages)
    return size + 256 <= tokens
