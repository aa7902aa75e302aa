"""What the model store adds to Myna: model sources, the `models` command, and names for models."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

from myna.bench import BenchInfo
from myna.hookspecs import CommandInfo, ModelSource, PanelInfo, ResolvedModel, hookimpl

if TYPE_CHECKING:
    from myna.config import Settings
    from myna.doctor import Finding
    from myna.engine.protocols import Task

MYNA_NEEDS = ("network", "files")

_last = pluggy.HookimplMarker("myna")
"""Marks a hook that is asked after those of other plugins."""


@hookimpl
def myna_register_model_sources() -> Sequence[ModelSource]:
    from myna.paths import Paths
    from myna.settings import load_settings

    from .sources.offers import built_in

    return built_in(load_settings(Paths.find(), environ=os.environ).models)


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return [
        CommandInfo(
            "models", "Models: what there is, what is installed, what runs here", "myna_models.commands:models"
        ),
        CommandInfo("models import", "Install a model from this machine", "myna_models.import_command:import_model"),
        CommandInfo("models convert", "Make another format of a model", "myna_models.converting.command:convert"),
        CommandInfo("models environments", "What conversions run in", "myna_models.converting.command:environments"),
    ]


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return [
        BenchInfo(
            "embeddings",
            "Sentence vectors of 8 bits beside floats, and many texts at once",
            "myna_models.benchmark:run",
        ),
        BenchInfo(
            "optimize", "A model fitted to this machine beside the file as fetched", "myna_models.tuning.bench:run"
        ),
    ]


@hookimpl
def myna_check_health(settings: Settings) -> Sequence[Finding]:
    from myna.paths import Paths

    from .converting.health import findings
    from .installed import Store
    from .tuning.health import check_optimized

    paths = Paths.find()
    return [*findings(settings, paths), *check_optimized(Store(paths.models))]


@hookimpl
def myna_register_panels() -> Sequence[PanelInfo]:
    from pathlib import Path

    folder = Path(__file__).parent / "panel"
    return [
        PanelInfo(
            "models",
            "Models",
            str(folder / "ModelsPage.qml"),
            "myna_models.panel.panel:ModelsPanel",
            icon="model",
            order=200,
            translations=str(folder / "i18n"),
        )
    ]


@_last(trylast=True)
def myna_resolve_model(name: str, task: Task, settings: Settings) -> ResolvedModel | None:
    from myna.paths import Paths

    from .resolve import resolve

    return resolve(name, task, settings, Paths.find())
