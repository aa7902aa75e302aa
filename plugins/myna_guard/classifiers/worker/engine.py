"""The engine of text classifiers: linear models on n-grams, ONNX graphs that take text, and transformers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import msgspec

from myna.engine.classify import LONGEST_TEXT, Classified, ClassifyRequest, LabelScore
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import BadInput, EngineError, ModelLoadFailed

from .languages import shown
from .model import Options, TextModel


class TextClassifierEngine(SerialEngine):
    """Answers `classify`."""

    operations: ClassVar[Mapping[str, type[msgspec.Struct]]] = {"classify": ClassifyRequest}

    def __init__(self, spec: EngineSpec) -> None:
        started = time.perf_counter()
        try:
            options = msgspec.convert(spec.options, Options)
        except msgspec.ValidationError as error:
            raise ModelLoadFailed(f"{spec.name}: {error}") from error
        self._languages = options.languages
        self._model = _open(spec, options)
        super().__init__(
            ModelInfo(
                self._model.description,
                weights_bytes=Path(spec.files["model"]).stat().st_size,
                load_ms=(time.perf_counter() - started) * 1e3,
                details={"labels": ", ".join(self._model.labels), "languages": ", ".join(options.languages)},
            )
        )

    def run(self, operation: str, body: ClassifyRequest) -> Iterator[Classified | None]:
        if len(body.text) > LONGEST_TEXT:
            raise BadInput(f"the text has {len(body.text):,} characters; {LONGEST_TEXT:,} can be classified")
        places = _places(self._model.labels, body.labels or self._model.labels)
        text = shown(body.text, self._languages)
        best: dict[str, LabelScore] = {}
        windows = 0
        for some in self._model.judge(text):
            for window in some:
                windows += 1
                _check(window.scores)
                for label, parts in places.items():
                    score = min(1.0, sum(window.scores[place] for place in parts))
                    if label not in best or score > best[label].score:
                        best[label] = LabelScore(label, score, window.start, window.end)
            yield None
        scores = sorted(best.values(), key=lambda each: -each.score)
        yield Classified(tuple(scores), windows)


def _places(known: Sequence[str], wanted: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Which scores make up each label that is asked for. Raises `BadInput` for one that there is not."""
    number = {label: place for place, label in enumerate(known)}
    places = {}
    for label in wanted:
        parts = (label,) if label in number else tuple(part.strip() for part in label.split("+"))
        for part in parts:
            if part not in number:
                raise BadInput(f"the model has no label {part!r}; there are {', '.join(known)}")
        places[label] = tuple(number[part] for part in parts)
    return places


def _check(scores: Sequence[float]) -> None:
    for score in scores:
        if not 0 <= score <= 1:
            raise EngineError(f"the model gave {score}, which is no probability")


def _open(spec: EngineSpec, options: Options) -> TextModel:
    path = Path(spec.files["model"])
    if path.name.endswith(".json.gz"):
        from .ngrams import NgramModel

        return NgramModel.load(path)
    if "tokenizer" in spec.files:
        from .transformer import Transformer

        return Transformer.load(spec.files, options)
    from .text_graph import TextGraph

    return TextGraph.load(path, options)
