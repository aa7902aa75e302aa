"""Two or more versions of a template served side by side, by weight; a conversation keeps its version."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from myna.errors import BadPrompt, PromptMissing
from myna.paths import Paths

from .library import Library
from .loading import Loaded, check

HEAVIEST = 1_000_000
Weight = Annotated[float, msgspec.Meta(ge=0, le=HEAVIEST)]
Splits = dict[str, dict[str, Weight]]
"""Weights by version, by `NAME:LANGUAGE`."""


def splits_file(paths: Paths) -> Path:
    return paths.data / "prompt-splits.toml"


def read_splits(path: Path) -> Splits:
    """What is split.

    Raises:
        BadPrompt: the file cannot be read.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Splits)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadPrompt(f"{path} cannot be read: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadPrompt(f"{path} cannot be used: {error}", hint="myna prompts split NAME --off") from None


def write_splits(path: Path, splits: Splits) -> None:
    """Whole or not at all.

    Raises:
        BadPrompt: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, delete=False) as file:
            file.write(msgspec.toml.encode(splits))
        Path(file.name).replace(path)
    except OSError as error:
        raise BadPrompt(f"{path} cannot be written: {error.strerror or error}") from None


def key_of(loaded: Loaded) -> str:
    return f"{loaded.template.name}:{loaded.template.language}"


def serve(library: Library, reference: str, splits: Splits, conversation: str) -> Loaded:
    """The template that `reference` names; of one that is split, the version that this conversation has.

    A version that was asked for by its number is served as it is.
    """
    loaded = library.find(reference)
    weights = splits.get(key_of(loaded), {})
    if not weights or "@" in reference or reference.endswith(".toml"):
        return loaded
    template = loaded.template
    versions = {one.template.version: one for one in library.versions(template.name, template.language)}
    there = {version: weight for version, weight in weights.items() if version in versions and weight > 0}
    if not there:
        raise PromptMissing(
            f"no version that the template {template.name} is split into is there",
            hint=f"myna prompts split {template.name} --off",
        )
    return check(versions[choose(there, f"{conversation}\0{key_of(loaded)}")])


def choose(weights: Mapping[str, float], key: str) -> str:
    """A version by weight, the same one for the same key."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    place = int.from_bytes(digest[:8]) / 2**64 * sum(weights.values())
    for version in sorted(weights):
        place -= weights[version]
        if place < 0:
            return version
    return max(weights)
