"""The library of this person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from myna.cli.language import choose
from myna.config import Settings
from myna.hookspecs import PromptSource
from myna.paths import Paths

from .choosing import Chooser
from .library import Library
from .vectors import KeptVectors


def own_folder(paths: Paths) -> Path:
    """Where a person keeps templates."""
    return paths.data / "prompts"


def open_library(sources: Sequence[PromptSource], settings: Settings, paths: Paths, language: str = "") -> Library:
    """The person's templates and those of plugins; `language` empty: as the person is spoken to."""
    folders = [Path(source.folder) for source in sources]
    return Library(folders, own=own_folder(paths), language=language or choose(settings.language))


def open_chooser(paths: Paths) -> Chooser:
    """What ranks examples, with vectors kept in the cache."""
    return Chooser(KeptVectors(paths.cache / "prompt-examples"))
