"""Reading a template from its file, with errors that say which entry is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import msgspec

from myna.errors import BadPrompt
from myna.suggest import did_you_mean

from .template import INPUT, Example, Template, Variable
from .values import bind, fault_of

MAX_FILE = 1 << 20
"""Bytes of a template; the shipped ones have three to six thousand."""

MAX_EXAMPLES_FILE = 16 << 20
"""Bytes of a file of examples: 10,000 of them at 1,600 bytes."""

ENCODING = "save it as UTF-8"

_UNKNOWN = re.compile(r"Object contains unknown field `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
_AT = re.compile(r"(.*?) - at `\$\.?([^`]*)`$")

_ENTRIES = {
    "": Template.__struct_fields__,
    "variables": Variable.__struct_fields__,
    "examples": Example.__struct_fields__,
}


class Loaded(msgspec.Struct, frozen=True):
    """A template as it was found."""

    template: Template
    variables: dict[str, Variable]
    """Those of the template, with `input`, which every template has."""
    examples: tuple[Example, ...]
    """Those of the template, then those of its file of examples."""
    sha256: str
    """Of the template's text, and of its file of examples where it has one."""
    path: Path


def load(path: Path) -> Loaded:
    """Read the template at `path`. Its Jinja is compiled when it is first rendered, or by `check`.

    Raises:
        BadPrompt: it cannot be read, has unknown or wrong entries, or contradicts itself.
    """
    data = _read(path, MAX_FILE)
    more = b""
    template = _decode(path.name, _text(path.name, data))
    if template.examples_file:
        more = _read(path.parent / template.examples_file, MAX_EXAMPLES_FILE)
    return _loaded(template, path, data, more)


def loads(text: str, name: str = "template") -> Loaded:
    """The template that `text` is; it cannot have a file of examples.

    Raises:
        BadPrompt: as for `load`.
    """
    template = _decode(name, text)
    if template.examples_file:
        raise BadPrompt(f"the template {name}: a file of examples needs a template that is a file too")
    return _loaded(template, Path(name), text.encode(), b"")


def from_template(template: Template, original: Loaded) -> Loaded:
    """`template`, made by changing `original`, as if it had been read.

    Raises:
        BadPrompt: it contradicts itself.
    """
    filed = original.examples[len(original.template.examples) :]
    variables = {INPUT: Variable(required=True), **template.variables}
    digest = hashlib.sha256(msgspec.json.encode(template, order="deterministic"))
    loaded = Loaded(template, variables, (*template.examples, *filed), digest.hexdigest(), original.path)
    if fault := _fault(loaded):
        raise BadPrompt(f"the template {original.path.name}: {fault}")
    return loaded


def _loaded(template: Template, path: Path, data: bytes, more: bytes) -> Loaded:
    variables = {INPUT: Variable(required=True), **template.variables}
    examples = (*template.examples, *_examples(template.examples_file, more))
    digest = hashlib.sha256(data)
    if template.examples_file:
        digest.update(b"\0" + more)
    loaded = Loaded(template, variables, examples, digest.hexdigest(), path)
    if fault := _fault(loaded):
        raise BadPrompt(f"the template {path.name}: {fault}")
    return loaded


def check(loaded: Loaded) -> Loaded:
    """The template itself, once its Jinja was compiled; that takes some milliseconds.

    Raises:
        BadPrompt: a part is not Jinja2, uses what is not allowed, or a variable that is not declared.
    """
    from .rendering import compiled

    compiled(loaded)
    return loaded


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise BadPrompt(f"the template {path} cannot be read: {error.strerror or error}") from None
    if len(data) > most:
        raise BadPrompt(f"the template {path.name} has more than {most >> 10} KB")
    return data


