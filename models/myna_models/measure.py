"""The child side of the measurement: `python -m myna_models.measure`, one JSON object on standard output.

Takes about a second and 150 MB. numpy is only ever imported here.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np

MATRIX_BYTES = 128 << 20
"""Larger than the caches of common processors, so that reading it measures memory."""
SIDE = 768
"""Rows of the square matrices whose product measures computing."""
BUDGET_S = 0.4
"""For each of the two. The best round counts: other work on the machine only ever makes one slower."""


def _best(work: Callable[[], object]) -> float:
    """Seconds of the fastest round."""
    work()
    end = time.perf_counter() + BUDGET_S
    best = float("inf")
    while True:
        start = time.perf_counter()
        work()
        now = time.perf_counter()
        best = min(best, now - start)
        if now > end:
            return best


def bandwidth() -> float:
    """Bytes read a second, by a matrix times a vector."""
    rows = 4096
    matrix = np.ones((rows, MATRIX_BYTES // 4 // rows), np.float32)
    vector = np.ones(matrix.shape[1], np.float32)
    return MATRIX_BYTES / _best(lambda: matrix @ vector)


def compute() -> float:
    """float32 operations a second, by a matrix times a matrix."""
    left, right = np.ones((SIDE, SIDE), np.float32), np.ones((SIDE, SIDE), np.float32)
    return 2 * SIDE**3 / _best(lambda: left @ right)


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"bandwidth": bandwidth(), "compute": compute()}))
