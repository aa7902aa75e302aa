"""Text in a picture, as a stage of looking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from myna.engine.sight import Stage

from ..text.reader import TextReader

if TYPE_CHECKING:
    from myna.engine.pixels import Picture

    from .stages import Findings


class TextStage:
    name: Stage = "text"

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        self._reader = TextReader(files, threads)

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        findings.lines = yield from self._reader.read(picture.pixels, findings.timings)
