"""Pictures as mtmd gives them to a projector of type `janus_pro`, and how they are varied in training.

mtmd scales the longer side to the size of the model with Pillow's bicubic filter, centres the picture on grey (127),
and subtracts mean and deviation. A wrong mean is accepted silently, so both are written here once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

SIZE = 64
"""Pixels of a side: the size of easy-vqa's pictures."""
PADDING = (127, 127, 127)
MEAN = 0.5
DEVIATION = 0.5
SHIFT = 6
"""Pixels to any side; shapes that touch the border stay recognisable."""
JITTER = 12
"""Levels of 255 added to a channel, below half the distance of any two of the colours."""


def load(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        return opened.convert("RGB")


def fit(picture: Image.Image) -> Image.Image:
    """`picture` in a square of `SIZE`, as mtmd does it."""
    if picture.size == (SIZE, SIZE):
        return picture
    scale = min(SIZE / picture.width, SIZE / picture.height)
    width, height = (min(math.ceil(side * scale), SIZE) for side in picture.size)
    square = Image.new("RGB", (SIZE, SIZE), PADDING)
    square.paste(picture.resize((width, height), Image.Resampling.BICUBIC), ((SIZE - width) // 2, (SIZE - height) // 2))
    return square


def vary(picture: Image.Image, chance: random.Random) -> Image.Image:
    """Another picture with the same shape and colour in it."""
    turned = picture.rotate(chance.choice((0, 90, 180, 270)))
    if chance.random() < 0.5:
        turned = turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    ground = turned.getpixel((0, 0))
    if chance.random() < 0.2:
        # Not square, so that it is padded.
        wide, high = chance.choice(((96, 64), (64, 96), (80, 64), (64, 80)))
        canvas = Image.new("RGB", (wide, high), ground)
        canvas.paste(turned, (chance.randint(0, wide - SIZE), chance.randint(0, high - SIZE)))
        return fit(canvas)
    if chance.random() < 0.5:
        canvas = Image.new("RGB", (SIZE, SIZE), ground)
        canvas.paste(turned, (chance.randint(-SHIFT, SHIFT), chance.randint(-SHIFT, SHIFT)))
        return canvas
    return turned


def tensor(pictures: Sequence[Image.Image]) -> torch.Tensor:
    """Float [pictures, 3, SIZE, SIZE], normalised."""
    stacked = np.stack([np.asarray(picture, dtype=np.float32) for picture in pictures])
    return (torch.from_numpy(stacked).permute(0, 3, 1, 2) / 255 - MEAN) / DEVIATION


def varied(pictures: Sequence[Image.Image], chance: random.Random) -> torch.Tensor:
    """`tensor` of pictures varied by `vary`, each also lighter or darker by up to `JITTER` in each channel."""
    shifts = [[chance.uniform(-JITTER, JITTER) / 255 / DEVIATION for _ in range(3)] for _ in pictures]
    plain = tensor([vary(picture, chance) for picture in pictures])
    return (plain + torch.tensor(shifts)[:, :, None, None]).clamp(-1, 1)
