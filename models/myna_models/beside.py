"""The picture encoder that lies beside a vision model, by how those who publish them name their files.

SmolVLM-500M-Instruct-Q8_0.gguf      mmproj-SmolVLM-500M-Instruct-f16.gguf
easy-vqa.gguf                        easy-vqa-mmproj.gguf
model.gguf                           mmproj-model-f16.gguf, when it can be no other model's
"""

from __future__ import annotations

import re
from pathlib import Path

PROJECTOR = "mmproj"
_SPLIT = re.compile(r"-\d{5}-of-\d{5}$")
_PRECISION = re.compile(r"(i?q\d\w*|b?f(p)?(16|32)|mxfp4)\Z")
"""A word of a file name that says how its weights are kept."""


def is_projector(path: Path) -> bool:
    """Whether a file is a picture encoder by its name."""
    return PROJECTOR in path.name.lower()


def projector_of(model: Path) -> Path | None:
    """The picture encoder beside the GGUF file `model`, if one is plainly its own."""
    files = [file for file in sorted(model.parent.glob("*.gguf")) if file != model]
    found = [file for file in files if is_projector(file)]
    own = [file for file in found if _words(file) == _words(model)]
    if own:
        # Of several precisions the one that vision models are published with.
        return min(own, key=lambda file: ("f16" not in file.name.lower(), file.name))
    of_others = [_words(file) for file in files if not is_projector(file)]
    nameless = [file for file in found if file.name.startswith(PROJECTOR) and _words(file) not in of_others]
    return nameless[0] if len(nameless) == 1 else None


def _words(path: Path) -> list[str]:
    """What a file's name says of the model."""
    words = re.split(r"[-. ]+", _SPLIT.sub("", path.stem.lower()).replace(PROJECTOR, ""))
    return [word for word in words if word.strip("_") and not _PRECISION.match(word)]
