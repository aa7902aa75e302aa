"""How attention is computed: with llama.cpp's flash attention, or plainly."""

from __future__ import annotations

import msgspec

LARGEST_CHUNK = 512
"""Tokens computed at once (n_ubatch), where memory allows; llama.cpp's own default."""

SMALLEST_CHUNK = 64

SCORE_BYTES = 256 << 20
"""Memory for the scores of one layer, which plain attention keeps for a whole chunk."""


class Attention(msgspec.Struct, frozen=True):
    flash: bool
    chunk: int
    """Tokens computed at once."""


def choose_attention(
    *, heads: int, cells: int, batch: int, kv_type: str, gpu: bool, ubatch: int = 0, flash: str = "auto"
) -> Attention:
    """Flash attention on a GPU and for a quantized cache, which needs it; plain attention on the CPU.

    llama.cpp's flash attention on the CPU takes batches below 64 tokens row by row: after 1,000 tokens,
    14 more took 578 ms with it and 131 ms without, and 8 sequences a decode step of 320 ms and 88 ms
    (SmolLM2-135M Q4_1, 2 busy cores). Those are the batches of a second turn and of many conversations.

    `flash` ("on", "off") and `ubatch` (tokens) are what somebody chose or measured; a quantized cache has no choice.
    """
    chunk = min(ubatch or LARGEST_CHUNK, batch)
    if kv_type != "f16" or flash == "on" or (gpu and flash == "auto"):
        return Attention(True, chunk)
    fits = SCORE_BYTES // (4 * max(1, heads) * max(1, cells))
    while chunk > fits and chunk > SMALLEST_CHUNK:
        chunk //= 2
    return Attention(False, chunk)
