"""Myna's own reader of text, as a worker has it, without the way there and back.

    python -m myna_vision.benchmarks.own_reader PICTURES.npz DETECTOR MODEL DIRECTION THREADS

Each line on standard input is answered by a line of JSON: the `seconds` that all pictures took together, the
milliseconds by stage, and the `texts` that it read.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

from ..text.reader import TextReader
from ..text.sampling import Pixels


def read(reader: TextReader, pixels: Pixels) -> tuple[str, dict[str, float]]:
    """What one picture says, and how long the stages took."""
    timings: dict[str, float] = {}
    reading = reader.read(pixels, timings)
    while True:
        try:
            next(reading)
        except StopIteration as ended:
            return " ".join(line.text for line in ended.value), timings


def main(pictures: str, detector: str, model: str, direction: str, threads: str) -> None:
    reader = TextReader({"detector": detector, "model": model, "direction": direction}, int(threads))
    with np.load(pictures) as file:
        drawn = [file[name] for name in file.files if name != "said"]
    for _ in sys.stdin:
        stages = {"detect": 0.0, "recognise": 0.0}
        texts = []
        start = time.perf_counter()
        for pixels in drawn:
            text, timings = read(reader, pixels)
            texts.append(text)
            for stage in stages:
                stages[stage] += timings[stage]
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "stages": stages, "texts": texts}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
