"""An answer of another server, event by event, as Myna's engines answer."""

from __future__ import annotations

from typing import Any

import msgspec

from myna.calls.styles import HERMES
from myna.calls.written import Rewriting
from myna.engine.protocols import TextEnd, TextPiece, TextRequest
from myna.engine.text.stream import TextStream
from myna.errors import EngineError
from myna.events import FinishReason, TokenLogprob, Usage

from .faults import broken, refusal

DONE = b"[DONE]"

_REASONS: dict[str, FinishReason] = {"length": "length", "content_filter": "blocked"}
"""Others, `stop` and `tool_calls` among them, are an end as the model wanted it."""

NO_TOKEN = -1
"""Numbers of tokens are not told by servers."""


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _Call(msgspec.Struct):
    index: int = 0
    function: _Function = msgspec.field(default_factory=_Function)


class _Delta(msgspec.Struct):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[_Call] | None = None


class _Alternative(msgspec.Struct):
    token: str
    logprob: float


class _Token(_Alternative):
    top_logprobs: list[_Alternative] | None = None


class _Logprobs(msgspec.Struct):
    content: list[_Token] | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)
    finish_reason: str | None = None
    logprobs: _Logprobs | None = None


class _Details(msgspec.Struct):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Details | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


_chunk = msgspec.json.Decoder(_Chunk)


class Answer:
    """One answer on its way. `over` says that nothing more is wanted of the server."""

    def __init__(self, name: str, request: TextRequest, *, most: int) -> None:
        """`most`: tokens of the answer at which it is cut, whatever the server thinks."""
        self.over = False
        self.alive = False
        """Whether the last event showed that the model works, be it only on its thoughts."""
        self.usage: Usage | None = None
        self._name = name
        self._request = request
        self._most = most
        self._pieces = 0
        self._texts = TextStream(request.stop)
        self._writing = Rewriting(HERMES, request.tools.names) if request.tools else None
        """A server that does not read its model's calls sends them as text: filters must find them in the same form."""
        self._kept: list[str] = []
        self._calls: dict[int, list[str]] = {}
        self._reason: FinishReason | None = None

    def take(self, event: bytes) -> list[TextPiece]:
        """What is to be shown for `event`.

        Raises:
            EngineUnavailable: it is no event of an answer, or says that there will be none.
        """
        self.alive = False
        if event == DONE:
            self.over = True
            return []
        try:
            chunk = _chunk.decode(event)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise broken(self._name, "what is no piece of an answer") from None
        if chunk.error is not None:
            raise refusal(self._name, 500, event)
        if chunk.usage is not None:
            self.usage = _usage(chunk.usage)
        pieces = []
        for choice in chunk.choices[:1]:
            pieces += self._piece(choice)
            if choice.finish_reason is not None:
                self._reason = _REASONS.get(choice.finish_reason, "stop")
        return pieces

    def end(self, timings: dict[str, float]) -> tuple[list[TextPiece], TextEnd]:
        """What was held back, and the end.

        Raises:
            EngineUnavailable: the server hung up in the middle.
            EngineError: the answer is no JSON, where a schema was asked for.
        """
        if self._reason is None:
            raise broken(self._name, "half an answer")
        pieces = self._shown("", final=True)
        if self._calls:
            pieces += self._shown_calls()
        if self._request.schema and self._reason == "stop" and not _is_json("".join(self._kept)):
            raise EngineError(f"{self._name}: the server does not keep to the JSON schema")
        usage = self.usage or Usage(completion_tokens=self._pieces)
        seed = self._request.sampling.seed or 0
        return pieces, TextEnd(self._reason, usage, timings, self._texts.stopped_by, seed)

    def _piece(self, choice: _Choice) -> list[TextPiece]:
        delta = choice.delta
        self.alive = bool(delta.content or delta.reasoning_content or delta.reasoning or delta.tool_calls)
        for call in delta.tool_calls or ():
            known = self._calls.setdefault(call.index, ["", ""])
            known[0] += call.function.name or ""
            known[1] += call.function.arguments or ""
        if not delta.content:
            return []
        self._pieces += 1
        shown = self._shown(delta.content, logprobs=_logprobs(choice))
        if self._texts.stopped_by:
            self._reason, self.over = "stop", True
        elif self._pieces >= self._most:
            self._reason, self.over = "length", True
        return shown

    def _shown(self, text: str, *, final: bool = False, logprobs: tuple[TokenLogprob, ...] = ()) -> list[TextPiece]:
        shown = self._texts.feed(text.encode("utf-8", "replace"), final=final)
        if self._writing is not None:
            shown = self._writing.feed(shown, final=final)
        if self._request.schema:
            self._kept.append(shown)
        return [TextPiece(shown, logprobs=logprobs)] if shown or logprobs else []

    def _shown_calls(self) -> list[TextPiece]:
        """Calls of tools, in the form in which they go through Myna."""
        calls = []
        writing = Rewriting(HERMES, self._request.tools.names)
        for _, (name, arguments) in sorted(self._calls.items()):
            if not _is_json(arguments or "{}"):
                raise broken(self._name, "a tool call whose arguments are no JSON")
            given = msgspec.Raw((arguments or "{}").encode())
            call = msgspec.json.encode({"name": name, "arguments": given}).decode()
            calls.append(TextPiece(writing.feed(f"<tool_call>\n{call}\n</tool_call>")))
        calls.append(TextPiece(writing.feed("", final=True)))
        return [call for call in calls if call.text]


def _usage(told: _Usage) -> Usage:
    cached = (told.prompt_tokens_details and told.prompt_tokens_details.cached_tokens) or 0
    return Usage(max(0, told.prompt_tokens), max(0, cached), max(0, told.completion_tokens))


def _logprobs(choice: _Choice) -> tuple[TokenLogprob, ...]:
    if choice.logprobs is None:
        return ()
    return tuple(
        TokenLogprob(
            NO_TOKEN,
            one.token,
            one.logprob,
            tuple((NO_TOKEN, other.token, other.logprob) for other in one.top_logprobs or ()),
        )
        for one in choice.logprobs.content or ()
    )


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
