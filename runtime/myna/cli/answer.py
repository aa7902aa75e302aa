"""Showing a turn as it happens: the answer on standard output, remarks on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ..errors import Blocked, EngineError, MynaError, from_info
from ..events import ContextShrunk, HistoryDropped, Notice, Reduced, Routed, TextDelta, TurnFinished, Usage
from .interrupt import interruption
from .waiting import Waiting

if TYPE_CHECKING:
    from ..events import Event
    from ..turn import Turn
    from .context import Context


_REDUCED = {
    "memory": "Memory is short, so {model} answers for a while.",
    "temperature": "The processor is hot, so {model} answers for a while.",
    "failure": "The model did not load, so {model} answers for a while.",
}


class TemplateUsed(msgspec.Struct, frozen=True):
    """Which prompt template a question was put into."""

    name: str
    version: str
    sha256: str
    """Of its text, as `myna prompts show` prints it."""


class RouteTaken(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a route chose the model."""

    name: str
    rule: str = ""
    """Left out where none fitted."""
    instead_of: str = ""
    """A model that could not answer."""
    reason: str = ""
    """Why not: the code of an error."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finished turn as `--json` prints it."""

    text: str
    model: str
    """Empty where a plugin knew the answer, as of a picture that no model looked at."""
    finish_reason: str
    usage: Usage
    timings: dict[str, float]
    """Milliseconds by stage."""
    prompt: TemplateUsed | None = None
    """Left out where no template was used."""
    route: RouteTaken | None = None
    """Left out where no route chose the model."""


def as_data(finished: TurnFinished) -> Answer:
    """What `--json` prints of a turn."""
    used = TemplateUsed(finished.prompt, finished.prompt_version, finished.prompt_hash) if finished.prompt else None
    taken = finished.routed
    route = RouteTaken(taken.route, taken.rule, taken.instead_of, taken.reason) if taken else None
    return Answer(finished.text, finished.model, finished.reason, finished.usage, finished.timings, used, route)


async def show(ctx: Context, turn: Turn, *, stream: bool = True) -> TurnFinished:
    """Print the answer of `turn`; how it ended. With `--json` or without `stream` nothing is printed on the way."""
    stream = stream and not ctx.json
    flow = ctx.flow()
    line_open = False
    finished: TurnFinished | None = None
    with Waiting(ctx, ctx.text("The model is being loaded …")) as waiting:
        async for event in turn:
            if isinstance(event, TextDelta):
                waiting.stop()
                if stream and event.text:
                    flow(event.text)
                    line_open = not event.text.endswith("\n")
            elif isinstance(event, TurnFinished):
                finished = event
            else:
                waiting.pause()
                remark(ctx, event)
    if line_open:
        ctx.write("\n")
    if finished is None:
        raise EngineError("the turn ended without a result")
    if not stream and not ctx.json and finished.text:
        ctx.write(finished.text if finished.text.endswith("\n") else f"{finished.text}\n")
    if finished.reason == "length":
        ctx.note(ctx.text("The answer was cut off after {count} tokens.", count=finished.usage.completion_tokens))
    if ctx.verbose:
        ctx.note(figures(finished))
    return finished


def failure(finished: TurnFinished) -> MynaError | None:
    """The error that a turn ended with, if it did."""
    if finished.reason == "cancelled":
        return interruption()
    if finished.error is not None:
        return from_info(finished.error)
    if finished.reason == "blocked":
        return Blocked("a policy blocked this turn")
    if finished.reason == "error":
        return EngineError("the engine gave no reason")
    return None


def figures(finished: TurnFinished) -> str:
    """One line of figures on a turn."""
    usage, timings = finished.usage, finished.timings
    parts = [f"{usage.prompt_tokens} + {usage.completion_tokens} tokens"]
    if usage.cached_tokens:
        parts.append(f"{usage.cached_tokens} cached")
    if first := timings.get("first_token"):
        parts.append(f"first token {first:.0f} ms")
    if (decode := timings.get("decode")) and usage.completion_tokens > 1:
        parts.append(f"{(usage.completion_tokens - 1) / decode * 1000:.1f} tokens/s")
    return ", ".join(parts)


def remark(ctx: Context, event: Event) -> None:
    """Show on standard error what a turn has to say besides its answer."""
    if isinstance(event, HistoryDropped):
        if event.summarised:
            text = "{messages} older messages were summarised to fit the context."
        else:
            text = "{messages} older messages were left out to fit the context."
        ctx.note(ctx.text(text, messages=event.messages))
    elif isinstance(event, ContextShrunk):
        text = "Memory is short: the context is {given} tokens instead of {wanted}."
        ctx.note(ctx.text(text, given=event.given, wanted=event.wanted))
    elif isinstance(event, Reduced):
        ctx.note(ctx.text(_REDUCED[event.cause], model=event.model))
        if event.context:
            ctx.note(ctx.text("The context is {given} tokens meanwhile.", given=event.context))
    elif isinstance(event, Routed):
        if event.instead_of:
            text = "{failed} cannot answer now: {model} answers instead."
            ctx.note(ctx.text(text, failed=event.instead_of, model=event.model))
        elif ctx.verbose:
            ctx.note(ctx.text("{model} answers, by the rule {rule}.", model=event.model, rule=event.rule or "-"))
    elif isinstance(event, Notice):
        ctx.note(ctx.language.message(event.text))
