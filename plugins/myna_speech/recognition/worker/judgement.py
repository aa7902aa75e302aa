"""When a transcript is not to be believed: the decoder repeats itself, is unsure, or nobody spoke."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Literal

import msgspec

COMPRESSION = 2.4
"""A text whose size is more than this times its compressed size repeats itself (openai/whisper, `transcribe.py`)."""
LOGPROB = -1.0
"""Below, the decoder is unsure (openai/whisper, `transcribe.py`)."""
DOUBTFUL = -0.6
"""Below, a quick pass is compared with a slower one. Of 336 clips 16 % were; word errors fell from 7.6 to 7.2 %."""
NO_SPEECH = 0.6
"""Above, and below `LOGPROB`, nobody spoke (openai/whisper, `transcribe.py`)."""
TOKENS_A_SECOND = 10
"""More than anybody says: fast English has 6 tokens a second, fast Chinese 9."""
TOKENS_AT_LEAST = 16

Trouble = Literal["", "repetition", "unsure", "no-speech"]


class Evidence(msgspec.Struct, frozen=True):
    """What is known of one pass of the decoder."""

    text: str
    tokens: tuple[int, ...]
    logprob: float
    no_speech: float
    overrun: bool
    """It came to no end within the tokens that so much speech may have, or found speech after the end of the sound."""


def judge(evidence: Evidence, *, heard_voice: bool) -> Trouble:
    """What is wrong with a pass; empty for nothing.

    `heard_voice`: voice activity says that somebody spoke. Without that the decoder's word counts more.
    """
    if evidence.overrun or compression(evidence.text) > COMPRESSION or repeats(evidence.tokens):
        return "repetition"
    if evidence.no_speech > NO_SPEECH and (evidence.logprob < LOGPROB or not heard_voice):
        return "no-speech"
    if evidence.logprob < LOGPROB:
        return "unsure"
    return ""


def compression(text: str) -> float:
    """Bytes over compressed bytes; 0 for nothing."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def repeats(tokens: Sequence[int], longest: int = 12) -> bool:
    """Whether the same 1 to `longest` tokens stand four times in a row, or one token six times.

    People say "no, no, no" (which is two tokens three times).
    """
    return len(before_repeats(tokens, longest)) < len(tokens)


def before_repeats(tokens: Sequence[int], longest: int = 12) -> tuple[int, ...]:
    """`tokens` up to where they begin to repeat themselves; nothing of what is repeated."""
    kept = len(tokens)
    for size in range(1, longest + 1):
        times = 6 if size == 1 else 4
        run = 0
        for place in range(size, kept):
            run = run + 1 if tokens[place] == tokens[place - size] else 0
            if run >= size * (times - 1):
                kept = place - run - size + 1
                break
    return tuple(tokens[:kept])


def token_bound(seconds: float) -> int:
    """Tokens that `seconds` of speech may have, timestamps included."""
    return TOKENS_AT_LEAST + int(seconds * TOKENS_A_SECOND)
