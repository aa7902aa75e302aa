"""Versions of a template side by side, as the page shows and sets them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from myna.audit.actions import Actions
from myna.errors import UsageError

from ..library import Library
from ..loading import Loaded
from ..splitting import HEAVIEST, key_of, read_splits, splits_file, write_splits

if TYPE_CHECKING:
    from myna.assistant import Assistant


def split(library: Library, loaded: Loaded, assistant: Assistant) -> list[dict[str, Any]]:
    """A row for each version, the newest first: `weight`, and `share` of the conversations, from 0 to 1.

    Where nothing is split, the newest has all of it and no version a weight (-1).
    """
    template = loaded.template
    versions = [one.template.version for one in library.versions(template.name, template.language)]
    weights = read_splits(splits_file(assistant.paths)).get(key_of(loaded), {})
    total = sum(weights.get(version, 0) for version in versions)
    if not total:
        return [{"version": one, "weight": -1.0, "share": float(one == versions[0])} for one in versions]
    return [
        {"version": one, "weight": float(weights.get(one, 0)), "share": weights.get(one, 0) / total} for one in versions
    ]


def set_split(library: Library, loaded: Loaded, weights: Mapping[str, Any], assistant: Assistant) -> None:
    """Serve versions by these weights from now on; without any, the newest alone.

    Raises:
        UsageError: a weight is no number from 0 to `HEAVIEST`, or all are 0.
        BadPrompt: the file of splits cannot be read or written.
    """
    template, key, file = loaded.template, key_of(loaded), splits_file(assistant.paths)
    known = {one.template.version for one in library.versions(template.name, template.language)}
    wanted = {version: _weight(version, weight) for version, weight in weights.items() if version in known}
    if wanted and not any(wanted.values()):
        raise UsageError("all weights are 0")
    splits = read_splits(file)
    splits.pop(key, None)
    if wanted:
        splits[key] = wanted
    told = [f"{version}={weight:g}" for version, weight in wanted.items()]
    actions = Actions.of(assistant.paths, assistant.settings, assistant.host)
    with actions.recorded("prompts.split", prompt=key, weights=told):
        write_splits(file, splits)


def _weight(version: str, given: Any) -> float:
    try:
        number = float(str(given).strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not 0 <= number <= HEAVIEST:
        raise UsageError(f"the weight of {version} is not a number from 0 to 1000000", hint="1.0=1 1.1=3")
    return number
