"""Trains the vision part alone, on shape and colour."""

from __future__ import annotations

import math
import random
import time
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional

from .checkpoints import fingerprint
from .data import COLOURS, SHAPES, Label
from .material import Material
from .pixels import tensor, varied
from .vision import Heads, Vision

EPOCHS = 40
BATCH = 64
RATE = 1e-3
SEED = 1
"""Of the initial weights, and of the order and variation of pictures."""


def targets(labels: list[Label]) -> tuple[torch.Tensor, torch.Tensor]:
    return (
        torch.tensor([SHAPES.index(label.shape) for label in labels]),
        torch.tensor([COLOURS.index(label.colour) for label in labels]),
    )


@torch.no_grad()
def accuracy(vision: Vision, heads: Heads, pictures: list[Image.Image], labels: list[Label]) -> tuple[float, float]:
    """Of shape and of colour."""
    found = heads(vision(tensor(pictures)))
    return tuple(
        float((logits.mean(1).argmax(-1) == wanted).float().mean())
        for logits, wanted in zip(found, targets(labels), strict=True)
    )


def train(material: Material, checkpoint: Path) -> None:
    """Write the best state by the pictures held out to `checkpoint`, each time that there is a better one."""
    pictures, labels, chosen = material.pictures, material.labels, list(material.chosen)
    chance = random.Random(SEED)  # noqa: S311 - the same at each run
    torch.manual_seed(SEED)
    vision, heads = Vision(), Heads()
    judges = [pictures[number] for number in material.held_out], [labels[number] for number in material.held_out]
    weights = [*vision.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(weights, RATE, weight_decay=0.02)
    steps = EPOCHS * (len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / 100) * (0.51 + 0.49 * math.cos(math.pi * step / steps))
    )
    best, started = -1.0, time.monotonic()
    for epoch in range(EPOCHS):
        chance.shuffle(chosen)
        total = 0.0
        for start in range(0, len(chosen) - BATCH + 1, BATCH):
            batch = chosen[start : start + BATCH]
            found = heads(vision(varied([pictures[number] for number in batch], chance)))
            # Each patch is asked for the whole picture.
            loss = sum(
                functional.cross_entropy(logits.flatten(0, 1), wanted.repeat_interleave(logits.shape[1]))
                for logits, wanted in zip(found, targets([labels[number] for number in batch]), strict=True)
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        shape, colour = accuracy(vision, heads, *judges)
        print(
            f"epoch {epoch}: loss {total / (len(chosen) // BATCH):.3f}, held out: shape {shape:.3f}, "
            f"colour {colour:.3f}, state {fingerprint(weights)}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
        # Of equals the later: its learning rate is lower.
        if shape * colour >= best:
            best = shape * colour
            torch.save({"vision": vision.state_dict(), "heads": heads.state_dict()}, checkpoint)
