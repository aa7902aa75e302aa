"""How long a second question about the same picture takes to its first token, beside the first question."""

from __future__ import annotations

import hashlib
import random
import struct
import time
import zlib
from contextlib import aclosing
from typing import TYPE_CHECKING

from myna.assistant import Assistant
from myna.bench import Measurement
from myna.engine.protocols import Sampling, TextRequest
from myna.errors import EngineError
from myna.messages import Attachment, Image, Message, Text

from ..see.choosing import seeing_model

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext
    from myna.engine.clients import TextClient

TARGET = 0.2
"""Of the first: what is left is the question itself."""
SIDE = 512
"""Pixels: what many encoders take whole."""
QUESTIONS = ("what shape is in the image?", "what color is the shape?")


async def run(bench: BenchContext) -> list[Measurement]:
    """Nothing where no model that looks at pictures is installed or named."""
    async with await Assistant.open(bench.paths, bench.settings, host=bench.host) as assistant:
        model = await seeing_model(assistant, bench.model)
        if not model:
            bench.note("  without a second question: no model that looks at pictures is installed")
            return []
        engine = await assistant.text_engine(model)
        asked = [_square(0)]

        async def first() -> float:
            asked[0] = _square(random.randrange(2**32))  # noqa: S311 - new to the cache, that is all
            return await _first_token(engine, asked[0], QUESTIONS[0])

        async def second() -> float:
            return await _first_token(engine, asked[0], QUESTIONS[1])

        firsts, seconds = [], []
        await first()
        for _ in range(bench.runs(7)):
            # Always in this order: the second needs the first.
            firsts.append(await first())
            seconds.append(await second())
    return [_measurement(bench, firsts, seconds)]


def _measurement(bench: BenchContext, firsts: list[float], seconds: list[float]) -> Measurement:
    from myna.cli.bench import Samples

    return bench.compare(
        "first token, second question about a picture",
        Samples("second question", tuple(seconds)),
        Samples("first question", tuple(firsts)),
        unit="ms",
        better="lower",
        target=TARGET,
    )


async def _first_token(engine: TextClient, picture: bytes, question: str) -> float:
    """Milliseconds from the question to its first piece."""
    attachment = Attachment(hashlib.sha256(picture).hexdigest(), "image/png", len(picture))
    request = TextRequest(
        messages=(Message("user", (Image(attachment), Text(question))),),
        images={attachment.sha256: picture},
        sampling=Sampling(temperature=0),
        max_tokens=4,
    )
    started = time.perf_counter()
    first: float | None = None
    async with aclosing(engine.generate(request)) as pieces:
        # To its end: who asks a second time has read the first answer.
        async for _ in pieces:
            first = first if first is not None else (time.perf_counter() - started) * 1e3
    if first is None:
        raise EngineError("the model gave no answer")
    return first


def _square(seed: int) -> bytes:
    """A PNG file: a square of some colour on white, another one for each seed."""
    chance = random.Random(seed)  # noqa: S311 - the same for a seed
    colour = bytes(chance.randrange(200) for _ in range(3))
    left, top, side = chance.randrange(SIDE // 2), chance.randrange(SIDE // 2), SIDE // 3
    blank = b"\0" + b"\xff" * 3 * SIDE
    row = b"\0" + b"\xff" * 3 * left + colour * side + b"\xff" * 3 * (SIDE - left - side)
    rows = [row if top <= y < top + side else blank for y in range(SIDE)]
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    )
