"""One request on its way through the scheduler."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import BadInput, MynaError, PromptTooLong
from ...events import FinishReason, TokenLogprob, Usage
from ..protocols import Reply, TextEnd, TextPiece, TextRequest
from .calling import Calling
from .cells import Logits
from .constraint import Constraint
from .guessing import AnswerGuesses, Guesser
from .pacing import Pacing
from .prefix import Adapters, Resident, Tokens, as_tokens
from .prompt import Prompt
from .sampler import TokenSampler, check_sampling, draw_seed
from .sight import Look
from .spans import Span, span_at, text_until
from .stream import TextStream
from .vocabulary import Vocabulary

MAX_LOGPROBS = 20
"""Alternatives a token, as in OpenAI's interface."""


Constrain = Callable[[TextRequest], Constraint | None]
"""What the answer to a request must fit; raises `BadGrammar` for what cannot be enforced."""


class Job:
    """A request, its place in the KV cache and what it has produced."""

    def __init__(
        self,
        number: int,
        request: TextRequest,
        prompt: Prompt,
        reply: Reply,
        *,
        vocabulary: Vocabulary,
        context: int,
        constrain: Constrain,
    ) -> None:
        """Raises `BadInput` (or a kind of it) for a request that cannot be answered."""

        if not prompt.tokens:
            raise BadInput("the prompt is empty")
        if len(prompt.tokens) >= context:
            raise _too_long(prompt, context)
        _check(request)
        words = [token for token in prompt.tokens if 0 <= token < vocabulary.size]
        if len(words) + sum(len(span.patch.tokens) for span in prompt.spans) != len(prompt.tokens):
            raise BadInput("the prompt holds a token that the model does not have")
        self.number = number
        self.request = request
        self.reply = reply
        self.adapters: Adapters = tuple((lora.path, lora.scale) for lora in request.loras)
        self.prompt = as_tokens(prompt.tokens)
        self.prefix = prompt.prefix if request.persist_prefix else 0
        self.spans = prompt.spans
        self.looks: dict[str, Look] = {}
        """Pictures that were asked for, by SHA-256."""
        self.resident: Resident | None = None
        self.row = -1
        """Row of this request's logits in the last batch; -1 for none."""
        self.guessed: list[tuple[int, int]] = []
        """Tokens that were put into the last batch after its own, on a guess, with their rows."""
        self.generated: list[int] = []
        self.cached = 0
        self.finished = False
        self.paused = False
        """Its reader is behind; it keeps its place and is not computed."""
        room = context - len(prompt.tokens)
        self.limit = min(room, request.max_tokens) if request.max_tokens else room
        check_sampling(request.sampling, vocabulary)
        self._calling = Calling(prompt.style, request.tools, vocabulary, constrain) if request.tools else None
        constraint, document = _constraint(request, constrain, self._calling)
        self._closing = min(self.limit // 2, 32 + document // 3) if document else 0
        self.seed = draw_seed() if request.sampling.seed is None else request.sampling.seed % (2**32 - 1)
        self._vocabulary = vocabulary
        self._stream = TextStream(request.stop)
        self._pacing = Pacing()
        self._told = 0
        """Tokens whose text, if they have any, was sent."""
        self._sampler = TokenSampler(
            vocabulary,
            request.sampling,
            context=context,
            seed=self.seed,
            constraint=constraint,
            is_json=bool(document),
        )
        self._sampler.accept_prompt(words)
        self._guesses: AnswerGuesses | None = None
        self._logprobs: tuple[TokenLogprob, ...] = ()
        self._submitted = time.perf_counter()
        self._started = self._prefilled = self._first = 0.0

    @property
    def pending_tokens(self) -> Tokens:
        """Shape (n,): the prompt, with the answer so far when the request was preempted."""
        if not self.generated:
            return self.prompt
        return as_tokens([*self.prompt.tolist(), *self.generated])

    @property
    def remaining_input(self) -> int:
        """Tokens that must be computed before the next one can be drawn."""
        computed = len(self.resident.tokens) if self.resident else 0
        return len(self.prompt) + len(self.generated) - computed

    @property
    def remaining_text(self) -> int:
        """How many of them come before the next picture."""
        computed = len(self.resident.tokens) if self.resident else 0
        return text_until(self.spans, computed, computed + self.remaining_input) - computed

    @property
    def picture(self) -> Span | None:
        """The picture that the next of them belongs to."""
        return span_at(self.spans, len(self.resident.tokens) if self.resident else 0)

    @property
    def waits(self) -> bool:
        """Whether the next of them is of a picture that is not encoded yet."""
        span = self.picture
        return span is not None and not self.looks[span.sha256].done

    def next_input(self, count: int) -> list[int]:
        """The next `count` of them."""
        start = len(self.resident.tokens) if self.resident else 0
        if start >= len(self.prompt):
            return self.generated[start - len(self.prompt) :][:count]
        end = start + count
        return [*self.prompt[start:end].tolist(), *self.generated[: max(0, end - len(self.prompt))]]

    def guess(self, guesser: Guesser, room: int, *, alone: bool) -> list[int]:
        """What may come after the next token that is computed; no more than `room` tokens. `alone` as in
        `AnswerGuesses.of`."""
        if self._guesses is None:
            self._guesses = AnswerGuesses(self.prompt.tolist(), guesser, readable=not self.spans)
        return self._guesses.of(self.generated, min(room, self.limit - len(self.generated) - 1), alone=alone)

    def guess_came(self, right: int) -> None:
        """Of what was guessed, so many tokens were right."""
        if self._guesses is not None:
            self._guesses.came(right)

    def guess_took(self, guessed: int, seconds: float) -> None:
        """So long took the step with so many guessed tokens."""
        if self._guesses is not None:
            self._guesses.took(guessed, seconds)

    def start(self, resident: Resident) -> None:
        """The scheduler gave it a sequence."""
        self.resident = resident
        if not self._started:
            self._started = time.perf_counter()
            self.cached = len(resident.tokens)

    def take_resident(self) -> Resident:
        """Give its sequence back. A request without one goes on from the queue."""
        self.flush()
        resident, self.resident, self.row, self.guessed = self.resident, None, -1, []
        if resident is None:
            raise RuntimeError("the request has no sequence")
        return resident

    def advance(self, logits: Logits) -> None:
        """Draw the next token, deliver what may be shown, and see whether the answer is complete."""
        now = time.perf_counter()
        if not self._prefilled:
            self._prefilled = now
        remaining = self.limit - len(self.generated)
        token = self._sampler.sample(logits, closing=remaining <= self._closing)
        if self._vocabulary.ends(token):
            self.finish("length" if self._sampler.cut_short else "stop")
            return
        self.generated.append(token)
        if self.request.logprobs is not None:
            self._logprobs += (self._logprob(logits, token, min(self.request.logprobs, MAX_LOGPROBS)),)
        text = self._text_of(token)
        if not self._first:
            self._first = time.perf_counter()
        self._deliver(text)
        if self._stream.stopped_by or (self._calling is not None and self._calling.done):
            self.finish("length" if self._sampler.cut_short else "stop")
        elif remaining <= 1:
            self.finish("length")

    def _text_of(self, token: int) -> str:
        """What may be shown now that `token` was drawn."""
        if self._calling is None:
            return self._stream.feed(self._vocabulary.piece(token))
        piece = self._calling.piece(token)
        text = self._calling.feed(self._stream.feed(piece))
        if self._calling.inside:
            self._logprobs = ()
        if not self._stream.holding:
            self._calling.steer(self._sampler, token, piece)
        return text

    def _deliver(self, text: str) -> None:
        if self.request.logprobs is not None:
            # Of each token, as it comes.
            if text or self._logprobs:
                self._send(text)
        elif ready := self._pacing.add(text):
            self._send(ready)

    def flush(self) -> None:
        """Send what waits for the next token: that will take a while."""
        if held := self._pacing.flush():
            self._send(held)

    def _send(self, text: str) -> None:
        tokens, self._told = len(self.generated) - self._told, len(self.generated)
        self.reply.item(TextPiece(text, tokens, self._logprobs))
        self._logprobs = ()

    def finish(self, reason: FinishReason) -> None:
        """Send what is left and the end. The scheduler takes the sequence back."""
        rest = "" if self._stream.stopped_by else self._stream.feed(b"", final=True, cut=reason != "stop")
        self._deliver(rest if self._calling is None else self._calling.feed(rest, final=True))
        self.flush()
        now = time.perf_counter()
        prefilled = self._prefilled or now
        started = self._started or now
        timings = {
            "queue": (started - self._submitted) * 1e3,
            "prefill": (prefilled - started) * 1e3,
            "first_token": ((self._first or now) - self._submitted) * 1e3,
            "decode": (now - prefilled) * 1e3,
        }
        if see := sum(look.milliseconds for look in self.looks.values()):
            timings["see"] = see
        timings = {stage: round(milliseconds, 3) for stage, milliseconds in timings.items()}
        usage = Usage(len(self.prompt), self.cached, len(self.generated))
        self.reply.item(TextEnd(reason, usage, timings, self._stream.stopped_by, self.seed))
        self.reply.done()
        self.close()

    def fail(self, error: MynaError) -> None:
        """It ends with `error`; what was computed before is still sent."""
        self.flush()
        self.reply.fail(error)
        self.close()

    def close(self) -> None:
        """Free the samplers, and what was to be seen. Nothing is sent."""
        if not self.finished:
            for look in self.looks.values():
                look.release()
        self.finished = True
        self._sampler.close()

    def _logprob(self, logits: Logits, token: int, top: int) -> TokenLogprob:
        # Of the model's own distribution, before any sampler changed it.
        shifted = logits.astype(np.float64) - float(logits.max())
        log_sum = float(np.log(np.exp(shifted).sum()))
        best: list[Any] = []
        if top:
            best = np.argpartition(-shifted, top)[:top].tolist()
            best.sort(key=lambda candidate: -shifted[candidate])
        text = self._vocabulary.text_of
        return TokenLogprob(
            token,
            text(token),
            float(shifted[token]) - log_sum,
            tuple((t, text(t), float(shifted[t]) - log_sum) for t in best),
        )


def _constraint(request: TextRequest, constrain: Constrain, calling: Calling | None) -> tuple[Constraint | None, int]:
    """What the answer must fit, and how long the schema of the document is that it then is (characters; 0: none)."""
    if calling is not None and request.tools.required:
        return constrain(TextRequest(grammar=calling.grammar)), max(len(one.parameters) for one in request.tools.tools)
    return constrain(request), len(request.schema)


def _check(request: TextRequest) -> None:
    """Raises `BadInput` for what makes no sense."""
    if request.max_tokens < 0:
        raise BadInput("max_tokens must not be negative")
    if request.logprobs is not None and request.logprobs < 0:
        raise BadInput("logprobs must not be negative")
    if request.schema and request.grammar:
        raise BadInput("give a schema or a grammar, not both")
    if request.tools and (request.grammar or (request.schema and request.tools.required)):
        raise BadInput("an answer that must be a call of a tool fits no other schema or grammar")
    if not all(math.isfinite(lora.scale) for lora in request.loras):
        raise BadInput("the scale of a LoRA adapter must be a finite number")


def _too_long(prompt: Prompt, context: int) -> PromptTooLong:
    pictures = sum(len(span.patch.tokens) for span in prompt.spans)
    if not pictures:
        return PromptTooLong(f"the prompt has {len(prompt.tokens):,} tokens; the context holds {context:,}")
    return PromptTooLong(
        f"the prompt has {len(prompt.tokens):,} tokens, {pictures:,} of them for pictures; the context holds "
        f"{context:,}",
        hint="ask about fewer pictures at a time, or raise engine.context",
    )
