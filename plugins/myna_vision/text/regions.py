"""From the detector's probabilities to rectangles: differentiable binarization (Liao et al. 2019) at its end.

The detector marks the core of each line, shrunk so that neighbours stay apart. Each connected core becomes the
smallest rectangle around it, grown back by what was shrunk.
"""

from __future__ import annotations

import numpy as np

from ..onnx_session import Floats
from .components import Integers, Runs, connected
from .rectangles import Rectangle, smallest_rectangle

PIXEL_THRESHOLD = 0.3
"""A pixel of this probability belongs to a core (the paper's, and PP-OCR's)."""
REGION_THRESHOLD = 0.5
"""Mean probability of a core; below, it is no text (PP-OCRv6's)."""
GROWTH = 1.6
"""A core is grown by this times its area over its perimeter (PP-OCRv6's `unclip_ratio`)."""
SMALLEST = 3.0
"""Pixels of a core's shorter side; less is noise."""
MOST = 3000
"""Lines in one map; no page has more, and each costs time."""


def text_regions(probabilities: Floats) -> list[Rectangle]:
    """The lines of text in a map of probabilities (height, width), in its pixels, the largest cores first."""
    runs = connected(probabilities > PIXEL_THRESHOLD)
    if not runs.part_count:
        return []
    sizes = np.bincount(runs.parts, runs.ends - runs.starts)
    means = _sums(probabilities, runs) / sizes
    chosen = np.flatnonzero((means >= REGION_THRESHOLD) & (sizes >= SMALLEST**2))
    chosen = chosen[np.argsort(-sizes[chosen], kind="stable")][:MOST]
    members = np.argsort(runs.parts, kind="stable")
    bounds = np.searchsorted(runs.parts[members], np.arange(runs.part_count + 1))
    found = []
    for part in chosen:
        core = _rectangle(runs, members[bounds[part] : bounds[part + 1]])
        if core.height >= SMALLEST:
            found.append(grown(core))
    return found


def grown(core: Rectangle) -> Rectangle:
    """The line around its core."""
    return core.grown(GROWTH * core.length * core.height / (2 * (core.length + core.height)))


def _sums(probabilities: Floats, runs: Runs) -> Floats:
    """The sum of the probabilities in each part."""
    height, width = probabilities.shape
    before = np.zeros(height * width + 1)
    np.cumsum(probabilities, out=before[1:])
    lines = runs.rows * width
    sums = np.bincount(runs.parts, before[lines + runs.ends] - before[lines + runs.starts])
    return sums.astype(np.float32)


def _rectangle(runs: Runs, members: Integers) -> Rectangle:
    """Around the outer corners of the pixels of these runs."""
    rows = runs.rows[members]
    # Only the outermost runs of a row can be on the hull.
    tops, places = np.unique(rows, return_index=True)
    left = np.minimum.reduceat(runs.starts[members], places)
    right = np.maximum.reduceat(runs.ends[members], places)
    xs = np.concatenate([left, right, left, right])
    ys = np.concatenate([tops, tops, tops + 1, tops + 1])
    return smallest_rectangle(np.column_stack([xs, ys]).astype(np.float64))
