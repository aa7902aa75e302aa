"""From a picture to its lines of text."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence

from myna.engine.sight import TextLine
from myna.errors import ModelLoadFailed

from .detection import Detector
from .directions import DirectionModel
from .orientation import along_one_axis, other_ways, right_way_up
from .reading_order import reading_order
from .recognition import Recognizer, Said
from .rectangles import Rectangle
from .sampling import Pixels

LEAST_CONFIDENCE = 0.5
"""Below, what was found is no text, or none that could be read (PP-OCR's `text_score`)."""
_DOUBTFUL = 0.8
"""Confidence below which a line is read in the other directions too. Text that is upside down is read with 0.3 to 0.7,
the right way up with 0.9 and more."""


class TextReader:
    """Reads text in pictures with the three models of PP-OCR."""

    def __init__(self, files: Mapping[str, str], threads: int = 0) -> None:
        """`files`: paths by role: `detector`, `model` (which recognises) and `direction`, which may be missing.
        `threads`: 0 stands for the physical cores.

        Raises:
            ModelLoadFailed: one is missing, or is another kind of model.
        """
        missing = {"detector", "model"} - files.keys()
        if missing:
            raise ModelLoadFailed(
                f"the text reader has no {', '.join(sorted(missing))}", hint="myna models pull pp-ocr-v6"
            )
        self._detector = Detector(files["detector"], threads)
        self._recognizer = Recognizer(files["model"], threads)
        self._directions = DirectionModel(files["direction"], threads) if "direction" in files else None

    def read(
        self, pixels: Pixels, timings: dict[str, float] | None = None
    ) -> Generator[None, None, tuple[TextLine, ...]]:
        """The lines in reading order. Yields between pieces of work of at most some 0.1 s; closing it ends the work.

        `pixels`: height, width, and red, green, blue. `timings` is given the milliseconds of `detect` and `recognise`.

        Raises:
            EngineError: a model failed.
            OutOfMemory: there was no memory for it.
        """
        start = time.perf_counter()
        found = yield from self._detector.find(pixels)
        detected = time.perf_counter()
        lines = yield from self._upright(pixels, along_one_axis(found))
        said = yield from self._said(pixels, lines)
        answer = tuple(said[place] for place in reading_order(lines) if said[place].confidence >= LEAST_CONFIDENCE)
        if timings is not None:
            timings["detect"] = (detected - start) * 1e3
            timings["recognise"] = (time.perf_counter() - detected) * 1e3
        return answer

    def _upright(self, pixels: Pixels, lines: Sequence[Rectangle]) -> Generator[None, None, list[Rectangle]]:
        if self._directions is None:
            return list(lines)
        chances = [0.0] * len(lines)
        for place, chance in self._directions.upside_down(pixels, lines):
            chances[place] = chance
            yield
        return right_way_up(lines, chances)

    def _said(self, pixels: Pixels, lines: list[Rectangle]) -> Generator[None, None, list[TextLine]]:
        """What each says. Lines that make more sense in another direction are turned, in `lines` too."""
        said = [_UNREAD] * len(lines)
        for one in self._recognizer.read(pixels, lines):
            if one is not None:
                said[one.place] = _line(one, lines[one.place])
            yield
        doubtful = [place for place, line in enumerate(said) if line.confidence < _DOUBTFUL]
        others = [(place, way) for place in doubtful for way in other_ways(lines[place])]
        for one in self._recognizer.read(pixels, [way for _, way in others]):
            if one is not None:
                place, way = others[one.place]
                if one.text and one.confidence > said[place].confidence:
                    said[place], lines[place] = _line(one, way), way
            yield
        return said


_UNREAD = TextLine("", 0.0, ((0.0, 0.0),) * 4)


def _line(said: Said, place: Rectangle) -> TextLine:
    first, second, third, fourth = ((round(x, 1), round(y, 1)) for x, y in place.corners().tolist())
    return TextLine(said.text, said.confidence if said.text else 0.0, (first, second, third, fourth))
