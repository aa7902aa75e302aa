"""The part that answers: a small language model, as llama.cpp builds it for the architecture `llama`."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from .tokens import SIZE as VOCABULARY

WIDTH = 128
LAYERS = 3
HEADS = 4
HEAD = 32
HIDDEN = 352
EPSILON = 1e-5
ROPE_BASE = 10_000.0
CONTEXT = 2048
"""Tokens that the file claims; trained on are the first 180 or so."""


def rotate(values: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    """Rotary positions of interleaved pairs, which is what llama.cpp does for `llama`.

    `values` is [n, heads, tokens, HEAD], `angles` [n, tokens, HEAD / 2].
    """
    even, odd = values[..., 0::2], values[..., 1::2]
    cosine, sine = angles.cos().unsqueeze(1), angles.sin().unsqueeze(1)
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1).flatten(-2)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attn_norm = nn.RMSNorm(WIDTH, EPSILON)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (
            nn.Linear(WIDTH, HEADS * HEAD, bias=False) for _ in range(4)
        )
        self.ffn_norm = nn.RMSNorm(WIDTH, EPSILON)
        self.ffn_gate = nn.Linear(WIDTH, HIDDEN, bias=False)
        self.ffn_up = nn.Linear(WIDTH, HIDDEN, bias=False)
        self.ffn_down = nn.Linear(HIDDEN, WIDTH, bias=False)

    def forward(self, states: torch.Tensor, angles: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        normed = self.attn_norm(states)
        query, key, value = (
            part(normed).unflatten(-1, (HEADS, HEAD)).transpose(1, 2)
            for part in (self.attn_q, self.attn_k, self.attn_v)
        )
        attended = functional.scaled_dot_product_attention(
            rotate(query, angles), rotate(key, angles), value, attn_mask=mask.unsqueeze(1)
        )
        states = states + self.attn_output(attended.transpose(1, 2).flatten(-2))
        normed = self.ffn_norm(states)
        return states + self.ffn_down(functional.silu(self.ffn_gate(normed)) * self.ffn_up(normed))


class Language(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.token_embd = nn.Embedding(VOCABULARY, WIDTH)
        nn.init.normal_(self.token_embd.weight, std=0.05)
        self.blk = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.output_norm = nn.RMSNorm(WIDTH, EPSILON)

    def forward(self, states: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Normed states [n, tokens, WIDTH] of embeddings of the same shape.

        `positions` is [n, tokens]; `mask` [n, tokens, tokens] says what may look (second) at what (third).
        """
        frequencies = ROPE_BASE ** (-torch.arange(0, HEAD, 2) / HEAD)
        angles = positions.unsqueeze(-1) * frequencies
        for layer in self.blk:
            states = layer(states, angles, mask)
        return self.output_norm(states)

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        """The embeddings are tied: the same matrix reads and writes."""
        return functional.linear(states, self.token_embd.weight)
