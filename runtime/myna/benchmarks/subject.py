"""What is measured: an assistant with one model, on default settings, whose state lives in a folder of its own.

What the user keeps (conversations, prefix states, logs) is neither read nor written.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from ..assistant import Assistant
from ..cli.machine import cores
from ..config import ChatSettings, EngineSettings, StoreSettings
from ..conversation import Conversation
from ..draft import AskOptions
from ..engine.clients import TextClient
from ..engine.protocols import Sampling, TextEnd, TextRequest
from ..errors import EngineError, from_info
from ..events import TextDelta, TurnFinished
from ..hookspecs import ResolvedModel

if TYPE_CHECKING:
    from ..cli.bench import BenchContext
    from ..config import Settings

SYSTEM = "You are a helpful assistant."


class Answer(msgspec.Struct, frozen=True):
    """One answer as whoever asked saw it."""

    first_s: float
    """From the question to the first piece of text."""
    last_s: float
    """From the question to the last piece of text."""
    tokens: int
    prompt_tokens: int
    cached_tokens: int = 0

    @property
    def tokens_per_second(self) -> float:
        """Of the tokens after the first, which belongs to the prefill.

        Raises:
            EngineError: there are none.
        """
        if self.tokens < 2 or self.last_s <= self.first_s:
            raise EngineError(f"the answer has {self.tokens} tokens, too few to measure", hint="myna bench --model")
        return (self.tokens - 1) / (self.last_s - self.first_s)


class _Clear(msgspec.Struct, frozen=True):
    """The body of the operation `clear`."""


class Subject:
    """Made by `open_subject`."""

    def __init__(self, assistant: Assistant, asked: str, model: ResolvedModel, threads: int) -> None:
        self.assistant = assistant
        self.asked = asked
        """What was asked for: a name or a path; empty for the default."""
        self.model = model
        self.file = Path(model.files["model"])
        self.threads = threads
        self.handle = assistant.pool.engine(assistant.engine_spec(model))
        self.client = TextClient(self.handle)

    async def conversation(self, system: str = SYSTEM) -> Conversation:
        return await self.assistant.conversation(model=self.asked, system=system)

    async def ask(self, conversation: Conversation, question: str, tokens: int) -> Answer:
        """Ask, and have an answer of at most `tokens` tokens, the likeliest each time.

        Raises:
            MynaError: what the turn ended with.
        """
        options = AskOptions(sampling=Sampling(temperature=0), max_tokens=tokens)
        start = time.perf_counter()
        first = last = 0.0
        async for event in conversation.ask(question, options=options):
            if isinstance(event, TextDelta):
                last = time.perf_counter() - start
                first = first or last
            elif isinstance(event, TurnFinished):
                if event.error is not None:
                    raise from_info(event.error)
                usage = event.usage
                return Answer(first, last, usage.completion_tokens, usage.prompt_tokens, usage.cached_tokens)
        raise EngineError("the turn ended without saying so")

    async def read(self, tokens: tuple[int, ...]) -> float:
        """Seconds until the first token after a prompt of `tokens` is drawn."""
        request = TextRequest(tokens=tokens, sampling=Sampling(temperature=0), max_tokens=1)
        start = time.perf_counter()
        took = 0.0
        async for item in self.client.generate(request):
            if isinstance(item, TextEnd):
                took = time.perf_counter() - start
                if item.usage.cached_tokens:
                    raise EngineError(f"{item.usage.cached_tokens} tokens of a new prompt were known before")
        return took

    async def clear(self) -> None:
        """Have the engine forget all conversations."""
        async for _ in self.handle.stream("clear", _Clear(), _Clear):
            pass

    async def unload(self) -> None:
        """End the worker; states of system prompts are on disk afterwards."""
        await self.assistant.pool.unload(self.handle)

    def prefix_states(self) -> list[Path]:
        """States of system prompts on disk."""
        return list(self.assistant.paths.cache.rglob("*.state"))


def threads_for(settings: Settings) -> int:
    """Compute threads of both sides: as set, else the physical cores that may be used."""
    return settings.engine.threads or max(1, min(cores()))


@asynccontextmanager
async def open_subject(
    bench: BenchContext,
    *,
    model: str = "",
    context: int = 0,
    speculate: bool = True,
    kv_type: Literal["auto", "f16", "q8_0"] = "auto",
    draft: str = "",
    gguf: bool = True,
) -> AsyncIterator[Subject]:
    """The model that is asked for, in its worker; loaded when it is first used.

    `model`: another one, by name or path. `context`: tokens of one conversation; 0 for the default. `speculate`,
    `kv_type`, `draft`: as in the settings of the engine. `gguf`: what is measured needs the llama.cpp engine or its
    peers.

    Raises:
        ModelMissing: it is not installed.
        EngineError: it is no GGUF model, and one is needed.
    """
    chosen = bench.settings
    threads = threads_for(chosen)
    engine = EngineSettings(
        threads=threads, gpu_layers=chosen.engine.gpu_layers, speculate=speculate, kv_type=kv_type, draft=draft
    )
    if context:
        engine = msgspec.structs.replace(engine, context=context)
    settings = msgspec.structs.replace(chosen, engine=engine, chat=ChatSettings(), store=StoreSettings())
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        paths = msgspec.structs.replace(bench.paths, data=home / "data", cache=home / "cache", logs=home / "logs")
        async with await Assistant.open(paths, settings, host=bench.host) as assistant:
            asked = model or bench.model or chosen.chat.model
            found = await assistant.resolve(asked)
            if gguf and found.format != ".gguf":
                raise EngineError(f"{found.name} is no GGUF model; these measurements need one")
            yield Subject(assistant, asked, found, threads)
