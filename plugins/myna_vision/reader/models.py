"""Which installed models look at pictures together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna.errors import ModelMissing
from myna.hookspecs import ResolvedModel

if TYPE_CHECKING:
    from myna.config import Settings
    from myna.engine.protocols import Task
    from myna.paths import Paths

READER = "picture-reader"
_MODELS: tuple[tuple[str, Task, str], ...] = (
    ("text", "ocr", ""),
    ("classes", "classify", "efficientnet-lite0"),
    ("unsafe", "classify", "open-nsfw"),
)
"""Stage, task and name of a model; no name: the default for the task."""


def resolve_reader(settings: Settings, paths: Paths) -> ResolvedModel:
    """All that is installed for pictures, as one model; with nothing installed, one without files.

    Raises:
        BadModelFile: one of them is damaged.
    """
    from myna_models.resolve import resolve

    files: dict[str, str] = {}
    hashes: list[str] = []
    for stage, task, name in _MODELS:
        try:
            model = resolve(name, task, settings, paths)
        except ModelMissing:
            continue
        if model.format == ".onnx":
            files |= {f"{stage}.{role}": path for role, path in model.files.items()}
            hashes.append(model.sha256)
    options = {"threads": settings.engine.threads}
    return ResolvedModel(READER, "look", ".onnx", files, sha256=" ".join(hashes), options=options)
