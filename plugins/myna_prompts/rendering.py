"""A template with values becomes messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from myna.errors import BadPrompt
from myna.messages import Message, assistant, system, user
from myna.suggest import did_you_mean

from .template import INPUT, Example
from .values import bind

if TYPE_CHECKING:
    from .loading import Loaded
    from .sandbox import Part, PromptSandbox

MAX_PART = 1 << 16
"""Characters of a part; the longest shipped one has about 1,500."""

KEPT = 256
"""Templates that stay compiled."""


class Compiled(msgspec.Struct, frozen=True):
    """The Jinja of a template, ready to be rendered."""

    name: str
    system: tuple[Part, ...]
    """Before the context: the system part, or role and task."""
    form: Part | None
    """After the context: the format of the answer."""
    user: Part


class Rendered(msgspec.Struct, frozen=True):
    """What a template says for one question."""

    system: str
    user: str
    shots: tuple[tuple[str, str], ...]
    """Question and answer of each example, in the order in which they are shown."""

    def messages(self) -> list[Message]:
        """With the question as the last."""
        shown = [system(self.system)] if self.system else []
        for question, answer in self.shots:
            shown += [user(question), assistant(answer)]
        return [*shown, user(self.user)]


def compiled(loaded: Loaded) -> Compiled:
    """The template's Jinja; compiled once for each content.

    Raises:
        BadPrompt: a part is not Jinja2, uses what is not allowed, or a variable that is not declared.
    """
    template = loaded.template
    parts = (template.system, template.parts.role, template.parts.task, template.parts.format, template.user)
    return _compiled(template.name, parts, tuple(loaded.variables))


@lru_cache(KEPT)
def _compiled(name: str, parts: tuple[str, ...], variables: tuple[str, ...]) -> Compiled:
    entries = ("system", "parts.role", "parts.task", "parts.format", "user")
    made = [
        _part(name, entry, source, variables) if source else None for entry, source in zip(entries, parts, strict=True)
    ]
    whole, role, task, form, question = made
    if question is None:
        raise BadPrompt(f"the template {name}: the user part is empty")
    return Compiled(name, tuple(part for part in (whole, role, task) if part is not None), form, question)


def _part(name: str, entry: str, source: str, variables: Sequence[str]) -> Part:
    from jinja2 import TemplateError

    from .sandbox import Undeclared

    if len(source) > MAX_PART:
        raise BadPrompt(f"the template {name}: {entry} has more than {MAX_PART:,} characters")
    try:
        return _sandbox().part(source, variables)
    except Undeclared as error:
        raise BadPrompt(f"the template {name}: {entry}: {error}{did_you_mean(error.name, variables)}") from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise BadPrompt(f"the template {name}: {entry}: {_line(error)}") from None
    except RecursionError:
        raise BadPrompt(f"the template {name}: {entry} is nested too deeply") from None


@cache
def _sandbox() -> PromptSandbox:
    # Making one takes some milliseconds, and it holds nothing of any template.
    from .sandbox import PromptSandbox

    return PromptSandbox()


def render(
    loaded: Loaded,
    given: Mapping[str, Any],
    examples: Sequence[Example] | None = None,
    context: Sequence[str] | None = None,
) -> Rendered:
    """The template with `given` values, `examples` (None: its own, as many as it shows) and of the list that
    `parts.context` names only `context` (None: all).

    Raises:
        BadPrompt: a value is missing or wrong, or the template fails on it.
    """
    values = bind(loaded.variables, given)
    if context is not None:
        values[loaded.template.parts.context] = list(context)
    chosen = loaded.examples[: loaded.template.shots] if examples is None else examples
    parts = compiled(loaded)
    shots = []
    for example in chosen:
        shown = {**values, **bind_some(loaded, example.variables), INPUT: example.input}
        shots.append((_text(parts.name, parts.user, shown), example.answer))
    return Rendered(_system(loaded, parts, values), _text(parts.name, parts.user, values), tuple(shots))


def bind_some(loaded: Loaded, given: Mapping[str, Any]) -> dict[str, Any]:
    """Only the values that are given, checked."""
    return bind({name: loaded.variables[name] for name in given}, given)


def schema_of(loaded: Loaded) -> str:
    """The JSON schema of the answer as text; empty for free text."""
    return json.dumps(loaded.template.schema, ensure_ascii=False) if loaded.template.schema else ""


def _system(loaded: Loaded, parts: Compiled, values: dict[str, Any]) -> str:
    said = [_text(parts.name, part, values) for part in parts.system]
    facts = values.get(loaded.template.parts.context, []) if loaded.template.parts.context else []
    if facts:
        said.append("\n".join(f"- {' '.join(fact.split())}" for fact in facts))
    if parts.form is not None:
        said.append(_text(parts.name, parts.form, values))
    return "\n\n".join(filter(None, said))


def _text(name: str, part: Part, values: dict[str, Any]) -> str:
    from jinja2 import TemplateError

    try:
        return part.render(values)
    except TemplateError as error:
        raise BadPrompt(f"the template {name} failed: {_line(error)}") from None


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
