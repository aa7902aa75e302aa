"""A small real model that is installed, and how it runs best: for tests of what `models optimize` finds and writes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec

from myna.engine.tuning import Score, SpeedRequest, SpeedSample
from myna.errors import EngineError
from myna.paths import Paths
from myna.testing.tiny_gguf import write_tiny_model
from myna_models.installed import LOCK, Installed, LockedFile, Store, sha256_of
from myna_models.tuning.lab import Loaded
from myna_models.tuning.quality import Judged, Piece
from myna_models.tuning.record import RECORD, Figures, Optimized, engine, folder, machine
from myna_models.tuning.setups import Setup
from myna_models.tuning.speed import Speed


def install(paths: Paths, name: str = "tiny", *, seed: int = 1, **fields: Any) -> Installed:
    """Put a model that llama.cpp can run into the store, in place of one of that name."""
    place = paths.models / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    file = write_tiny_model(place / "tiny.gguf", seed=seed, context=2048)
    locked = LockedFile("model", file.name, file.stat().st_size, sha256_of(file))
    model = Installed(
        **{
            "id": name, "name": "Tiny", "task": "chat", "format": ".gguf", "licence": "Apache-2.0",
            "installed": "2026-01-01T00:00:00+00:00", "files": (locked,), "languages": ("en",), **fields,
        }
    )  # fmt: skip
    (place / LOCK).write_bytes(msgspec.toml.encode(model))
    return model


def record(model: Installed, **fields: Any) -> Optimized:
    """What a search could have found: other settings for the same file."""
    speed = Speed(600.0, 120.0, 2.0, 1.1, 1.5, 7)
    figures = (
        Figures("original", "", outcome="original", speed=Speed(300.0, 109.0, 1.0, 1.0, 1.0, 7), size=100),
        Figures(
            "Q8_0",
            "Q8_0",
            outcome="chosen",
            speed=speed,
            quality={"en": Judged(0.001, 0.001, 0.99, 4, 1792)},
            counted=("en",),
        ),
        Figures(
            "Q4_0",
            "Q4_0",
            outcome="costs too much quality",
            speed=speed,
            quality={"en": Judged(0.2, 0.01, 0.7, 4, 1792)},
            counted=("en",),
        ),
    )
    main = model.file("model")
    assert main is not None
    found = Optimized(model.id, main.sha256, "2026-01-01T00:00:00+00:00", machine(), engine(), 0.01, {"ubatch": 256})
    return msgspec.structs.replace(found, figures=figures, **fields)


def keep(paths: Paths, found: Optimized, file: Path | None = None) -> Path:
    """Write what was found where it is looked for; `file` becomes the weights. Returns the folder."""
    place = folder(Store(paths.models), found.model)
    place.mkdir(parents=True, exist_ok=True)
    if file is not None:
        written = place / "model.Q8_0.gguf"
        shutil.copyfile(file, written)
        found = msgspec.structs.replace(
            found, file=written.name, size=written.stat().st_size, sha256=sha256_of(written)
        )
    values = {key: value for key, value in msgspec.to_builtins(found).items() if value is not None}
    (place / RECORD).write_bytes(msgspec.toml.encode(values))
    return place


class ScriptedLab:
    """A lab whose answers are written down: seconds for each token by setup, and what a format costs."""

    def __init__(self, speeds: dict[str, tuple[float, float]], costs: dict[str, float] | None = None) -> None:
        """`speeds`: tokens a second of reading and of writing, by the key of a setup; others fail to load. `costs`: of
        -ln(probability) a token, beside the original."""
        self.speeds = speeds
        self.costs = costs or {}
        self.asked: list[str] = []
        self.discarded: list[str] = []

    def _speed(self, setup: Setup) -> tuple[float, float]:
        if setup.key not in self.speeds:
            raise EngineError(f"{setup.key} cannot be loaded")
        return self.speeds[setup.key]

    async def speed(self, setup: Setup, request: SpeedRequest) -> SpeedSample:
        self.asked.append(f"speed {setup.key}")
        read, write = self._speed(setup)
        return SpeedSample(1 / read, 1 / read, 1 / write, 2)

    async def score(self, setup: Setup, piece: Piece) -> Score:
        self.asked.append(f"score {setup.key}")
        wobble = 0.0001 * (piece.number % 3 - 1)
        cost = self.costs.get(setup.key, self.costs.get(setup.recipe, 0.0))
        return Score(100 * (2.0 + cost + (wobble if setup.recipe else 0.0)), 100, (7,) * 99 + ((8,) if cost else (7,)))

    async def loaded(self, setup: Setup) -> Loaded:
        self._speed(setup)
        return Loaded(12.0, 200_000_000, gpu=False, size=100_000_000)

    async def drop(self, setup: Setup) -> None:
        pass

    def discard(self, name: str) -> None:
        self.discarded.append(name)
