"""Models that plugins offer besides files on this machine: on other servers, or names that choose among models."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from myna.doctor import Finding
from myna.hookspecs import OfferedModel

from .listing import Row

_AT_ONCE = 8
"""Models that are asked for their state at the same time."""


class OfferedDetails(msgspec.Struct, frozen=True):
    """All that is known of one."""

    id: str
    name: str
    task: str
    summary: str
    context: int
    facts: dict[str, str]
    state: Finding | None
    """Whether it can be asked now; None: there is nothing to find out."""


def offered_rows(models: Sequence[OfferedModel]) -> list[Row]:
    """As in lists. Asks each whether it can be asked now, all at the same time, and waits for the slowest."""
    return [_row(model, state) for model, state in zip(models, _states(models), strict=True)]


def offered_details(model: OfferedModel) -> OfferedDetails:
    """Of one model. May wait for its server."""
    state = model.check() if model.check is not None else None
    return OfferedDetails(model.name, model.title, model.task, model.summary, model.context, model.facts, state)


def _states(models: Sequence[OfferedModel]) -> list[Finding | None]:
    if not models:
        return []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda model: model.check() if model.check is not None else None, models))


def _row(model: OfferedModel, state: Finding | None) -> Row:
    return Row(
        model.name,
        model.title,
        model.task,
        format="",
        licence="",
        languages=(),
        parameters=0,
        quantization="",
        size=0,
        installed=False,
        recommended=False,
        elsewhere="route" if state is None else "answers" if state.level == "ok" else "silent",
    )
