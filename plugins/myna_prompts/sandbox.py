"""The Jinja2 that prompt templates may use: text, conditions, loops and filters, and nothing that can run away.

Templates are shared like recipes, so a stranger's must be harmless. What could recurse (macros, blocks,
includes, recursive loops) or reach into Python (calls, attributes of objects) is refused when the template is
loaded, by name; what could take long or grow is counted while it is rendered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined, meta, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import MAX_RANGE
from jinja2.visitor import NodeTransformer

from myna.engine.template_sandbox import TemplateSandbox

MAX_TURNS = 10_000
"""Turns of all loops of one rendering together: ten times the items of the longest list."""

MAX_OUTPUT = 2_000_000
"""Characters of a rendered part: above any context that fits a machine."""

MAX_WORK = 16_000_000
"""Characters and items that filters and operators may make in one rendering."""

RENDER_SECONDS = 1.0
"""A usual part renders in a tenth of a millisecond, a full context through several filters in some tens."""

_DIGITS = 10
"""Of `round`: Jinja2 computes a power of ten."""

_BITS = 1024
"""Of a product of whole numbers: the largest that is also a float."""

FILTERS = frozenset(
    {"abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "indent", "int", "items", "join"}
    | {"joined", "last", "length", "list", "lower", "map", "max", "min", "reject", "replace", "reverse", "round"}
    | {"select", "sort", "string", "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "wordcount"}
)

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.With),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.List, nodes.Tuple, nodes.Dict),
    *(nodes.Pair, nodes.Keyword, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or),
    *(nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod),
    *(nodes.Concat, nodes.CondExpr, nodes.Call),
)

_LOOP = frozenset({"first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"})


class _Limits:
    """What one rendering has used so far."""

    def __init__(self) -> None:
        self._until = time.perf_counter() + RENDER_SECONDS
        self._turns = 0
        self._work = 0

    def turn(self) -> None:
        self._turns += 1
        if self._turns > MAX_TURNS:
            raise TemplateError(f"its loops take more than {MAX_TURNS:,} turns")
        self.look()

    def made(self, value: Any) -> None:
        if isinstance(value, str | list | tuple):
            self._work += len(value)
            if self._work > MAX_WORK:
                raise TemplateError(f"it makes more than {MAX_WORK:,} characters")
        self.look()

    def look(self) -> None:
        if time.perf_counter() > self._until:
            raise TemplateError(f"it takes longer than {RENDER_SECONDS:g} s")


_limits: ContextVar[_Limits] = ContextVar("limits of the rendering")


def _range(*ends: int) -> range:
    numbers = range(*ends)
    try:
        many = len(numbers)
    except OverflowError:
        many = MAX_RANGE + 1
    if many > MAX_RANGE:
        raise TemplateError(f"range gives at most {MAX_RANGE:,} numbers")
    return numbers


class PromptSandbox(TemplateSandbox):
    """Raises `TemplateError` for what a prompt template may not do."""

    def __init__(self) -> None:
        super().__init__()
        self.undefined = StrictUndefined
        self.globals = {"range": _range}
        known = {name: apply for name, apply in self.filters.items() if name in FILTERS}
        known["round"] = _round
        self.filters = {name: _counted_filter(apply) for name, apply in known.items()}
        self.filters["turns of a loop"] = _Turns

    def part(self, source: str, known: Iterable[str]) -> Part:
        """A piece of a template, compiled; `known` are the names of its variables.

        Raises:
            TemplateError: it is not Jinja2, uses what is not allowed, or a variable that is not declared.
        """
        token = _limits.set(_Limits())  # constant expressions are computed while it is compiled
        try:
            parsed = self.parse(source)
            if unknown := sorted(meta.find_undeclared_variables(parsed) - set(known) - {"range"}):
                raise Undeclared(unknown[0])
            return Part(source, self.from_string(parsed))
        finally:
            _limits.reset(token)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        for node in parsed.find_all(nodes.Node):
            _check(node)
        _CountTurns().visit(parsed)
        return parsed

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "%" and isinstance(left, str):
            raise TemplateError("% is for numbers; use ~ to join texts")
        if operator == "*" and isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() + right.bit_length()
            if bits > _BITS:
                raise TemplateError("a number that large is not allowed")
        made = super().call_binop(context, operator, left, right)
        _limits.get().made(made)
        return made

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of a mapping, or what a loop knows of itself; nothing of Python."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)  # raises what is missing
        raise TemplateError(f"{attribute} cannot be read of a {_kind(obj)}")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, dict | list | tuple | str):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return self.getattr(obj, str(argument))


class Part:
    """A piece of a template that can be rendered again and again."""

    def __init__(self, source: str, template: Any) -> None:
        self.source = source
        self._template = template

    def render(self, values: dict[str, Any]) -> str:
        """The text, without white space around it.

        Raises:
            TemplateError: it exceeds a limit, or does not suit the values.
        """
        token = _limits.set(_Limits())
        try:
            pieces: list[str] = []
            size = 0
            for piece in self._template.generate(values):
                size += len(piece)
                if size > MAX_OUTPUT:
                    raise TemplateError(f"it makes more than {MAX_OUTPUT:,} characters")
                pieces.append(piece)
            return "".join(pieces).strip()
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise TemplateError(f"{type(error).__name__}: {error}") from error
        except (RecursionError, MemoryError) as error:
            raise TemplateError(f"it exceeds its limits ({type(error).__name__})") from error
        finally:
            _limits.reset(token)


class Undeclared(TemplateError):
    """A name that no variable has."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no variable {name}")
        self.name = name


