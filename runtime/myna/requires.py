"""Comparing Myna's version with what a plugin asks for.

A subset of the usual version specifiers, so that `packaging` need not be imported at every start.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Release = tuple[int, ...]

_CLAUSE = re.compile(r"(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+)*)")
_COMPARE: dict[str, Callable[[Release, Release], bool]] = {
    ">=": lambda have, asked: have >= asked,
    "<=": lambda have, asked: have <= asked,
    "==": lambda have, asked: have == asked,
    "!=": lambda have, asked: have != asked,
    ">": lambda have, asked: have > asked,
    "<": lambda have, asked: have < asked,
}


def _release(version: str) -> Release:
    """The numbers at the start, without trailing zeros: `0.2.0rc1` counts as `0.2`."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def satisfies(version: str, requires: str) -> bool:
    """Whether `version` fits all clauses of `requires`, for example `>=0.1,<1`.

    Raises:
        ValueError: `requires` is not made of such clauses.
    """
    have = _release(version)
    for clause in requires.split(","):
        found = _CLAUSE.fullmatch(clause.strip())
        if found is None:
            raise ValueError(f"{requires!r} is not made of clauses like '>=0.1'")
        if not _COMPARE[found[1]](have, _release(found[2])):
            return False
    return True
