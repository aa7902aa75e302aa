"""Choosing a chat model for this machine: the largest recommended one that runs well here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from myna.config import Settings
from myna.errors import ModelMissing, SourceUnavailable

from .catalog import Catalog
from .fit import judge, of_manifest
from .installed import Installed
from .machine import Machine
from .manifest import Manifest
from .resolve import DEFAULT_CHAT_MODEL


def candidates(manifests: Sequence[Manifest], machine: Machine, settings: Settings) -> list[Manifest]:
    """Recommended chat models that run well on `machine`, best first."""
    fitting = [
        manifest
        for manifest in manifests
        if manifest.task == "chat"
        and manifest.recommended
        and judge(manifest.id, of_manifest(manifest), machine, settings.engine.context).verdict == "runs well"
    ]
    return sorted(fitting, key=lambda manifest: (manifest.parameters, manifest.id), reverse=True)


def fallback(catalog: Catalog) -> Manifest:
    """The model that needs no hub.

    Raises:
        ModelMissing: the catalog does not hold it.
    """
    manifest = catalog.get(DEFAULT_CHAT_MODEL)
    if manifest is None:
        raise ModelMissing(f"the catalog lacks {DEFAULT_CHAT_MODEL}")
    return manifest


def pull_best(
    catalog: Catalog,
    machine: Machine,
    settings: Settings,
    pull: Callable[[Manifest], Installed],
    say: Callable[[str], None],
) -> Installed:
    """Pull the best model for this machine; when its source cannot be reached, the one that needs no hub.

    `say` is told, in a sentence, what was chosen and why another was taken.

    Raises:
        SourceUnavailable: nothing can be reached.
    """
    manifests, problems = catalog.load()
    for problem in problems:
        say(problem.message)
    small = fallback(catalog)
    chosen = next(iter(candidates(manifests, machine, settings)), small)
    if chosen.id == small.id:
        say(f"{small.id} is what runs well on this machine")
        return pull(small)
    say(f"{chosen.id} is the best of the catalog that runs well on this machine")
    try:
        return pull(chosen)
    except SourceUnavailable as error:
        say(f"{error.message}; taking {small.id} instead, which travels on the package index")
        return pull(small)
