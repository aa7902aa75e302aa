"""Continuous batching: every step decodes one token for each running request and computes a piece of the
prompts that wait, in one batch."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from ...errors import EngineError, MynaError, OutOfMemory
from .cells import Cells, NoRoom
from .guessing import Guesser
from .job import Job
from .options import TextOptions
from .prefix import MIN_SHARED, Adapters, PrefixCache, Resident
from .prefix_states import PrefixStates

TIDY_AFTER = 4
"""Tokens of an answer after which conversations at rest leave the KV cache: when the reader has something
to read, and before most of the answer has been slowed down by them."""

LONG_PROMPT = 128
"""Tokens to compute from which conversations at rest leave the KV cache beforehand. Moving 1,000 cells takes about
20 ms; attending over them makes each token of a prompt a third slower or more."""

OLDEST_SHARE = 4
"""The oldest unfinished prompt gets at least a quarter of each chunk, however many short ones come."""


_Planned = tuple[Job, Resident, list[int]]
"""Of a batch: whose tokens it computes, and which."""


class Looking(Protocol):
    """What is done about pictures in prompts, where the model can see."""

    def begin(self, job: Job) -> None:
        """Have the pictures of `job` encoded that its sequence does not hold already."""
        ...

    def give_up(self, jobs: Sequence[Job]) -> bool:
        """End the requests whose pictures could not be encoded; whether there were any."""
        ...

    def wait(self) -> None:
        """Nothing can be computed before a picture is encoded."""
        ...

    def fill(self, group: list[Job]) -> list[_Planned]:
        """Put into the batch a piece of the picture that the oldest request needs; nothing when none does."""
        ...


class Scheduler:
    """Owns the KV cache and all requests on it. One thread calls it."""

    def __init__(
        self,
        kv: Cells,
        cache: PrefixCache,
        states: PrefixStates,
        options: TextOptions,
        *,
        adapters: Callable[[Adapters], Sequence[tuple[Any, float]]],
        looking: Looking | None,
        guesser: Guesser | None = None,
    ) -> None:
        """`adapters` turns paths and scales into the engine's adapters; without `looking`, no prompt holds pictures.
        With `guesser`, guesses of how an answer goes on are computed beside its next token, where that pays."""
        self._kv = kv
        self._cache = cache
        self._states = states
        self._options = options
        self._adapters = adapters
        self._looking = looking
        self._guesser = guesser
        self._guessing = True
        """The batch that is under way has room for a guess, as far as is known."""
        self._waiting: deque[Job] = deque()
        self._running: list[Job] = []
        self._crowded = False
        """A request had to give way, and none has ended since: nobody is let in."""

    def submit(self, job: Job) -> None:
        self._waiting.append(job)

    def cancel(self, number: int) -> None:
        """Forget a request; what it computed stays for whoever continues it."""
        for job in [*self._running, *self._waiting]:
            if job.number == number:
                job.finish("cancelled")
        self._collect()

    def pause(self, number: int, *, paused: bool) -> None:
        """Leave a request out of the batches, or take it in again."""
        for job in [*self._running, *self._waiting]:
            if job.number == number:
                job.paused = paused
                job.flush()

    def fail_all(self, error: MynaError) -> None:
        for job in [*self._running, *self._waiting]:
            job.fail(error)
        self._collect()

    def step(self) -> bool:
        """One batch. False when there is nothing left to do."""
        self._admit()
        if self._looking is not None and self._looking.give_up(self._running):
            self._collect()
        if not self._running:
            if self._waiting:
                return True
            return self._states.save_one()
        ready = [job for job in self._running if not job.paused]
        if not ready:
            return False
        able = [job for job in ready if not job.waits]
        if able:
            self._advance(able)
        elif self._looking is not None:
            self._looking.wait()
        if self._running and all(job.paused for job in self._running):
            return False
        return bool(self._running or self._waiting or self._states.pending)

    def _advance(self, able: list[Job]) -> None:
        """Compute for those that are under the same adapters as the first: what they say, then what they see."""
        adapters = able[0].adapters
        group = [job for job in able if job.adapters == adapters]
        try:
            self._kv.use_adapters(self._adapters(adapters))
        except MynaError as error:
            for job in group:
                job.fail(error)
            self._collect()
            return
        spared = max(job.request.spare_cores for job in self._running)
        self._kv.spare(spared)
        if self._guesser is not None and self._guesser.draft is not None:
            self._guesser.draft.spare(spared)
        for fill in (self._fill, *([self._looking.fill] if self._looking else [])):
            self._compute([job for job in group if job.resident is not None and not job.finished], fill)
        if any(len(job.generated) == TIDY_AFTER for job in group):
            self._cache.tidy()
        # Requests under other adapters take turns. (Not all of the group may be running still.)
        self._running.sort(key=lambda job: job.adapters == adapters)
        self._collect()

    # admission

    def _admit(self) -> None:
        if self._crowded and self._running:
            return
        started = [job for job in list(self._waiting) if self._start(job)]
        if any(job.remaining_input >= LONG_PROMPT for job in started):
            self._cache.tidy()

    def _start(self, job: Job) -> bool:
        """Give `job` a sequence that begins with what is known of its prompt; False when it has to wait."""
        if len(self._running) >= self._options.parallel:
            return False
        match = self._cache.match(job.pending_tokens, job.adapters)
        if match and match.expected - match.shared >= MIN_SHARED:
            # Another request is computing the same beginning: copying it then costs nothing.
            return False
        self._states.load(job, match.shared if match else 0)
        match = self._cache.match(job.pending_tokens, job.adapters)
        resident = self._cache.start(job.pending_tokens, job.adapters, match, job.spans)
        if resident is None:
            return False
        self._waiting.remove(job)
        job.start(resident)
        self._running.append(job)
        if self._looking is not None:
            self._looking.begin(job)
        return True

    # computing

    def _compute(self, group: list[Job], fill: Callable[[list[Job]], list[_Planned]]) -> None:
        self._guessing = True
        while True:
            planned = fill(group)
            if not planned:
                return
            began = time.perf_counter()
            try:
                self._kv.decode()
            except NoRoom:
                if any(job.guessed for job, _, _ in planned):
                    # A guess only takes cells that are free: for it, nobody is moved out or gives way.
                    self._guessing = False
                    continue
                if self._find_room(group):
                    group = [job for job in group if job.resident is not None]
                    continue
                return
            except EngineError as error:
                for job in group:
                    self._cache.drop(job.take_resident())
                    job.fail(error)
                return
            break
        spoilt = False
        guessed = len(planned[0][0].guessed)
        for job, resident, tokens in planned:
            resident.tokens += tokens
            if job.row >= 0:
                spoilt |= not self._draw(job, job.row)
            if job.guessed:
                spoilt |= not self._check_guess(job, resident)
        if spoilt:
            self._start_afresh()
        elif self._alone(planned):
            planned[0][0].guess_took(guessed, time.perf_counter() - began)

    def _draw(self, job: Job, row: int) -> bool:
        """Let the answer go on by a token. False when its numbers spoil the cache."""
        logits = self._kv.logits(row)
        # The place of the largest is also that of a NaN; finding it is five times as fast as the largest.
        if not np.isfinite(logits[logits.argmax()]):
            job.fail(EngineError("the model's weights, or a LoRA adapter's, make numbers that overflow"))
            return False
        self._states.note(job)
        job.advance(logits)
        return True

    def _check_guess(self, job: Job, resident: Resident) -> bool:
        """Draw on for as long as the answer is what was guessed, and forget the rest. As `_draw`."""
        right, sound = 0, True
        for token, row in job.guessed:
            if job.finished or job.generated[-1] != token:
                break
            right += 1
            resident.tokens.append(token)
            sound = self._draw(job, row)
        job.guess_came(right)
        if right < len(job.guessed) and not self._kv.keep_first(resident.sequence, resident.position):
            self._begin_anew(job)
        return sound

    @staticmethod
    def _alone(planned: Sequence[_Planned]) -> bool:
        """Whether the batch was one answer's next token, with or without a guess."""
        return len(planned) == 1 and planned[0][0].row >= 0 and len(planned[0][2]) == 1

    def _start_afresh(self) -> None:
        """Empty the cache: a NaN in any cell of it spoils every sequence, masked or not. Others compute again."""
        for job in self._running:
            if job.resident is not None:
                self._cache.drop(job.take_resident())
        self._waiting.extendleft(job for job in reversed(self._running) if not job.finished)
        self._running.clear()
        self._states.forget()
        self._cache.clear()
        self._kv.clear()

    def _fill(self, group: list[Job]) -> list[_Planned]:
        """Put into the batch the next token of each answer, then pieces of prompts."""
        self._kv.begin()
        planned: list[_Planned] = []
        prefilling: list[tuple[Job, Resident]] = []
        seeing = False
        for job in group:
            resident = job.resident
            if resident is None:
                continue
            if job.picture is not None:
                seeing = True
                continue
            job.row, job.guessed = -1, []
            if job.remaining_input == 1 and self._kv.room:
                tokens = job.next_input(1)
                job.row = self._kv.add(tokens, resident.position, resident.sequence, output=True)
                planned.append((job, resident, tokens))
            else:
                prefilling.append((job, resident))
        if self._guesser is not None and self._guessing and not prefilling and len(planned) == 1:
            self._guess(planned[0][0], planned[0][1], self._guesser)
        if prefilling or seeing:
            # A step with a piece of a prompt takes several times as long.
            for job, _, _ in planned:
                job.flush()
        budget = min(self._kv.room, self._options.shared_batch if planned else self._options.batch)
        for index, (job, resident) in enumerate(sorted(prefilling, key=lambda item: item[0].remaining_input)):
            is_oldest = job is prefilling[0][0]
            later = len(prefilling) - index - 1
            reserve = 0 if is_oldest or not later else budget // OLDEST_SHARE
            count = min(job.remaining_text, budget - reserve)
            if count <= 0:
                continue
            tokens = job.next_input(count)
            last = count == job.remaining_input
            row = self._kv.add(tokens, resident.position, resident.sequence, output=last)
            job.row = row if last else -1
            planned.append((job, resident, tokens))
            budget -= count
        return planned

    def _guess(self, job: Job, resident: Resident, guesser: Guesser) -> None:
        """Put a guess behind the token of the only answer that is under way; beside others a step is full anyway."""
        for token in job.guess(guesser, self._kv.room, alone=len(self._running) == 1):
            position = resident.position + 1 + len(job.guessed)
            row = self._kv.add([token], position, resident.sequence, output=True)
            job.guessed.append((token, row))

    def _find_room(self, group: list[Job]) -> bool:
        """Free or make cells. False when there is nothing left to compute for `group`."""
        if self._cache.make_room() or self._kv.grow():
            return True
        if len(self._running) > 1:
            # The newest gives way, so that the oldest always comes to its end.
            youngest = max(self._running, key=lambda job: job.number)
            self._begin_anew(youngest)
            self._crowded = True
            return any(job.resident is not None for job in group)
        last = self._running[0]
        if last.generated:
            last.finish("length")
        else:
            last.fail(OutOfMemory(f"there is no memory for a prompt of {len(last.prompt):,} tokens"))
        return False

    def _begin_anew(self, job: Job) -> None:
        """Forget what is computed of `job`. It waits, and goes on from its last token then."""
        self._cache.drop(job.take_resident())
        self._running.remove(job)
        if not job.finished:
            self._waiting.appendleft(job)

    def _collect(self) -> None:
        """Take the sequences of finished requests back."""
        for job in self._running:
            if job.finished:
                self._crowded = False
                if job.resident is not None:
                    self._cache.rest(job.take_resident())
        self._running = [job for job in self._running if not job.finished]
        self._waiting = deque(job for job in self._waiting if not job.finished)
