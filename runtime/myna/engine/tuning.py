"""What is asked of a model to find out how it runs best here: requests and answers of `llama/probe.py`.

speed       SpeedRequest  ->  SpeedSample
score       ScoreRequest  ->  Score
footprint   Footprint     ->  Footprint
"""

from __future__ import annotations

import msgspec

PROBE = "myna.engine.llama.probe:ProbeEngine"
"""Import string of the engine that answers them, for an `EngineSpec`."""

REQUANTIZE = "myna.engine.llama.requantize"
"""The program that writes the weights of a model in another format; see there for its arguments."""


class SpeedRequest(msgspec.Struct, frozen=True):
    """One turn as people have them: a prompt, a few more tokens after it, and an answer."""

    read: int
    """Tokens of the prompt."""
    short: int
    """Tokens of the second turn, which are computed as a small batch behind the others."""
    write: int
    """Tokens of the answer, one by one."""
    seed: int = 0


class SpeedSample(msgspec.Struct, frozen=True):
    read_s: float
    """Seconds for each token of the prompt."""
    short_s: float
    """Seconds for each token of the second turn."""
    write_s: float
    """Seconds for each token of the answer."""
    threads: int = 0
    """Compute threads at the end; fewer than allowed while other programs are at work."""


class ScoreRequest(msgspec.Struct, frozen=True):
    """How well the model foretells a piece of a text."""

    text: str
    start: int
    """The first token of the piece."""
    length: int
    """Its tokens; fewer are taken where the text ends."""
    skip: int
    """Tokens at its beginning that are read only, as too little stands before them."""


class Score(msgspec.Struct, frozen=True):
    nll: float
    """Sum over the tokens that were foretold of -ln(probability)."""
    tokens: int
    """How many; 0 behind the end of the text."""
    top: tuple[int, ...]
    """For each, the token that the model held for the likeliest."""


class Footprint(msgspec.Struct, frozen=True):
    peak: int = 0
    """Bytes that the process held at most (peak resident set size)."""
