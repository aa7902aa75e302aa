"""What a template is: one TOML file, typed. `docs/prompts.md` shows one with comments."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from myna.engine.protocols import Sampling

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Version = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+(\.[0-9]+){0,2}$")]
LanguageTag = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
VariableName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,99}\.jsonl)?$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]

VariableType = Literal["text", "integer", "number", "boolean", "list", "json"]

INPUT = "input"
"""The variable that is filled with what the person says."""

MAX_VALUE = 1_000_000
"""Characters of a value, where the template sets no limit: above any context that fits a machine."""

MAX_ITEMS = 1_000
"""Items of a list, where the template sets no limit."""


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: VariableType = "text"
    """`list` is a list of texts, `json` any JSON value."""
    description: str = ""
    required: bool = False
    default: Any = None
    """None: empty, of the type (`""`, 0, false, no items, null)."""
    choices: tuple[Any, ...] = ()
    """The only values allowed; empty: any."""
    minimum: float | None = None
    maximum: float | None = None
    """Of numbers."""
    min_length: Count = 0
    max_length: Count = 0
    """Characters of a text (of JSON, as it is written), items of a list; 0: `MAX_VALUE` or `MAX_ITEMS`."""


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question as it could come, and the answer that it should get."""

    input: str
    answer: str
    variables: dict[str, Any] = {}
    """Other values for the user part; those that are not here are as in the turn."""


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes an answer right. Every entry that is given must hold; letter case never matters but in `matches`."""

    equals: str | None = None
    """The whole answer, apart from white space and a full stop at its end."""
    one_of: tuple[str, ...] = ()
    """As `equals`, one of several."""
    contains: tuple[str, ...] = ()
    """All of these."""
    contains_any: tuple[str, ...] = ()
    """At least one of these."""
    excludes: tuple[str, ...] = ()
    """None of these."""
    matches: str = ""
    """A regular expression that is found in the answer."""
    fields: dict[str, Any] = {}
    """Of a JSON answer: values by name, dots between levels (`patient.age`)."""
    language: Literal["", "en", "zh"] = ""
    """Most letters of the answer are of this language's script."""
    min_words: Count = 0
    max_words: Count = 0
    """A Chinese character is a word; 0: no limit."""
    max_sentences: Count = 0


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test of the template."""

    name: str
    input: str = ""
    variables: dict[str, Any] = {}
    expect: Expectation = Expectation()
    reference: str = ""
    """A good answer, for similarity; empty: `expect.equals`, where that is given."""
    held_out: bool = False
    """A better version is judged by it and never chosen by it. Where no case says so, lots are drawn."""


class Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A system part in pieces, assembled in this order. Each is Jinja, but for `context`, which names a variable."""

    role: str = ""
    task: str = ""
    context: str = ""
    """Name of a variable of type `list`: facts, of which those closest to the input are kept when room is short."""
    format: str = ""


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    name: Name
    version: Version
    language: LanguageTag
    description: str
    variables: dict[VariableName, Variable] = {}
    system: str = ""
    """Jinja; or else `parts` are given."""
    parts: Parts = Parts()
    user: str = "{{ input }}"
    """Jinja."""
    examples: tuple[Example, ...] = ()
    examples_file: FileName = ""
    """JSON lines with `input`, `answer` and perhaps `variables`, in the same folder."""
    shots: Count = 8
    """Examples shown at most; of more, those closest to the input are chosen."""
    budget: Count = 0
    """Tokens that the whole prompt may have; 0: what the model's context leaves beside the answer."""
    schema: dict[str, Any] = {}
    """JSON schema of the answer, which is then decoded under a grammar; empty: free text."""
    answer_after: str = ""
    """What stands before it in an answer are steps: they are not part of the visible answer."""
    sampling: Sampling = Sampling()
    max_tokens: Count = 0
    """Longest answer; 0: as in the settings."""
    cases: tuple[Case, ...] = ()
