"""The engine of image-text matching: where pictures and texts lie among meanings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np

from myna.engine.pixels import decode
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.sight import MatchPictureRequest, MatchVectors, MatchWordsRequest
from myna.errors import BadInput, EngineError, ModelLoadFailed

from ..onnx_session import Floats
from .options import MatcherOptions, read_preparation
from .pictures import prepared
from .texts import TextTokens
from .towers import Towers

MOST_TEXTS = 1024
"""In one request."""


class MatcherEngine(SerialEngine):
    """Files: `model` (the tower of pictures), `text` (the tower of texts) and `tokenizer`; a `model` that has both
    towers needs no `text`. `preprocessor` (`preprocessor_config.json`) may be left out."""

    operations: ClassVar = {"match-picture": MatchPictureRequest, "match-words": MatchWordsRequest}

    def __init__(self, spec: EngineSpec) -> None:
        missing = {"model", "tokenizer"} - spec.files.keys()
        if missing:
            roles = ", ".join(sorted(missing))
            raise ModelLoadFailed(f"{spec.name} has no {roles}", hint="see docs/vision-matching.md")
        try:
            options = msgspec.convert(spec.options, MatcherOptions)
        except msgspec.ValidationError as error:
            raise ModelLoadFailed(f"the options of {spec.name}: {error}") from None
        self._scale = options.scale
        self._preparation = read_preparation(spec.files.get("preprocessor", ""))
        self._towers = Towers(spec.files, options.threads, self._preparation)
        fixed = self._towers.fixed_length or (options.context if options.pad else 0)
        self._texts = TextTokens(spec.files["tokenizer"], context=options.context, fixed=fixed)
        dimensions = self._probe(spec.name)
        super().__init__(ModelInfo("matches pictures and texts", details={"dimensions": str(dimensions)}))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        return self._picture(body) if operation == "match-picture" else self._words(body)

    def _picture(self, request: MatchPictureRequest) -> Iterator[msgspec.Struct | None]:
        pixels = decode(request.picture)
        yield None
        yield self._answer([self._towers.picture(prepared(pixels, self._preparation))])

    def _words(self, request: MatchWordsRequest) -> Iterator[msgspec.Struct | None]:
        if not request.texts:
            raise BadInput("there is no text to compare the picture with")
        if len(request.texts) > MOST_TEXTS:
            raise BadInput(f"{len(request.texts)} texts are more than the {MOST_TEXTS} that are compared at once")
        encoded = [self._texts.encode(text) for text in request.texts]
        vectors = []
        for tokens in encoded:
            vectors.append(self._towers.text(tokens))
            yield None
        yield self._answer(vectors)

    def _answer(self, vectors: list[Floats]) -> MatchVectors:
        rows = np.stack(vectors).astype("<f4")
        return MatchVectors(rows.tobytes(), rows.shape[1], self._scale)

    def _probe(self, name: str) -> int:
        """Dimensions, the same for both towers; so a file that is another kind of model is found out at once."""
        grey = np.full((8, 8, 3), 128, np.uint8)
        try:
            picture = self._towers.picture(prepared(grey, self._preparation))
            text = self._towers.text(self._texts.encode("a photo"))
        except EngineError as error:
            raise ModelLoadFailed(f"{name} does not compare pictures and texts: {error.message}") from None
        if picture.shape != text.shape:
            raise ModelLoadFailed(
                f"the towers of {name} do not belong together: {picture.size} and {text.size} dimensions"
            )
        return int(picture.size)