class _Turns:
    """What a loop goes over, with its turns counted."""

    def __init__(self, items: Any) -> None:
        if isinstance(items, Undefined):
            iter(items)  # raises what is missing
        self._items: Sequence[Any] = items if isinstance(items, Sequence) else list(_bounded(items))

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        limits = _limits.get()
        for item in self._items:
            limits.turn()
            yield item


def _bounded(items: Iterable[Any]) -> Iterator[Any]:
    for at, item in enumerate(items):
        if at >= MAX_TURNS:
            raise TemplateError(f"its loops take more than {MAX_TURNS:,} turns")
        yield item


class _CountTurns(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's naming
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "turns of a loop", [], [], None, None, lineno=node.lineno)
        return node


def _check(node: nodes.Node) -> None:
    where = f" (line {node.lineno})" if node.lineno else ""
    if not isinstance(node, _ALLOWED) or type(node) is nodes.Pow:
        raise TemplateError(f"{_word(node)} is not allowed in a prompt template{where}")
    if isinstance(node, nodes.For) and node.recursive:
        raise TemplateError(f"a recursive loop is not allowed in a prompt template{where}")
    if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name == "range"):
        raise TemplateError(f"a call is not allowed in a prompt template, only range and filters{where}")
    if isinstance(node, nodes.Name) and node.name == "self":
        raise TemplateError(f"there is no variable self{where}")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise TemplateError(f"there is no filter {node.name} in prompt templates{where}")


def _word(node: nodes.Node) -> str:
    """What a person calls the thing: `Macro` is `macro`, `FromImport` is `import`."""
    words = {"CallBlock": "call", "FilterBlock": "filter block", "FromImport": "import", "AssignBlock": "set block"}
    words |= {"Pow": "**", "Scope": "autoescape", "ScopedEvalContextModifier": "autoescape"}
    name = type(node).__name__
    return words.get(name, name.lower())


def _counted_filter(apply: Callable[..., Any]) -> Callable[..., Any]:
    """`apply` with what it makes counted."""

    @wraps(apply)
    def counted(*arguments: Any, **named: Any) -> Any:
        made = apply(*arguments, **named)
        _limits.get().made(made)
        return made

    return counted


def _round(value: float, precision: int = 0) -> float:
    if not -_DIGITS <= precision <= _DIGITS:
        raise TemplateError(f"round takes at most {_DIGITS} digits")
    return round(value, precision)


def _kind(value: Any) -> str:
    kinds = {str: "text", int: "number", float: "number", bool: "boolean", list: "list", type(None): "value none"}
    return kinds.get(type(value), "value")
