"""The part that sees: a small vision transformer, as llama.cpp builds it for SigLIP."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from .data import COLOURS, SHAPES
from .pixels import SIZE

PATCH = 8
PATCHES = (SIZE // PATCH) ** 2
"""Also the tokens that a picture takes in the context."""
WIDTH = 128
LAYERS = 3
HEADS = 4
HIDDEN = 512
EPSILON = 1e-6


def gelu(values: torch.Tensor) -> torch.Tensor:
    """What `clip.use_gelu` selects: the tanh form."""
    return functional.gelu(values, approximate="tanh")


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.ln1 = nn.LayerNorm(WIDTH, EPSILON)
        self.attn_q, self.attn_k, self.attn_v, self.attn_out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.ln2 = nn.LayerNorm(WIDTH, EPSILON)
        self.ffn_up = nn.Linear(WIDTH, HIDDEN)
        self.ffn_down = nn.Linear(HIDDEN, WIDTH)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        normed = self.ln1(states)
        query, key, value = (
            part(normed).unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in (self.attn_q, self.attn_k, self.attn_v)
        )
        seen = functional.scaled_dot_product_attention(query, key, value)
        states = states + self.attn_out(seen.transpose(1, 2).flatten(-2))
        return states + self.ffn_down(gelu(self.ffn_up(self.ln2(states))))


class Vision(nn.Module):
    """Pictures [n, 3, SIZE, SIZE] to features [n, PATCHES, WIDTH]."""

    def __init__(self) -> None:
        super().__init__()
        self.patch_embd = nn.Conv2d(3, WIDTH, PATCH, PATCH)
        self.position_embd = nn.Parameter(torch.randn(PATCHES, WIDTH) * 0.02)
        self.blk = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.post_ln = nn.LayerNorm(WIDTH, EPSILON)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        states = self.patch_embd(pictures).flatten(2).transpose(1, 2) + self.position_embd
        for layer in self.blk:
            states = layer(states)
        return self.post_ln(states)


class Heads(nn.Module):
    """Shape and colour, read from each patch alone: so that every token of a picture tells the whole.

    Used to train the vision part, and left behind. Training it together with the language model stalls.
    """

    def __init__(self) -> None:
        super().__init__()
        self.shape = nn.Linear(WIDTH, len(SHAPES))
        self.colour = nn.Linear(WIDTH, len(COLOURS))

    def forward(self, features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.shape(features), self.colour(features)


class Projector(nn.Module):
    """Features to what the language model takes in the place of token embeddings."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(WIDTH, WIDTH)
        self.second = nn.Linear(WIDTH, WIDTH)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self.second(gelu(self.first(features)))
