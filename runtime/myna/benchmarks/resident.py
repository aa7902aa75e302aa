"""A host process as small as one can be, for `memory`: it opens an assistant and has one question answered.

    python -m myna.benchmarks.resident MODEL SYSTEM QUESTION N

A NUL byte on standard output says that it is done; then it stays, with the model loaded, until standard
input ends.
"""

from __future__ import annotations

import asyncio
import os
import sys

from ..assistant import Assistant
from ..draft import AskOptions
from ..engine.protocols import Sampling
from ..errors import from_info
from ..events import TextDelta, TurnFinished
from ..paths import Paths
from ..settings import load_settings


async def main() -> None:
    model, system, question, limit = sys.argv[1:]
    paths = Paths.find()
    async with await Assistant.open(paths, load_settings(paths, environ=os.environ)) as assistant:
        conversation = await assistant.conversation(model=model, system=system)
        options = AskOptions(sampling=Sampling(temperature=0), max_tokens=int(limit))
        async for event in conversation.ask(question, options=options):
            if isinstance(event, TextDelta):
                print(event.text, end="", flush=True)
            elif isinstance(event, TurnFinished) and event.error is not None:
                raise from_info(event.error)
        print("\0", end="", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
