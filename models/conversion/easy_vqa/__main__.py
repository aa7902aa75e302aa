"""The steps in order, from the top of the clone: `python -m models.conversion.easy_vqa vision language export`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

# Threads that wait must not keep a core from those that compute, which matters on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch

from . import data, export, held_out, pixels, train_language, train_vision
from .material import Material
from .tokens import Tokenizer
from .vision import Vision

TOP = Path(__file__).parents[3]
BUILD = TOP / "build" / "easy-vqa"
"""Checkpoints; git does not keep them."""
TARGET = TOP / "tests" / "e2e" / "models"
THREADS = 2
"""Sums are split among them, so another number gives other weights from the same seeds."""
COMPARED = 8
"""Pictures whose embeddings are kept, to be compared with llama.cpp's."""


def see() -> None:
    train_vision.train(Material.read(), BUILD / "vision.pt")


def answer() -> None:
    material = Material.read()
    vision = Vision()
    vision.load_state_dict(torch.load(BUILD / "vision.pt", weights_only=True)["vision"])
    tokenizer = Tokenizer.train(material.texts())
    train_language.train(vision, tokenizer, material, BUILD / "language.pt")


def stored() -> tuple[train_language.Answering, Tokenizer]:
    """The best state so far."""
    found = torch.load(BUILD / "language.pt", weights_only=True)
    model = train_language.Answering(Vision())
    model.load_state_dict(found["model"])
    return model, Tokenizer([(left, right) for left, right in found["merges"]])


@torch.no_grad()
def write() -> None:
    model, tokenizer = stored()
    TARGET.mkdir(exist_ok=True)
    export.write_language(model.language, tokenizer, TARGET / export.NAMES[0])
    export.write_vision(model.vision, model.projector, TARGET / export.NAMES[1])
    (TARGET / export.LICENCE).write_text(export.notice(), encoding="utf-8")

    files = data.picture_files("test")
    asked = [held_out.Asked(q.text, q.answer, f"{q.picture}.png") for q in data.measured()]
    names = sorted({question.picture for question in asked})
    contents = {name: files[int(name.removesuffix(".png"))].read_bytes() for name in names}
    held_out.write(asked, contents, export.notice(), TARGET / "easy-vqa-held-out.zip")

    compared = {name: pixels.tensor([pixels.load(files[int(name.removesuffix(".png"))])]) for name in names[:COMPARED]}
    found = {name: model.projector(model.vision(picture))[0].numpy() for name, picture in compared.items()}
    np.savez(BUILD / "embeddings.npz", **found)
    for path in sorted(TARGET.glob("easy-vqa*")):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


STEPS = {"vision": see, "language": answer, "export": write}


def main(arguments: Sequence[str]) -> int:
    if not arguments or set(arguments) - STEPS.keys():
        print(__doc__, file=sys.stderr)
        return 2
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(mode=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    for step in arguments:
        STEPS[step]()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
