"""ONNX models that take the text itself: strings [n] in, probabilities [n] or [n, labels] out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from myna.engine.onnx_runtime import small_session
from myna.errors import EngineError, ModelLoadFailed

from .model import Options, WindowScores
from .windows import windows

TOGETHER = 16
"""Windows in one run: some milliseconds, and for `profanity-en` a megabyte of counts."""


class TextGraph:
    """A `TextModel`."""

    description = "text classifier on ONNX Runtime"

    def __init__(self, session: Any, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self._session = session
        self._input = session.get_inputs()[0].name

    @classmethod
    def load(cls, path: Path, options: Options) -> TextGraph:
        """Raises `ModelLoadFailed` for a file that is none, or a manifest that does not name its labels."""
        session = small_session(path)
        inputs, outputs = session.get_inputs(), session.get_outputs()
        if [each.type for each in inputs] != ["tensor(string)"] or len(inputs[0].shape) != 1:
            raise ModelLoadFailed(f"{path.name} does not take texts alone; a transformer needs its tokenizer.json")
        if len(outputs) != 1 or outputs[0].type != "tensor(float)" or len(outputs[0].shape) not in {1, 2}:
            raise ModelLoadFailed(f"{path.name} does not give one row of scores")
        wide = outputs[0].shape[1] if len(outputs[0].shape) == 2 else 1
        if not options.labels or (isinstance(wide, int) and wide != len(options.labels)):
            raise ModelLoadFailed(f"{path.name} gives {wide} scores, and its manifest names {len(options.labels)}")
        return cls(session, options.labels)

    def judge(self, text: str) -> Iterator[list[WindowScores]]:
        some: list[tuple[int, int]] = []
        for window in windows(text):
            some.append(window)
            if len(some) == TOGETHER:
                yield self._judge(text, some)
                some = []
        if some:
            yield self._judge(text, some)

    def _judge(self, text: str, some: Sequence[tuple[int, int]]) -> list[WindowScores]:
        batch = np.array([text[start:end] for start, end in some], dtype=object)
        (scores,) = self._session.run(None, {self._input: batch})
        rows = np.asarray(scores, np.float64).reshape(len(some), -1)
        if rows.shape[1] != len(self.labels):
            raise EngineError(f"the model gave {rows.shape[1]} scores for {len(self.labels)} labels")
        return [WindowScores(start, end, row.tolist()) for (start, end), row in zip(some, rows, strict=True)]
