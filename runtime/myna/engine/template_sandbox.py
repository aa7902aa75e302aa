"""The sandbox that chat templates run in: Jinja2's own, and no call that could fill the memory at once.

A time limit ends what runs long, but `"x".center(10 ** 10)` is a single call in C that has taken ten
gigabytes before anybody can look. So everything that makes much out of little is measured first.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_TEXT = 64 << 20
"""Characters, or items of a list; above any context that fits a machine."""

MAX_REPEAT = 100_000
"""Items of a sequence made by `*`, as Jinja2's sandbox limits `range`."""

UNUSED_FILTERS = ("batch", "center", "pprint", "random", "slice", "urlize", "wordwrap", "xmlattr")
"""No known chat template needs them, and each can make much out of little."""


class TemplateSandbox(ImmutableSandboxedEnvironment):
    """Raises `TemplateError` for what would grow beyond the limits."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
        for name in UNUSED_FILTERS:
            del self.filters[name]
        for name in ("format", "indent", "join", "replace"):
            self.filters[name] = _bounded_filter(name, self.filters[name])
        self.filters["joined"] = _joined
        self.filters["tojson"] = _tojson

    @staticmethod
    def concat(seq: Iterable[str]) -> str:
        """Joins what macros and blocks have written."""
        return _joined(seq)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        _BoundedConcat().visit(parsed)
        return parsed

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and not (_small(left, 1_000) and _small(right, 64)):
            raise TemplateError("a power that large is not allowed")
        if operator == "%" and isinstance(left, str):
            _check_format(left)
        if operator == "+" and isinstance(left, str | list | tuple) and isinstance(right, str | list | tuple):
            _check_size(len(left) + len(right))
        if operator == "*":
            for sequence, count in ((left, right), (right, left)):
                if isinstance(sequence, str | list | tuple) and isinstance(count, int):
                    _check_size(count * len(sequence), MAX_REPEAT)
        return super().call_binop(context, operator, left, right)

    def call(*positional: Any, **named: Any) -> Any:
        # Jinja2 passes the environment, the context, what is called, and its arguments: all by position,
        # because a template may use any name for an argument.
        environment, context, called, *arguments = positional
        # The sandbox wraps `format`.
        method = getattr(called, "__wrapped__", called)
        text = getattr(method, "__self__", None)
        if isinstance(text, str):
            _check_text_method(text, getattr(method, "__name__", ""), [*arguments, *named.values()])
        return ImmutableSandboxedEnvironment.call(environment, context, called, *arguments, **named)


class _BoundedConcat(NodeTransformer):
    """Turns `a ~ b` into a filter, because Jinja2 has no hook for it."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - the visitor's naming
        self.generic_visit(node)
        return nodes.Filter(nodes.List(node.nodes), "joined", [], [], None, None, lineno=node.lineno)


def _joined(pieces: Iterable[Any]) -> str:
    texts = [str(piece) for piece in pieces]
    _check_size(sum(map(len, texts)))
    return "".join(texts)


def _tojson(value: Any, ensure_ascii: bool = False, indent: int | None = None, **_: Any) -> str:
    if indent is not None and not 0 <= indent <= 64:
        raise TemplateError("an indent that wide is not allowed")
    # Jinja2's own filter escapes for HTML, which models were not trained on.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _small(number: object, limit: int) -> bool:
    return isinstance(number, int | float) and abs(number) <= limit


def _check_size(size: int, limit: int = MAX_TEXT) -> None:
    if size > limit:
        raise TemplateError(f"a text or a list of more than {limit:,} items is not allowed")


def _check_format(pattern: str) -> None:
    """Refuse widths of four digits and more, and widths that are arguments."""
    if re.search(r"\d{4}|%[^a-zA-Z%]*\*|:[^{}]*\{", pattern):
        raise TemplateError("a field that wide is not allowed")


def _check_text_method(text: str, name: str, arguments: Sequence[Any]) -> None:
    """Bound what a method of `text` may return."""
    if name in {"center", "ljust", "rjust", "zfill", "expandtabs"}:
        width = max((value for value in arguments if isinstance(value, int)), default=8)
        _check_size(width * (1 + text.count("\t")), MAX_REPEAT)
    elif name in {"format", "format_map"}:
        _check_format(text)
    elif name == "replace" and len(arguments) > 1:
        _check_size((len(text) + 1) * len(str(arguments[1])))
    elif name == "join" and arguments:
        _check_join(arguments[0], text)
    elif name == "translate":
        raise TemplateError("translate is not allowed")


def _check_join(items: Any, separator: str) -> None:
    # An iterator has no length; a sequence in a template has at most `MAX_TEXT` items.
    length = len(items) if isinstance(items, Sized) else MAX_REPEAT
    _check_size(length * len(separator))


def _bounded_filter(name: str, apply: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja2's filter `name`, with the size of what it makes checked first."""

    @functools.wraps(apply)
    def bounded(*arguments: Any, **named: Any) -> Any:
        # Some filters are passed the environment or the context first.
        value, *rest = [*arguments[1 if hasattr(apply, "jinja_pass_arg") else 0 :], *named.values()]
        if name == "format":
            _check_format(str(value))
        elif name == "replace" and len(rest) > 1:
            _check_size((len(str(value)) + 1) * len(str(rest[1])))
        elif name == "indent" and rest:
            width = rest[0] if isinstance(rest[0], int) else len(str(rest[0]))
            _check_size(width * (str(value).count("\n") + 1), MAX_REPEAT)
        elif name == "join" and rest:
            _check_join(value, str(rest[0]))
        return apply(*arguments, **named)

    return bounded
