"""A text engine that answers from a script."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from ..engine.protocols import ModelInfo, TextEnd, TextPiece, TextRequest
from ..errors import MynaError, PromptTooLong
from ..events import FinishReason, Usage
from ..messages import Message
from ..tools import NO_TOOLS, ToolUse
from .tokens import count_messages, split_tokens


class FakeEngine:
    """A `TextEngine` without a model: `FakeEngine(["Hel", "lo"])` answers everything with "Hello".

    `pieces` may also be a function of the request. Each piece counts as one token; tokens of prompts
    are counted by `split_tokens`. `max_tokens` and `stop` of a request are obeyed, and a prompt that
    leaves no room in `context` raises `PromptTooLong`.

    With `error`, a request fails with it after `error_after` pieces. With `hold_after`, a request
    stops there until `release` is called, and `await engine.held()` returns once one has got there:
    what a test needs to cancel an answer at a known place.
    """

    def __init__(
        self,
        pieces: Sequence[str] | Callable[[TextRequest], Sequence[str]] = ("Hel", "lo"),
        *,
        context: int = 4096,
        error: MynaError | None = None,
        error_after: int = 0,
        hold_after: int | None = None,
    ) -> None:
        self._pieces = pieces
        self._context = context
        self._error = error
        self._error_after = error_after
        self._hold_after = hold_after
        self._held = asyncio.Event()
        self._released = asyncio.Event()
        self.requests: list[TextRequest] = []
        """Everything that was asked, oldest first."""
        self.running = 0
        """Answers that have begun and not ended."""
        self.cancelled = 0
        """Answers that were closed or cancelled before their end."""

    async def info(self) -> ModelInfo:
        return ModelInfo("fake", context=self._context, context_wanted=self._context)

    async def generate(self, request: TextRequest, *, ahead: int = 0) -> AsyncGenerator[TextPiece | TextEnd, None]:
        self.requests.append(request)
        prompt = self._prompt_tokens(request)
        if prompt >= self._context:
            raise PromptTooLong(f"the prompt has {prompt} tokens and the context holds {self._context}")
        room = self._context - prompt
        limit = min(request.max_tokens, room) if request.max_tokens else room
        said = self._pieces(request) if callable(self._pieces) else self._pieces
        pieces, stop = _until_stop(said, request.stop)
        reason: FinishReason = "stop"
        if len(pieces) > limit:
            pieces, stop, reason = pieces[:limit], "", "length"
        self.running += 1
        try:
            for at, piece in enumerate(pieces):
                await self._reach(at)
                yield TextPiece(piece)
            await self._reach(len(pieces))
        except (GeneratorExit, asyncio.CancelledError):
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        yield _end(reason, prompt, len(pieces), stop, request.sampling.seed)

    async def count(
        self,
        messages: Sequence[Message],
        *,
        tools: ToolUse = NO_TOOLS,
        read: Callable[[str], Awaitable[bytes]] | None = None,
    ) -> int:
        return count_messages(messages) + _tokens_of(tools)

    async def tokenize(self, text: str, *, special: bool = False) -> tuple[int, ...]:
        """A number for each token of `split_tokens`, the same in every process."""
        return tuple(zlib.crc32(token.encode()) for token in split_tokens(text))

    async def held(self) -> None:
        """Wait until a request has stopped at `hold_after`."""
        await self._held.wait()

    def release(self) -> None:
        """Let requests that were held, and all later ones, go on."""
        self._released.set()

    async def _reach(self, at: int) -> None:
        """What the script has to happen after `at` pieces."""
        if self._error is not None and at == self._error_after:
            raise self._error
        if at == self._hold_after:
            self._held.set()
            await self._released.wait()
        # An answer takes many turns of the loop, as a real one does.
        await asyncio.sleep(0)

    def _prompt_tokens(self, request: TextRequest) -> int:
        if request.messages:
            return count_messages(request.messages) + _tokens_of(request.tools)
        return len(request.tokens) or len(split_tokens(request.prompt))


def _tokens_of(tools: ToolUse) -> int:
    return sum(len(split_tokens(f"{tool.name} {tool.description} {tool.parameters}")) for tool in tools.tools)


def _until_stop(pieces: Sequence[str], stops: Sequence[str]) -> tuple[list[str], str]:
    """The pieces before the first stop string, also when it begins in one and ends in another, and that string."""
    text = "".join(pieces)
    found = min(((text.index(stop), stop) for stop in stops if stop and stop in text), default=None)
    if found is None:
        return list(pieces), ""
    left, kept = found[0], []
    for piece in pieces:
        if left > 0:
            kept.append(piece[:left])
        left -= len(piece)
    return kept, found[1]


def _end(reason: FinishReason, prompt: int, produced: int, stop: str, seed: int | None) -> TextEnd:
    usage = Usage(prompt_tokens=prompt, completion_tokens=produced)
    timings = {"queue": 0.0, "prefill": 0.0, "first_token": 0.0, "decode": 0.0}
    return TextEnd(reason, usage, timings, stop, seed or 0)
