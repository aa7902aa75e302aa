"""Which tokens each sequence of the KV cache holds, and how a new prompt starts from them.

A prompt begins with the longest prefix that any sequence holds, running or resting. Sequences at rest
stay in the cache while there is room, then move to main memory, then are forgotten, least recently
used first: attention runs over all occupied cells, so a crowded cache slows every answer.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from .cells import Cells, SequenceState
from .spans import Span, position_of, whole

Tokens = np.ndarray[Any, np.dtype[np.int32]]
Adapters = tuple[tuple[str, float], ...]
"""Paths and scales of LoRA adapters; states computed under different ones cannot be exchanged."""

MIN_SHARED = 8
"""Tokens from which a shared prefix is worth the bookkeeping; a prefill step takes at least as many."""


def shared_prefix(left: Tokens, right: Tokens) -> int:
    """How many tokens two sequences have in common at their start."""
    length = min(len(left), len(right))
    different = np.flatnonzero(left[:length] != right[:length])
    return int(different[0]) if different.size else length


class Resident(msgspec.Struct):
    """A sequence in the KV cache."""

    sequence: int
    adapters: Adapters
    tokens: list[int]
    """Computed tokens, oldest first."""
    planned: Tokens
    """The prompt that is being computed; as long as `tokens` or longer while it runs."""
    running: bool
    spans: Sequence[Span] = ()
    """The pictures in `planned`, and so in `tokens`."""
    used: int = 0
    """A counter of use, for choosing the least recently used."""

    @property
    def position(self) -> int:
        """Of the next token that is computed, unless a picture is computed in parts."""
        return position_of(self.spans, len(self.tokens))


class _Parked(msgspec.Struct):
    adapters: Adapters
    tokens: Tokens
    spans: Sequence[Span]
    state: SequenceState


class Match(msgspec.Struct):
    """Where a prompt can start from."""

    resident: Resident
    shared: int
    """Tokens in common that are computed already."""
    expected: int
    """Tokens in common once the resident has computed its own prompt; never less than `shared`."""


class PrefixCache:
    """Hands out sequences. Sequence 0 is kept free for work of its own (saving a prefix to disk)."""

    def __init__(self, kv: Cells, *, parked_bytes: int, resting_cells: int, rewindable: bool) -> None:
        """`rewindable` is False for recurrent models, whose state cannot go back to a prefix."""
        self._kv = kv
        self._free = list(range(kv.sequences - 1, 0, -1))
        self.residents: dict[int, Resident] = {}
        self._parked: OrderedDict[int, _Parked] = OrderedDict()
        self._parked_limit = parked_bytes
        self._parked_size = 0
        self._resting_cells = resting_cells
        self._rewindable = rewindable
        self._clock = 0

    def match(self, prompt: Tokens, adapters: Adapters) -> Match | None:
        """The resident with the longest shared prefix, by what it will hold, then by what it holds."""
        best: Match | None = None
        for resident in self.residents.values():
            if resident.adapters != adapters:
                continue
            held = whole(resident.spans, shared_prefix(prompt, np.asarray(resident.tokens, dtype=np.int32)))
            if not self._rewindable and (resident.running or held < len(resident.tokens)):
                continue
            expected = max(held, shared_prefix(prompt, resident.planned)) if resident.running else held
            if expected >= MIN_SHARED and (best is None or (expected, held) > (best.expected, best.shared)):
                best = Match(resident, held, expected)
        return best

    def start(
        self, prompt: Tokens, adapters: Adapters, match: Match | None, spans: Sequence[Span] = ()
    ) -> Resident | None:
        """A running sequence for `prompt`, holding what could be reused. None when all are running."""
        match = self._unpark(prompt, adapters, match)
        # The last token is always computed anew: its logits choose the first token of the answer.
        usable = whole(spans, min(match.shared, len(prompt) - 1)) if match else 0
        if match and not match.resident.running and usable >= len(match.resident.tokens) - 1:
            resident = match.resident
        else:
            free = self._take(spare=match.resident.sequence if match else None)
            if free is None:
                return None
            resident = Resident(free, adapters, [], prompt, running=True)
            self.residents[free] = resident
            if match and usable and self._kv.copy(match.resident.sequence, free, position_of(spans, usable)):
                resident.tokens = match.resident.tokens[:usable]
        if len(resident.tokens) > usable:
            if self._kv.keep_first(resident.sequence, position_of(spans, usable)):
                del resident.tokens[usable:]
            else:
                resident.tokens = []
        resident.planned = prompt
        resident.spans = spans
        resident.running = True
        self._touch(resident)
        return resident

    def rest(self, resident: Resident) -> None:
        """The request is over; its tokens stay for whoever continues them."""
        resident.running = False
        resident.planned = np.asarray(resident.tokens, dtype=np.int32)
        self._touch(resident)
        if not resident.tokens:
            self.drop(resident)
        # The newest stays whatever its size: it is the one that is most likely continued.
        while self._resting_total() > self._resting_cells and self.make_room(spare=resident.sequence):
            pass

    def drop(self, resident: Resident) -> None:
        """Forget a sequence for good."""
        self._kv.forget(resident.sequence)
        del self.residents[resident.sequence]
        self._free.append(resident.sequence)

    def adopt(
        self,
        tokens: list[int],
        adapters: Adapters,
        load: Callable[[int], bool],
        *,
        spans: Sequence[Span] = (),
        spare: int | None = None,
    ) -> Resident | None:
        """A resting sequence filled by `load(sequence)`; None when there is no room. `spare` is not moved out."""
        free = self._take(spare)
        if free is None:
            return None
        if not load(free):
            # It may have been filled with something else before that was seen.
            self._kv.forget(free)
            self._free.append(free)
            return None
        resident = Resident(free, adapters, tokens, np.asarray(tokens, dtype=np.int32), running=False, spans=spans)
        self.residents[free] = resident
        self._touch(resident)
        return resident

    def make_room(self, spare: int | None = None) -> bool:
        """Move the least recently used sequence at rest out of the cache. False when there is none."""
        resting = [r for r in self.residents.values() if not r.running and r.sequence != spare]
        if not resting:
            return False
        oldest = min(resting, key=lambda resident: resident.used)
        self._park(oldest)
        self.drop(oldest)
        return True

    def tidy(self) -> None:
        """Move all sequences at rest out of the cache, so that the running ones do not attend over their cells."""
        while self.make_room():
            pass

    def clear(self) -> None:
        """Forget everything that is at rest, in the cache and in memory."""
        for resident in [r for r in self.residents.values() if not r.running]:
            self.drop(resident)
        self._parked.clear()
        self._parked_size = 0

    def _touch(self, resident: Resident) -> None:
        self._clock += 1
        resident.used = self._clock

    def _resting_total(self) -> int:
        return sum(len(resident.tokens) for resident in self.residents.values() if not resident.running)

    def _take(self, spare: int | None) -> int | None:
        if not self._free and not self.make_room(spare):
            return None
        return self._free.pop()

    def _park(self, resident: Resident) -> None:
        tokens = np.asarray(resident.tokens, dtype=np.int32)
        if any(
            parked.adapters == resident.adapters and shared_prefix(tokens, parked.tokens) == len(tokens)
            for parked in self._parked.values()
        ):
            return
        # Half a picture at its end is of no use to anybody, but does no harm: it is never shared.
        state = self._kv.export(resident.sequence)
        if len(state) > self._parked_limit:
            return
        self._clock += 1
        self._parked[self._clock] = _Parked(resident.adapters, tokens, resident.spans, state)
        self._parked_size += len(state)
        while self._parked_size > self._parked_limit:
            _, forgotten = self._parked.popitem(last=False)
            self._parked_size -= len(forgotten.state)

    def _unpark(self, prompt: Tokens, adapters: Adapters, match: Match | None) -> Match | None:
        """Bring a sequence back from memory when it shares more than `match` does."""
        best_key, best_shared = None, max(MIN_SHARED, match.shared if match else 0)
        for key, parked in self._parked.items():
            if parked.adapters != adapters:
                continue
            shared = whole(parked.spans, shared_prefix(prompt, parked.tokens))
            if shared > best_shared and (self._rewindable or shared == len(parked.tokens)):
                best_key, best_shared = key, shared
        if best_key is None:
            return match
        parked = self._parked.pop(best_key)
        self._parked_size -= len(parked.state)
        resident = self.adopt(
            parked.tokens.tolist(),
            adapters,
            lambda sequence: self._kv.restore(sequence, parked.state),
            spans=parked.spans,
            spare=match.resident.sequence if match else None,
        )
        return Match(resident, best_shared, best_shared) if resident else match


def as_tokens(tokens: Sequence[int]) -> Tokens:
    """Shape (n,)."""
    return np.asarray(tokens, dtype=np.int32)
