"""The engine that finds facts in pictures: what needs no model, and the small models that are installed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from myna.engine.pixels import open_picture, png
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.sight import LookRequest, PlainPicture, PlainRequest
from myna.errors import ModelMissing

from .stages import STAGES, Findings, Stages

PULLS = {"text": "pp-ocr-v6", "classes": "efficientnet-lite0", "unsafe": "open-nsfw"}
"""The model of the catalog that a stage needs."""


class ReaderOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    threads: int = 0
    """For each model; 0 leaves it to the stage."""


class PictureReaderEngine(SerialEngine):
    """Files by `stage.role` (see `stages.STAGES`); any of them may be left out."""

    operations: ClassVar = {"look": LookRequest, "plain": PlainRequest}

    def __init__(self, spec: EngineSpec) -> None:
        options = msgspec.convert(spec.options, ReaderOptions)
        self._stages = Stages(spec.files, options.threads)
        super().__init__(ModelInfo("facts about pictures", details={"stages": " ".join(self._stages.names)}))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        return self._look(body) if operation == "look" else self._plain(body)

    def _look(self, request: LookRequest) -> Iterator[msgspec.Struct | None]:
        chosen = [stage for stage in STAGES if stage in request.stages] if request.stages else self._stages.names
        for stage in chosen:
            if stage not in self._stages.names:
                pull = f"myna models pull {PULLS[stage]}"
                raise ModelMissing(f"the model for {stage} in pictures is not installed", hint=pull)
        findings = Findings(timings={})
        started = time.perf_counter()
        picture = open_picture(request.picture)
        findings.timings["decode"] = _since(started)
        yield None
        for name in chosen:
            started = time.perf_counter()
            for _ in self._stages.get(name).run(picture, findings):
                yield None
            findings.timings[name] = _since(started)
            yield None
        yield findings.facts()

    def _plain(self, request: PlainRequest) -> Iterator[msgspec.Struct | None]:
        picture = open_picture(request.picture)
        yield None
        yield PlainPicture(png(picture.pixels, largest=request.largest))


def _since(moment: float) -> float:
    """Milliseconds."""
    return (time.perf_counter() - moment) * 1e3
