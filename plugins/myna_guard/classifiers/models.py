"""Which classifiers there are on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from myna.config import Settings
    from myna.hookspecs import ResolvedModel
    from myna.paths import Paths


def resolve_classifier(name: str, settings: Settings, paths: Paths) -> ResolvedModel | None:
    """What `myna_resolve_model` answers for the task `classify`; None for what is not in the catalog.

    Languages and labels come from the manifest as it is now: they say what the file is, which its hash holds fast.

    Raises:
        ModelMissing: it is not installed.
    """
    from myna_models.catalog import Catalog
    from myna_models.resolve import resolve

    manifest = Catalog.find(paths, settings).get(name)
    if manifest is None:
        return None
    model = resolve(name, "classify", settings, paths)
    options = {**model.options, **manifest.options, "languages": manifest.languages}
    return msgspec.structs.replace(model, options=options)


def installed(name: str) -> bool:
    """Whether the model is on this machine."""
    from myna.paths import Paths
    from myna_models.installed import Store

    return Store(Paths.find().models).get(name) is not None
