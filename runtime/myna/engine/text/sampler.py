"""Drawing the next token: llama.cpp's samplers in llama.cpp's order, with an optional grammar.

They need no model of llama.cpp's: whatever computed the logits, the same ones with the same seed give the same token.
"""

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from ...errors import BadInput
from ..bindings import C
from ..protocols import Sampling
from .cells import Logits
from .closing import JsonPosition
from .constraint import Candidates, Constraint
from .vocabulary import Vocabulary

MAX_VALUE = 2**31
"""Above any sensible setting, and what a C integer holds."""

MIN_KEEP = 1
MIROSTAT_M = 100
"""Tokens that estimate the Zipf exponent, from the Mirostat paper (arXiv 2007.14966)."""


def draw_seed() -> int:
    """A seed for a request that names none; below 2**32 - 1, which llama.cpp takes for "random"."""
    return int.from_bytes(os.urandom(4), "little") % (2**32 - 1)


class TokenSampler:
    """The sampler chain of one request. `close` frees it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        sampling: Sampling,
        *,
        context: int,
        seed: int,
        constraint: Constraint | None,
        is_json: bool,
    ) -> None:
        """`constraint` is closed with the sampler; `context` is in tokens. For `sampling`, see `check_sampling`."""
        self._vocabulary = vocabulary
        self._candidates = Candidates(vocabulary.size)
        self._grammar = constraint
        self._position = JsonPosition() if constraint and is_json else None
        self.cut_short = False
        """The limit had the document end otherwise than the model would have gone on."""
        self._history = bool(
            sampling.repeat_penalty != 1.0
            or sampling.frequency_penalty
            or sampling.presence_penalty
            or sampling.dry_multiplier
        )
        self._greedy = sampling.temperature <= 0 and not self._history and not sampling.logit_bias
        self._context = context
        windows = (sampling.penalty_last_n, sampling.dry_penalty_last_n if sampling.dry_multiplier else 0)
        self._lookback = max(map(self._window, windows)) if self._history else 0
        self._chain = self._build(sampling, seed)

    def _build(self, sampling: Sampling, seed: int) -> Any:
        chain = C.llama_sampler_chain_init(C.llama_sampler_chain_default_params())
        size = self._vocabulary.size

        def add(sampler: Any) -> None:
            C.llama_sampler_chain_add(chain, sampler)

        if sampling.logit_bias:
            biases = [(token, bias) for token, bias in sampling.logit_bias.items() if 0 <= token < size]
            array = (C.llama_logit_bias * len(biases))(*biases)
            add(C.llama_sampler_init_logit_bias(size, len(biases), array))
        self._add_penalties(sampling, add)
        if sampling.temperature <= 0:
            add(C.llama_sampler_init_greedy())
            return chain
        if sampling.mirostat:
            add(C.llama_sampler_init_temp(sampling.temperature))
            tau, eta = sampling.mirostat_tau, sampling.mirostat_eta
            if sampling.mirostat == 1:
                add(C.llama_sampler_init_mirostat(size, seed, tau, eta, MIROSTAT_M))
            else:
                add(C.llama_sampler_init_mirostat_v2(seed, tau, eta))
            return chain
        _add_truncation(sampling, seed, add)
        add(C.llama_sampler_init_temp_ext(sampling.temperature, sampling.dynatemp_range, sampling.dynatemp_exponent))
        if sampling.adaptive_target >= 0:
            add(C.llama_sampler_init_adaptive_p(sampling.adaptive_target, sampling.adaptive_decay, seed))
        else:
            add(C.llama_sampler_init_dist(seed))
        return chain

    def _add_penalties(self, sampling: Sampling, add: Callable[[Any], None]) -> None:
        pointer, size = self._vocabulary.pointer, self._vocabulary.size
        if self._history:
            add(
                C.llama_sampler_init_penalties(
                    size,
                    self._window(sampling.penalty_last_n),
                    sampling.repeat_penalty,
                    sampling.frequency_penalty,
                    sampling.presence_penalty,
                )
            )
        if sampling.dry_multiplier:
            breakers = [text.encode() for text in sampling.dry_breakers]
            array = (ctypes.c_char_p * len(breakers))(*breakers)
            add(
                C.llama_sampler_init_dry(
                    pointer,
                    sampling.dry_multiplier,
                    sampling.dry_base,
                    sampling.dry_allowed_length,
                    self._window(sampling.dry_penalty_last_n),
                    array,
                    len(breakers),
                )
            )

    def _window(self, tokens: int) -> int:
        """llama.cpp no longer takes -1 for the whole context: it switches the sampler off."""
        return min(tokens, self._context) if tokens >= 0 else self._context

    def accept_prompt(self, tokens: Sequence[int]) -> None:
        """Let the penalties see as much of the end of the prompt as they look back at."""
        for token in tokens[-self._lookback :] if self._lookback else ():
            C.llama_sampler_accept(self._chain, token)

    def sample(self, logits: Logits, *, closing: bool = False) -> int:
        """The next token, already accepted.

        Args:
            logits: shape (vocabulary size,).
            closing: under a JSON grammar, take the shortest way to the end of the document.
        """
        if self._greedy and self._grammar is None:
            return int(logits.argmax())
        if closing and self._position is not None and self._grammar is not None:
            token = self._closing_token(logits, self._position, self._grammar)
            self.cut_short = self.cut_short or token != self._draw(logits, restrict=self._grammar)
        else:
            token = self._draw(logits, restrict=None)
            # Checking one token costs microseconds, the whole vocabulary milliseconds: most draws fit.
            if self._grammar is not None and not self._grammar.allows(token):
                token = self._draw(logits, restrict=self._grammar)
        C.llama_sampler_accept(self._chain, token)
        if self._grammar is not None:
            self._grammar.accept(token)
            if self._position is not None:
                self._position.feed(self._vocabulary.piece(token))
        return token

    def constrain(self, constraint: Constraint, token: int) -> None:
        """Follow `constraint` from now on, of which `token`, the last that was drawn, is the beginning; not at all
        where it is none."""
        self.release()
        if constraint.allows(token):
            constraint.accept(token)
            self._grammar = constraint
        else:
            constraint.close()

    def release(self) -> None:
        """Follow no grammar any more."""
        if self._grammar is not None:
            self._grammar.close()
        self._grammar = None

    def _draw(self, logits: Logits, *, restrict: Constraint | None) -> int:
        self._candidates.fill(logits)
        if restrict is not None:
            restrict.restrict(self._candidates)
        self._candidates.apply(self._chain)
        selected = self._candidates.selected
        return selected if selected >= 0 else int(logits.argmax())

    def _closing_token(self, logits: Logits, position: JsonPosition, grammar: Constraint) -> int:
        self._candidates.fill(logits)
        grammar.restrict(self._candidates)
        table = self._candidates.table
        allowed = np.flatnonzero(table["logit"] > -np.inf)
        if not allowed.size:
            return int(logits.argmax())
        ends = [token for token in allowed[:64] if self._vocabulary.ends(int(token))]
        if ends:
            return int(ends[0])
        tokens = table["id"][allowed]
        rank = self._vocabulary.closing_ranks[int(position.in_string)][tokens]
        best = tokens[rank == rank.max()]
        return int(best[logits[best].argmax()])

    def close(self) -> None:
        if self._chain is not None:
            C.llama_sampler_free(self._chain)
            self._chain = None
        self.release()


def check_sampling(sampling: Sampling, vocabulary: Vocabulary) -> None:
    """Refuse what llama.cpp asserts on, which would end the process, or would make nonsense of.

    Raises:
        BadInput: a value that no sampler can use, or one that this model cannot be sampled with.
    """
    values = {name: value for name, value in msgspec.structs.asdict(sampling).items() if isinstance(value, int | float)}
    for name, value in values.items():
        if not math.isfinite(value):
            raise BadInput(f"{name} must be a finite number")
        if name != "seed" and abs(value) >= MAX_VALUE:
            raise BadInput(f"{name} must be less than {MAX_VALUE:,}")
    if sampling.repeat_penalty <= 0:
        raise BadInput("repeat_penalty must be above 0")
    if any(math.isnan(bias) for bias in sampling.logit_bias.values()):
        raise BadInput("logit_bias must be numbers")
    if sampling.dry_multiplier and vocabulary.pointer is None:
        raise BadInput("the DRY sampler needs a GGUF model")


def _add_truncation(sampling: Sampling, seed: int, add: Callable[[Any], None]) -> None:
    """The samplers that leave out unlikely tokens."""
    if sampling.top_n_sigma > 0:
        add(C.llama_sampler_init_top_n_sigma(sampling.top_n_sigma))
    if sampling.top_k > 0:
        add(C.llama_sampler_init_top_k(sampling.top_k))
    if sampling.typical_p < 1:
        add(C.llama_sampler_init_typical(sampling.typical_p, MIN_KEEP))
    if sampling.top_p < 1:
        add(C.llama_sampler_init_top_p(sampling.top_p, MIN_KEEP))
    if sampling.min_p > 0:
        add(C.llama_sampler_init_min_p(sampling.min_p, MIN_KEEP))
    if sampling.xtc_probability > 0:
        add(C.llama_sampler_init_xtc(sampling.xtc_probability, sampling.xtc_threshold, MIN_KEEP, seed))
