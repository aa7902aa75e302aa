"""Draws the pictures of the reading benchmark.

    python make_pictures.py TARGET.npz

Run as a module, in a process of its own: the target holds an array of pixels for each picture, and `said`, a JSON
text with the name, language and lines of each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from .drawing import missing_fonts, pictures


def main(target: str) -> None:
    if missing := missing_fonts():
        sys.exit(f"these fonts are not installed: {', '.join(missing)}")
    drawn = list(pictures())
    said = [{"name": one.name, "language": one.language, "lines": one.lines} for one in drawn]
    unfinished = Path(target).with_suffix(".part.npz")
    arrays: dict[str, Any] = {str(number): one.pixels for number, one in enumerate(drawn)}
    np.savez_compressed(unfinished, said=np.array(json.dumps(said)), **arrays)
    unfinished.replace(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
