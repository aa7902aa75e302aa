"""How well the exported model sees: 500 held-out questions through llama.cpp, and the same with the picture spoilt.

Run it with Myna's own environment, from the top of the clone:

    PYTHONPATH=runtime .venv/bin/python -m models.conversion.easy_vqa.measure
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from .held_out import Asked, read
from .native import Native, opened

TOP = Path(__file__).parents[3]
FILES = TOP / "tests" / "e2e" / "models"
REFERENCE = TOP / "build" / "easy-vqa" / "embeddings.npz"
"""What PyTorch makes of some of the pictures; written by the step `export`."""
GREY = (128, 128, 128)


def grey(picture: Image.Image) -> Image.Image:
    return Image.new("RGB", picture.size, GREY)


def swapped(picture: Image.Image) -> Image.Image:
    """Red and blue exchanged: a model that sees calls them so."""
    red, green, blue = picture.split()
    return Image.merge("RGB", (blue, green, red))


def kind(question: Asked) -> str:
    return (
        "yes or no" if question.answer in {"yes", "no"} else "what colour" if "color" in question.text else "what shape"
    )


def right(
    native: Native,
    asked: Sequence[Asked],
    pictures: dict[str, Image.Image],
    spoilt: Callable[[Image.Image], Image.Image],
) -> list[bool]:
    return [native.answer(spoilt(pictures[question.picture]), question.text) == question.answer for question in asked]


def report(name: str, asked: Sequence[Asked], results: Sequence[bool]) -> None:
    parts = [f"{sum(results) / len(results):.3f}"]
    for group in ("yes or no", "what colour", "what shape"):
        members = [result for question, result in zip(asked, results, strict=True) if kind(question) == group]
        parts.append(f"{group} {sum(members) / len(members):.3f} of {len(members)}")
    print(f"{name}: {'; '.join(parts)}", flush=True)


def cosine(native: Native, pictures: dict[str, Image.Image]) -> None:
    with np.load(REFERENCE) as stored:
        lowest = 1.0
        for name in stored.files:
            found, expected = native.embeddings(pictures[name]), stored[name]
            lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
            lowest = min(lowest, float(((found * expected).sum(1) / lengths).min()))
        print(f"embeddings beside PyTorch's, {len(stored.files)} pictures: lowest cosine of a token {lowest:.7f}")


def main() -> int:
    asked, contents = read(FILES / "easy-vqa-held-out.zip")
    pictures = {name: Image.open(io.BytesIO(content)).convert("RGB") for name, content in contents.items()}
    with opened(FILES / "easy-vqa.gguf", FILES / "easy-vqa-mmproj.gguf") as native:
        if REFERENCE.exists():
            cosine(native, pictures)
        names = sorted(pictures)
        other = dict(zip(names, [*names[1:], names[0]], strict=True))
        report("picture", asked, right(native, asked, pictures, lambda picture: picture))
        report("grey picture", asked, right(native, asked, pictures, grey))
        report("red and blue swapped", asked, right(native, asked, pictures, swapped))
        wrong = {name: pictures[other[name]] for name in names}
        report("another picture", asked, right(native, asked, wrong, lambda picture: picture))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
