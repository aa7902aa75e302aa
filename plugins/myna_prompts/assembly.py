"""Putting a prompt together within its budget: which examples and which facts, and in which order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    facts: list[str] = list(values[template.parts.context]) if template.parts.context else []
    ranking: Ranking | None = None
    if len(examples) > template.shots:
        ranking = await chooser.ranked(values[INPUT], [example.input for example in examples], model, loaded.sha256)
        examples = [examples[at] for at in ranking.order[: template.shots]][::-1]

    def rendered(shown: Sequence[Example], known: Sequence[str]) -> Rendered:
        return render(loaded, given, shown, known if template.parts.context else None)

    async def tokens(shown: Sequence[Example], known: Sequence[str]) -> int:
        return await model.count(rendered(shown, known).messages())

    if _surely_fits(rendered(examples, facts).messages(), budget):
        return _assembled(rendered(examples, facts), examples, facts, 0, ranking)
    if await tokens(examples, facts) > budget and examples:
        if ranking is None:
            ranking = await chooser.ranked(values[INPUT], [example.input for example in examples], model)
            examples = [examples[at] for at in ranking.order][::-1]
        every, known = examples, facts
        kept = await _most(len(every) - 1, lambda many: tokens(every[len(every) - many :], known), budget)
        examples = every[len(every) - kept :]
    if await tokens(examples, facts) > budget and facts:
        ranking = await chooser.ranked(values[INPUT], facts, model)
        order, all_facts = ranking.order, facts
        kept = await _most(len(facts) - 1, lambda many: tokens((), _in_order(all_facts, order[:many])), budget)
        facts = _in_order(all_facts, order[:kept])
    return _assembled(rendered(examples, facts), examples, facts, await tokens(examples, facts), ranking)


async def _most(many: int, tokens: Callable[[int], Awaitable[int]], budget: int) -> int:
    """How many of at most `many` things fit, by halving: each count is a way to the worker and back."""
    least, most = 0, many
    while least < most:
        middle = (least + most + 1) // 2
        if await tokens(middle) <= budget:
            least = middle
        else:
            most = middle - 1
    return least


def _in_order(facts: Sequence[str], places: Sequence[int]) -> list[str]:
    """Facts stay in the order in which they were given: one may explain the one before it."""
    return [facts[at] for at in sorted(places)]


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