def _text(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPrompt(f"the template {name} is not valid UTF-8 (byte {error.start})", hint=ENCODING) from None
    if "\0" in text:
        raise BadPrompt(f"the template {name} is not a text file", hint=ENCODING)
    return text


def _decode(name: str, text: str) -> Template:
    try:
        return msgspec.toml.decode(text, type=Template)
    except msgspec.ValidationError as error:
        raise BadPrompt(f"the template {name}: {_plainly(str(error))}") from None
    except msgspec.DecodeError as error:
        raise BadPrompt(f"the template {name} is not TOML: {error}") from None
    except RecursionError:
        raise BadPrompt(f"the template {name} is nested too deeply") from None


def _plainly(problem: str) -> str:
    """A complaint of msgspec with the entry first: `cases[0].expect: there is no entry colour`."""
    if match := _UNKNOWN.match(problem):
        entry, place = match[1], match[2] or ""
        known = _ENTRIES.get(place.partition("[")[0], ())
        guess = did_you_mean(entry, known)
        return f"{place}: there is no entry {entry}{guess}" if place else f"there is no entry {entry}{guess}"
    if match := _AT.match(problem):
        return f"{match[2]}: {match[1]}"
    return problem


def _examples(name: str, data: bytes) -> tuple[Example, ...]:
    decoder = msgspec.json.Decoder(Example)
    examples = []
    for number, line in enumerate(_text(name, data).splitlines(), 1):
        if not line.strip():
            continue
        try:
            examples.append(decoder.decode(line))
        except msgspec.DecodeError as error:
            raise BadPrompt(f"the examples {name}: line {number}: {error}") from None
    return tuple(examples)


def _fault(loaded: Loaded) -> str:
    """What contradicts itself in a template; empty when nothing does."""
    template = loaded.template
    if loaded.variables[INPUT].type != "text":
        return "the variable input must be of the type text"
    if template.system and any(msgspec.structs.astuple(template.parts)):
        return "system and parts exclude one another"
    if (place := template.parts.context) and getattr(loaded.variables.get(place), "type", "") != "list":
        return f"parts.context must name a variable of the type list, and {place} is none"
    if template.schema and template.answer_after:
        return "schema and answer_after exclude one another"
    for fault in (_variables_fault(loaded), _examples_fault(loaded), _cases_fault(loaded), _schema_fault(template)):
        if fault:
            return fault
    return ""


def _variables_fault(loaded: Loaded) -> str:
    for name, variable in loaded.variables.items():
        if variable.required and variable.default is not None:
            return f"the variable {name} is required, so it needs no default"
        for value in (variable.default, *variable.choices):
            if value is not None and (fault := fault_of(_without(variable, value), value)):
                return f"the variable {name}: {value!r} {fault}"
        low, high = variable.minimum, variable.maximum
        if low is not None and high is not None and low > high:
            return f"the variable {name}: minimum is more than maximum"
    return ""


def _without(variable: Variable, value: Any) -> Variable:
    """A choice need not be among the choices, to be judged by its type."""
    return msgspec.structs.replace(variable, choices=()) if value in variable.choices else variable


def _examples_fault(loaded: Loaded) -> str:
    for number, example in enumerate(loaded.examples, 1):
        for name, value in example.variables.items():
            if name not in loaded.variables or name == INPUT:
                return f"example {number}: there is no variable {name}"
            if fault := fault_of(loaded.variables[name], value):
                return f"example {number}: the variable {name} {fault}"
    return ""


def _cases_fault(loaded: Loaded) -> str:
    names = [case.name for case in loaded.template.cases]
    for case in loaded.template.cases:
        if names.count(case.name) > 1:
            return f"two cases have the name {case.name}"
        try:
            bind(loaded.variables, {INPUT: case.input, **case.variables})
        except BadPrompt as error:
            return f"the case {case.name}: {error.message}"
        try:
            re.compile(case.expect.matches)
        except re.error as error:
            return f"the case {case.name}: matches is not a regular expression: {error}"
    return ""


def _schema_fault(template: Template) -> str:
    if not template.schema:
        return ""
    try:
        json.dumps(template.schema)
    except (TypeError, ValueError):
        return "schema holds something that JSON has not, for example a date"
    return ""
