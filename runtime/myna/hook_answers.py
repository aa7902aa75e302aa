"""Calling one implementation of a hook, and making sure of what it answers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pluggy

_T = TypeVar("_T")


def by_name(implementation: pluggy.HookImpl) -> Callable[..., Any]:
    """The implementation as a function that takes every argument of the hook and passes on those it wants."""
    function, names = implementation.function, implementation.argnames

    def call(**arguments: Any) -> Any:
        return function(*[arguments[name] for name in names])

    return call


async def value_of(answer: Any) -> Any:
    """The answer of an implementation that may have been async."""
    return await answer if inspect.isawaitable(answer) else answer


def items_of(answer: Any, kind: type) -> list[Any]:
    """What an implementation registers; None is nothing.

    Raises:
        TypeError: it is no list.
    """
    if answer is None:
        return []
    if isinstance(answer, str | bytes | dict) or not isinstance(answer, Iterable):
        raise TypeError(f"it returned {type(answer).__name__}, not a list of {kind.__name__}")
    return list(answer)


def checked(value: Any, kind: type[_T]) -> _T:
    """`value`, which must be a `kind`.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")
    return value
