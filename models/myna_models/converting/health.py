"""What `myna doctor` says about conversions: the environments that are here. Without any, nothing: few convert."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from myna.config import Settings
from myna.doctor import Finding
from myna.paths import Paths

from ..space import readable
from .environments import Environments


def root_of(settings: Settings, paths: Paths) -> Path:
    """The folder of the environments: the one that the settings name, else in the cache."""
    chosen = settings.models.environments
    return Path(chosen).expanduser() if chosen else paths.cache / "environments"


def findings(settings: Settings, paths: Paths) -> Sequence[Finding]:
    return tuple(_findings(Environments(root_of(settings, paths))))


def _findings(mine: Environments) -> Iterator[Finding]:
    for one in mine.states():
        if one.state == "ready":
            yield Finding("conversion", "ok", f"the environment {one.name} is ready ({readable(one.size)})")
        elif one.state == "incomplete":
            yield Finding(
                "conversion",
                "problem",
                f"the environment {one.name} is half made",
                f"myna models environments --make {one.name}, or --remove",
            )
